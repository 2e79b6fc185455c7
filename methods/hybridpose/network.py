"""HybridPose's network (section 3.1): pose grids as KAPAO's, and beside each its visibility maps."""

from typing import Any, Literal, NamedTuple

import torch
from torch import nn

from methods.backbones.small_neck import SmallNeck
from methods.backbones.ultralytics_blocks import Conv
from methods.backbones.yolov5_p6 import CspP6
from methods.pose_grid.grid import ANCHORS, OBJECTNESS, PAPER_INPUT, SMALL_INPUT, STRIDES
from methods.pose_grid.network import SIZES, anchors_at, objectness_bias, split_anchors, use_yolo_batch_norm

# Channels between the two "shallow convolutional layers" phi of equation 4, of 3 x 3 and 1 x 1; the paper does not say
# which or how many it has.
WIDTH, SMALL_WIDTH = 64, 48
NECK = 64  # width of the small network's neck


class Outputs(NamedTuple):
    """What the network says of B images, one tensor for each of STRIDES.

    grids [B, N_a, h, w, 5 + 2K]: G^s, raw numbers before any sigmoid: BOX, OBJECTNESS, then x and y of K keypoints.
    maps [B, N_a, K, h, w]: V^s, about 1 in cells where a person whom this scale and anchor find has that keypoint, else
    about 0. No sigmoid: equation 4 has none, and a heat map that is learnt by squared errors needs none.
    """

    grids: list[torch.Tensor]
    maps: list[torch.Tensor]


class Head(nn.Module):
    """Three last layers for each grid on the body's maps: `boxes`, `poses` (objectness, keypoints), `visibility`."""

    def __init__(self, channels: tuple[int, ...], num_keypoints: int) -> None:
        super().__init__()
        self.anchors = len(ANCHORS[0])
        self.boxes = nn.ModuleList(nn.Conv2d(width, self.anchors * 4, 1) for width in channels)
        self.poses = nn.ModuleList(nn.Conv2d(width, self.anchors * (1 + 2 * num_keypoints), 1) for width in channels)
        self.visibility = visibility_layers(channels, WIDTH, self.anchors * num_keypoints)
        start_objectness(self.poses, self.anchors, 0)

    def forward(self, features: list[torch.Tensor]) -> Outputs:
        """Maps of features [B, C, h, w] to Outputs."""
        grids = [
            torch.cat([split_anchors(layer(x), self.anchors) for layer in layers], dim=-1)
            for x, *layers in zip(features, self.boxes, self.poses, strict=True)
        ]
        return Outputs(grids, keypoint_branches(self.visibility, features, self.anchors))

    @staticmethod
    def last_layers() -> list[str]:
        """Names of the last convolutions."""
        levels = range(len(STRIDES))
        grids = [f"{kind}.{level}" for kind in ("boxes", "poses") for level in levels]
        return grids + [f"visibility.{level}.1" for level in levels]


class SmallHead(nn.Module):
    """The same with one layer for a whole grid: `grids` and `visibility`."""

    def __init__(self, channels: tuple[int, ...], num_keypoints: int) -> None:
        super().__init__()
        self.anchors = len(ANCHORS[0])
        self.grids = nn.ModuleList(nn.Conv2d(width, self.anchors * (5 + 2 * num_keypoints), 1) for width in channels)
        self.visibility = visibility_layers(channels, SMALL_WIDTH, self.anchors * num_keypoints)
        start_objectness(self.grids, self.anchors, OBJECTNESS)

    def forward(self, features: list[torch.Tensor]) -> Outputs:
        """Maps of features [B, C, h, w] to Outputs."""
        grids = [split_anchors(layer(x), self.anchors) for x, layer in zip(features, self.grids, strict=True)]
        return Outputs(grids, keypoint_branches(self.visibility, features, self.anchors))

    @staticmethod
    def last_layers() -> list[str]:
        """Names of the last convolutions."""
        levels = range(len(STRIDES))
        return [f"grids.{level}" for level in levels] + [f"visibility.{level}.1" for level in levels]


def visibility_layers(channels: tuple[int, ...], width: int, outputs: int) -> nn.ModuleList:
    """phi of equation 4 for each grid, with `width` channels in between; starts near 0, as most of a map is to be."""
    branches: Any = nn.ModuleList(
        nn.Sequential(Conv(given, width, 3), nn.Conv2d(width, outputs, 1)) for given in channels
    )
    for _, last in branches:
        nn.init.normal_(last.weight, std=0.01)
        nn.init.zeros_(last.bias)
    return branches


def start_objectness(layers: nn.ModuleList, anchors: int, channel: int) -> None:
    """Let the last layers of STRIDES start with the chance of a person in each anchor's number `channel`."""
    layer: Any
    for layer, stride in zip(layers, STRIDES, strict=True):
        layer.bias.data.view(anchors, -1)[:, channel] = objectness_bias(stride)


def keypoint_branches(branches: nn.ModuleList, features: list[torch.Tensor], anchors: int) -> list[torch.Tensor]:
    """Equation 4: maps of features [B, C, h, w] to V^s [B, N_a, K, h, w]."""
    return [branch(x).unflatten(1, (anchors, -1)) for x, branch in zip(features, branches, strict=True)]


class HybridPoseNetwork(nn.Module):
    """Images to pose grids and visibility maps. Children `body` and `head`; body layers are `body.model.0` ...

    `size` is s, m or l (the paper's networks on CSP-P6, made for an input of 1280). Weights are random. `anchors`
    [S, N_a, 2] are in input pixels; the paper gives none, so they are KAPAO's, whose detector it follows.
    """

    anchors: torch.Tensor

    def __init__(self, size: Literal["s", "m", "l"], num_keypoints: int = 17) -> None:
        super().__init__()
        self.num_keypoints = num_keypoints
        self.body = CspP6(*SIZES[size])
        self.head = Head(self.body.channels, num_keypoints)
        self.register_buffer("anchors", anchors_at(PAPER_INPUT), persistent=False)
        use_yolo_batch_norm(self)

    def forward(self, images: torch.Tensor) -> Outputs:
        """Images [B, 3, H, W] in 0..1, H and W multiples of 64, to grids and maps of H / s x W / s cells."""
        return self.head(self.body(images))


class SmallHybridPoseNetwork(nn.Module):
    """HybridPose behind the body that all `-n` variants share, made for an input of 640. Children `neck` and `head`.

    Weights are random. `anchors` are half the paper's.
    """

    anchors: torch.Tensor

    def __init__(self, num_keypoints: int = 17) -> None:
        super().__init__()
        self.num_keypoints = num_keypoints
        self.neck = SmallNeck(NECK)
        self.head = SmallHead(self.neck.channels, num_keypoints)
        self.register_buffer("anchors", anchors_at(SMALL_INPUT), persistent=False)
        use_yolo_batch_norm(self)

    def forward(self, maps: list[torch.Tensor]) -> Outputs:
        """The small body's maps of images as above, to the same grids and maps."""
        return self.head(self.neck(maps))


AnyHybridPoseNetwork = HybridPoseNetwork | SmallHybridPoseNetwork
