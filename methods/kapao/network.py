"""KAPAO's network (section 3.1): a YOLO-style feature pyramid with four grids of anchors, each one object or none."""

import math
from typing import Literal

import torch
from torch import nn

from methods.backbones.small_neck import SmallNeck
from methods.backbones.yolov5_p6 import CspP6
from methods.pose_grid.grid import ANCHORS, OBJECTNESS, PAPER_INPUT, SMALL_INPUT, STRIDES
from methods.pose_grid.network import SIZES, anchors_at, objectness_bias, split_anchors, use_yolo_batch_norm

SMALL_WIDTH = 64  # of the small network's neck

# The N_o = 3K + 6 channels of one object: box, objectness, K + 1 classes (0 is the pose), x and y of K keypoints.
CLASSES = 5


class Head(nn.Module):
    """One 1 x 1 convolution on a map for each grid, as the authors have; weights `m.0` to `m.3`."""

    def __init__(self, channels: tuple[int, ...], num_keypoints: int) -> None:
        super().__init__()
        outputs, anchors = 3 * num_keypoints + 6, len(ANCHORS[0])
        self.m = nn.ModuleList(nn.Conv2d(width, anchors * outputs, 1) for width in channels)
        for layer, stride in zip(self.m, STRIDES, strict=True):
            assert isinstance(layer, nn.Conv2d)
            assert layer.bias is not None
            biases = layer.bias.data.view(anchors, outputs)
            biases[:, OBJECTNESS] = objectness_bias(stride)
            # A class is guessed right six times in ten (YOLOv5).
            biases[:, CLASSES : CLASSES + num_keypoints + 1] = math.log(0.6 / (num_keypoints + 0.01))

    def forward(self, maps: list[torch.Tensor]) -> list[torch.Tensor]:
        """Maps [B, C, h, w] to [B, N_a * N_o, h, w]."""
        return [layer(x) for layer, x in zip(self.m, maps, strict=True)]

    @staticmethod
    def last_layers() -> list[str]:
        """Names of the last convolutions."""
        return [f"m.{level}" for level in range(len(STRIDES))]


class KapaoNetwork(nn.Module):
    """Images to the four output grids of equation 1. Children `body` and `head`; body layers are `body.model.0` ...

    `size` is s, m or l (the paper's networks on CSP-P6, made for an input of 1280). Weights are random. `anchors`
    [S, N_a, 2] and `made_for` are in input pixels.
    """

    anchors: torch.Tensor
    made_for: int = PAPER_INPUT

    def __init__(self, size: Literal["s", "m", "l"], num_keypoints: int = 17) -> None:
        super().__init__()
        self.num_keypoints = num_keypoints
        self.body = CspP6(*SIZES[size])
        self.head = Head(self.body.channels, num_keypoints)
        self.register_buffer("anchors", anchors_at(PAPER_INPUT), persistent=False)
        use_yolo_batch_norm(self)

    def forward(self, images: torch.Tensor) -> list[torch.Tensor]:
        """Images [B, 3, H, W] in 0..1, H and W multiples of 64, to one grid [B, N_a, H / s, W / s, N_o] per stride.

        Raw numbers, before any sigmoid; channels as BOX, OBJECTNESS and CLASSES say, keypoints last.
        """
        grids = self.head(self.body(images))
        return [split_anchors(grid, self.anchors.shape[1]) for grid in grids]


class SmallKapaoNetwork(nn.Module):
    """KAPAO behind the body that all `-n` variants share, made for an input of 640: its own neck, and the same head.

    Children `neck` and `head`. Weights are random. `anchors` and `made_for` (input pixels) are half the paper's.
    """

    anchors: torch.Tensor
    made_for: int = SMALL_INPUT

    def __init__(self, num_keypoints: int = 17) -> None:
        super().__init__()
        self.num_keypoints = num_keypoints
        self.neck = SmallNeck(SMALL_WIDTH)
        self.head = Head(self.neck.channels, num_keypoints)
        self.register_buffer("anchors", anchors_at(SMALL_INPUT), persistent=False)
        use_yolo_batch_norm(self)

    def forward(self, maps: list[torch.Tensor]) -> list[torch.Tensor]:
        """The small body's maps of images as above, to the same grids."""
        grids = self.head(self.neck(maps))
        return [split_anchors(grid, self.anchors.shape[1]) for grid in grids]


AnyKapaoNetwork = KapaoNetwork | SmallKapaoNetwork
