"""HybridPose's network (section 3.1): pose grids as KAPAO's, and beside each its visibility maps."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import torch
from torch import nn

from methods.backbones.small_body import PoseTowers, SmallBody, start_from_pose_checkpoint
from methods.backbones.ultralytics_blocks import Conv
from methods.pose_grid.grid import ANCHORS, STRIDES
from methods.pose_grid.network import (
    AHEAD,
    build_body,
    objectness_bias,
    scaled_anchors,
    split_anchors,
    start_of_keypoints,
    start_of_scores,
    use_yolo_batch_norm,
)

# Channels between the two "shallow convolutional layers" phi of equation 4, of 3 x 3 and 1 x 1; the paper does not say
# which or how many it has.
WIDTH = 64


class Outputs(NamedTuple):
    """What the network says of B images, one tensor for each of STRIDES.

    grids [B, N_a, h, w, 5 + 2K]: G^s, raw numbers before any sigmoid: BOX, OBJECTNESS, then x and y of K keypoints.
    maps [B, N_a, K, h, w]: V^s, about 1 in cells where a person whom this scale and anchor find has that joint, else
    about 0. No sigmoid: equation 4 has none, and a heat map that is learnt by squared errors needs none.
    """

    grids: list[torch.Tensor]
    maps: list[torch.Tensor]


class Head(nn.Module):
    """Three last layers for each grid, after `towers` where there are any; `visibility` reads the body's own maps.

    `boxes` are apart from `poses` (objectness and keypoints), because only those can start from a checkpoint.
    """

    def __init__(self, channels: tuple[int, ...], joints: int, towers: PoseTowers | None = None) -> None:
        super().__init__()
        self.anchors = len(ANCHORS[0])
        self.towers = towers
        widths = (towers.channels,) * len(STRIDES) if towers else channels
        self.boxes = nn.ModuleList(nn.Conv2d(width, self.anchors * 4, 1) for width in widths)
        self.poses = nn.ModuleList(nn.Conv2d(width, self.anchors * (1 + 2 * joints), 1) for width in widths)
        self.visibility = nn.ModuleList(
            nn.Sequential(Conv(width, WIDTH, 3), nn.Conv2d(WIDTH, self.anchors * joints, 1)) for width in channels
        )
        for layer, stride in zip(self.poses, STRIDES, strict=True):
            assert isinstance(layer, nn.Conv2d)
            assert layer.bias is not None
            layer.bias.data.view(self.anchors, -1)[:, 0] = objectness_bias(stride)
        branches: Any = self.visibility
        for branch in branches:
            last = branch[-1]
            nn.init.normal_(last.weight, std=0.01)  # nearly all of a map is to be 0
            nn.init.zeros_(last.bias)

    def forward(self, features: list[torch.Tensor]) -> Outputs:
        """Maps of features [B, C, h, w] to Outputs."""
        seen = self.towers(features) if self.towers else features
        grids = [
            torch.cat([split_anchors(layer(x), self.anchors) for layer in layers], dim=-1)
            for x, *layers in zip(seen, self.boxes, self.poses, strict=True)
        ]
        maps = [layer(x).unflatten(1, (self.anchors, -1)) for x, layer in zip(features, self.visibility, strict=True)]
        return Outputs(grids, maps)


class HybridPoseNetwork(nn.Module):
    """Images to pose grids and visibility maps. Children `body` and `head`; body layers are `body.model.0` ...

    `size` is s, m or l (the paper's networks on CSP-P6, made for an input of 1280) or n (the small body that all `-n`
    variants share, with its pose towers, made for 640). Weights are random; see `start_from` for the small one.
    `anchors` [S, N_a, 2] are in input pixels; the paper gives none, so they are KAPAO's, whose detector it follows.
    """

    anchors: torch.Tensor

    def __init__(self, size: Literal["n", "s", "m", "l"] = "n", joints: int = 17) -> None:
        super().__init__()
        self.joints = joints
        self.body, towers = build_body(size)
        self.head = Head(self.body.channels, joints, towers)
        self.register_buffer("anchors", scaled_anchors(size), persistent=False)
        use_yolo_batch_norm(self)

    def forward(self, images: torch.Tensor) -> Outputs:
        """Images [B, 3, H, W] in 0..1, H and W multiples of 64, to grids and maps of H / s x W / s cells."""
        return self.head(self.body(images))

    def start_from(self, state: Mapping[str, torch.Tensor]) -> None:
        """Start the small network from the state dict of `yolo11n-pose`, in place: body, towers, objectness, keypoints.

        Boxes (there a distribution) start as the anchors, visibility maps at random. Raises KeyError for a missing
        tensor.
        """
        assert isinstance(self.body, SmallBody)
        assert self.head.towers is not None
        start_from_pose_checkpoint(self.body, self.head.towers, state)
        for level, sizes in enumerate(self.anchors):
            layer: Any = self.head.poses[level]
            weight = layer.weight.data.view(len(sizes), 1 + 2 * self.joints, -1)  # [N_a, 1 + 2K, C]
            bias = layer.bias.data.view(len(sizes), -1)
            weight[:, 0], bias[:, 0] = start_of_scores(self.head.towers, state, level)
            bias[:-1, 0] -= AHEAD
            weight[:, 1:], bias[:, 1:] = start_of_keypoints(self.head.towers, state, level, sizes)
            box: Any = self.head.boxes[level]
            box.weight.data.zero_()
            box.bias.data.zero_()
