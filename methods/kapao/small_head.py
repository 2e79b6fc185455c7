"""The head of KAPAO's small variant: what the pose checkpoint knows stays apart from what is new."""

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import nn

from methods.backbones.small_body import PoseTowers
from methods.backbones.ultralytics_blocks import Conv
from methods.pose_grid.grid import STRIDES
from methods.pose_grid.network import AHEAD, start_of_keypoints, start_of_scores

WIDTH = 64  # channels of the tower for keypoint objects


class SmallHead(nn.Module):
    """The body's maps to KAPAO's grids of N_o = 3K + 6 numbers, through pose towers and a tower for keypoint objects.

    For each grid `poses` (objectness, pose class, keypoints) read the pose towers, from which a checkpoint made the
    same; `parts` (objectness to be added, K classes) read `tower`, because a checkpoint that finds whole people knows
    nothing of single joints; `boxes` read both.
    """

    def __init__(self, channels: tuple[int, ...], joints: int, anchors: int, towers: PoseTowers) -> None:
        super().__init__()
        self.towers, self.joints, self.anchors = towers, joints, anchors
        self.tower = nn.ModuleList(nn.Sequential(Conv(c, WIDTH, 3), Conv(WIDTH, WIDTH, 3)) for c in channels)
        both = towers.channels + WIDTH

        def last(width: int, outputs: int) -> nn.ModuleList:
            return nn.ModuleList(nn.Conv2d(width, anchors * outputs, 1) for _ in channels)

        self.boxes, self.poses, self.parts = (
            last(both, 4),
            last(towers.channels, 2 + 2 * joints),
            last(WIDTH, 1 + joints),
        )
        layer: Any
        for layer in (*self.boxes, *self.parts):
            nn.init.normal_(layer.weight, std=0.01)
            nn.init.zeros_(layer.bias)
        for layer in self.parts:
            layer.bias.data.view(anchors, -1)[:, 1:] = math.log(0.6 / (joints + 0.01))  # see Head

    def forward(self, maps: list[torch.Tensor]) -> list[torch.Tensor]:
        """Maps [B, C, h, w] to [B, N_a * N_o, h, w], channels of each anchor as those of Head."""
        known, new = self.towers(maps), [tower(x) for tower, x in zip(self.tower, maps, strict=True)]
        levels = zip(known, new, self.boxes, self.poses, self.parts, strict=True)
        return [self._grid(*level) for level in levels]

    def _grid(
        self, known: torch.Tensor, new: torch.Tensor, boxes: nn.Module, poses: nn.Module, parts: nn.Module
    ) -> torch.Tensor:
        def split(x: torch.Tensor) -> torch.Tensor:
            return x.unflatten(1, (self.anchors, -1))

        box, pose, part = split(boxes(torch.cat([known, new], dim=1))), split(poses(known)), split(parts(new))
        objectness = pose[:, :, :1] + part[:, :, :1]
        return torch.cat([box, objectness, pose[:, :, 1:2], part[:, :, 1:], pose[:, :, 2:]], dim=2).flatten(1, 2)

    def start_from(self, state: Mapping[str, torch.Tensor], anchors: torch.Tensor) -> None:
        """Start `poses` from a pose checkpoint's last layers: its person score for objectness and class, its keypoints.

        `anchors` [S, N_a, 2] in pixels. Boxes (in the checkpoint a distribution) start as about the anchors. Raises
        KeyError for a missing tensor.
        """
        for level, sizes in enumerate(anchors):
            layer: Any = self.poses[level]
            weight = layer.weight.data.view(self.anchors, -1, self.towers.channels)
            bias = layer.bias.data.view(self.anchors, -1)
            weight[:, :2], bias[:, :2] = start_of_scores(self.towers, state, level)
            bias[:-1, 0] -= AHEAD
            weight[:, 2:], bias[:, 2:] = start_of_keypoints(self.towers, state, level, sizes)

    @staticmethod
    def last_layers() -> list[str]:
        """Names of the last convolutions."""
        return [f"{kind}.{level}" for kind in ("boxes", "poses", "parts") for level in range(len(STRIDES))]
