"""KAPAO's network (section 3.1): a YOLO-style feature pyramid with four grids of anchors, each one object or none.

Table 5 gives the anchors in pixels at an input of 1280; a network made for another input has them in proportion.
"""

import math
from collections.abc import Mapping
from typing import Any, Literal

import torch
from torch import nn

from methods.backbones.small_body import PoseTowers, SmallBody, last_layer, start_from_pose_checkpoint
from methods.backbones.yolov5_p6 import CspP6

STRIDES = (8, 16, 32, 64)
ANCHORS = (
    ((19, 27), (44, 40), (38, 94)),
    ((96, 68), (86, 152), (180, 137)),
    ((140, 301), (303, 264), (238, 542)),
    ((436, 615), (739, 380), (925, 792)),
)  # A^s of Table 5: width, height in pixels
PAPER_INPUT = 1280  # pixels
KEYPOINT_SIZE = 64  # b_s of Table 5: pixels at PAPER_INPUT
SMALL_INPUT = 640  # the input that kapao-n is made for

# Size to depth and width of CSP-P6 (A.1).
SIZES = {"s": (1 / 3, 1 / 2), "m": (2 / 3, 3 / 4), "l": (1.0, 1.0)}

# The N_o = 3K + 6 channels of one object: box, objectness, K + 1 classes (0 is the pose), x and y of K keypoints.
BOX, OBJECTNESS, CLASSES = slice(0, 4), 4, 5


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
            # An image of 640 px holds about eight objects, and a class is guessed right six times in ten (YOLOv5).
            biases[:, OBJECTNESS] = math.log(8 / (640 / stride) ** 2)
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
        self.body: SmallBody | CspP6
        if size == "n":
            self.body, towers = SmallBody(), PoseTowers()
            self.head = Head((towers.channels,) * len(STRIDES), joints, towers)
        else:
            self.body = CspP6(*SIZES[size])
            self.head = Head(self.body.channels, joints)
        proportion = SMALL_INPUT / PAPER_INPUT if size == "n" else 1.0
        self.keypoint_size = KEYPOINT_SIZE * proportion
        self.register_buffer("anchors", torch.tensor(ANCHORS) * proportion, persistent=False)
        for module in self.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eps, module.momentum = 1e-3, 0.03  # as YOLOv5 and YOLO11 were trained

    def forward(self, images: torch.Tensor) -> list[torch.Tensor]:
        """Images [B, 3, H, W] in 0..1, H and W multiples of 64, to one grid [B, N_a, H / s, W / s, N_o] per stride.

        Raw numbers, before any sigmoid; channels as BOX, OBJECTNESS and CLASSES say, keypoints last.
        """
        grids = self.head(self.body(images))
        return [grid.unflatten(1, (self.anchors.shape[1], -1)).permute(0, 1, 3, 4, 2) for grid in grids]

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
        for level, stride in enumerate(STRIDES):
            layer: Any = self.head.m[level]
            weight = layer.weight.data.view(anchors, -1, self.head.towers.channels)  # [N_a, N_o, C]
            bias = layer.bias.data.view(anchors, -1)
            score_weight, score_bias = last_layer(self.head.towers, state, "cv3", level)
            weight[:, [OBJECTNESS, CLASSES]], bias[:, [OBJECTNESS, CLASSES]] = score_weight, score_bias
            joint_weight, joint_bias = last_layer(self.head.towers, state, "cv4", level)
            # Its keypoints lie 2 r cells from the cell's origin (r its raw number), ours A / s (4 sigma(v') - 2), which
            # is about A / s v'; r comes as x, y and score for each joint.
            factors = (2 * stride / self.anchors[level]).repeat(1, self.joints)  # [N_a, 2K]
            xy = torch.arange(len(joint_bias)).view(-1, 3)[:, :2].flatten()
            first = CLASSES + self.joints + 1
            weight[:, BOX], bias[:, BOX], weight[:, CLASSES + 1 : first] = 0, 0, 0
            weight[:, first:] = factors[:, :, None] * joint_weight[xy]
            bias[:, first:] = factors * joint_bias[xy]


def boxes_in_cells(raw: torch.Tensor, anchors: torch.Tensor) -> torch.Tensor:
    """Equations 2 and 3: raw numbers [..., 4] to t [..., 4], centre x, y and width, height, relative to the cell.

    `anchors` [..., 2] is A / s, width and height in cells; so is t.
    """
    share = raw.sigmoid() * 2
    return torch.cat([share[..., :2] - 0.5, anchors * share[..., 2:] ** 2], dim=-1)


def keypoints_in_cells(raw: torch.Tensor, anchors: torch.Tensor) -> torch.Tensor:
    """Equation 4: raw numbers [..., 2K] to v [..., K, 2], x and y relative to the cell, in cells.

    `anchors` [..., 2] is A / s, width and height in cells.
    """
    return anchors[..., None, :] * (raw.unflatten(-1, (-1, 2)).sigmoid() * 4 - 2)
