"""KAPAO's network (section 3.1): a YOLO-style feature pyramid with four grids of anchors, each one object or none."""

import math
from collections.abc import Mapping
from typing import Any, Literal

import torch
from torch import nn

from methods.backbones.small_body import PoseTowers, SmallBody, start_from_pose_checkpoint
from methods.pose_grid.grid import ANCHORS, BOX, OBJECTNESS, STRIDES
from methods.pose_grid.network import (
    build_body,
    input_share,
    objectness_bias,
    scaled_anchors,
    split_anchors,
    start_of_keypoints,
    start_of_scores,
    use_yolo_batch_norm,
)

KEYPOINT_SIZE = 64  # b_s of Table 5: pixels at an input of 1280

# The N_o = 3K + 6 channels of one object: box, objectness, K + 1 classes (0 is the pose), x and y of K keypoints.
CLASSES = 5


class Head(nn.Module):
    """One 1 x 1 convolution for each grid, after `towers` where there are any; weights `m.0` to `m.3`."""

    def __init__(self, channels: tuple[int, ...], joints: int, towers: PoseTowers | None = None) -> None:
        super().__init__()
        outputs, anchors = 3 * joints + 6, len(ANCHORS[0])
        self.towers = towers
        self.m = nn.ModuleList(nn.Conv2d(width, anchors * outputs, 1) for width in channels)
        for layer, stride in zip(self.m, STRIDES, strict=True):
            assert isinstance(layer, nn.Conv2d)
            assert layer.bias is not None
            biases = layer.bias.data.view(anchors, outputs)
            biases[:, OBJECTNESS] = objectness_bias(stride)
            # A class is guessed right six times in ten (YOLOv5).
            biases[:, CLASSES : CLASSES + joints + 1] = math.log(0.6 / (joints + 0.01))

    def forward(self, maps: list[torch.Tensor]) -> list[torch.Tensor]:
        """Maps [B, C, h, w] to [B, N_a * N_o, h, w]."""
        maps = self.towers(maps) if self.towers else maps
        return [layer(x) for layer, x in zip(self.m, maps, strict=True)]


class KapaoNetwork(nn.Module):
    """Images to the four output grids of equation 1. Children `body` and `head`; body layers are `body.model.0` ...

    `size` is s, m or l (the paper's networks on CSP-P6, made for an input of 1280) or n (the small body that all `-n`
    variants share, with its pose towers, made for 640). Weights are random; see `start_from` for the small one.
    `anchors` [S, N_a, 2] and `keypoint_size` are in input pixels.
    """

    anchors: torch.Tensor

    def __init__(self, size: Literal["n", "s", "m", "l"] = "n", joints: int = 17) -> None:
        super().__init__()
        self.joints = joints
        self.body, towers = build_body(size)
        channels = (towers.channels,) * len(STRIDES) if towers else self.body.channels
        self.head = Head(channels, joints, towers)
        self.keypoint_size = KEYPOINT_SIZE * input_share(size)
        self.register_buffer("anchors", scaled_anchors(size), persistent=False)
        use_yolo_batch_norm(self)

    def forward(self, images: torch.Tensor) -> list[torch.Tensor]:
        """Images [B, 3, H, W] in 0..1, H and W multiples of 64, to one grid [B, N_a, H / s, W / s, N_o] per stride.

        Raw numbers, before any sigmoid; channels as BOX, OBJECTNESS and CLASSES say, keypoints last.
        """
        grids = self.head(self.body(images))
        return [split_anchors(grid, self.anchors.shape[1]) for grid in grids]

    def start_from(self, state: Mapping[str, torch.Tensor]) -> None:
        """Start the small network from the state dict of `yolo11n-pose`, in place: body, towers, pose objects.

        Of the last 1 x 1 convolutions, those parts start from the checkpoint's that mean the same there: its person
        score for objectness and pose class, its keypoints for the pose objects'. Boxes (there a distribution) start as
        the anchors, every keypoint class as equally likely everywhere; random ones would overlap no person at first,
        and objectness, which learns that overlap, would forget what it knows. Raises KeyError for a missing tensor.
        """
        assert isinstance(self.body, SmallBody)
        assert self.head.towers is not None
        start_from_pose_checkpoint(self.body, self.head.towers, state)
        anchors = self.anchors.shape[1]
        for level, sizes in enumerate(self.anchors):
            layer: Any = self.head.m[level]
            weight = layer.weight.data.view(anchors, -1, self.head.towers.channels)  # [N_a, N_o, C]
            bias = layer.bias.data.view(anchors, -1)
            score_weight, score_bias = start_of_scores(self.head.towers, state, level)
            weight[:, [OBJECTNESS, CLASSES]], bias[:, [OBJECTNESS, CLASSES]] = score_weight, score_bias
            first = CLASSES + self.joints + 1
            weight[:, first:], bias[:, first:] = start_of_keypoints(self.head.towers, state, level, sizes)
            weight[:, BOX], bias[:, BOX], weight[:, CLASSES + 1 : first] = 0, 0, 0
