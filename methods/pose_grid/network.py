"""The bodies of networks with pose grids, and how the small ones' last layers start."""

import math
from collections.abc import Mapping

import torch
from torch import nn

from methods.backbones.small_body import PoseTowers, SmallBody, last_layer
from methods.backbones.yolov5_p6 import CspP6
from methods.pose_grid.grid import ANCHORS, PAPER_INPUT, SMALL_INPUT, STRIDES

# Size to depth and width of CSP-P6 (KAPAO's A.1, whose networks HybridPose's resemble).
SIZES = {"s": (1 / 3, 1 / 2), "m": (2 / 3, 3 / 4), "l": (1.0, 1.0)}

# Log-odds by which a scale's last, tallest anchor starts ahead of the others when a small network takes over a pose
# checkpoint. Equation 3 bends joints towards the cell where they lie further off than an anchor's size, so that of the
# checkpoint's poses, which every anchor starts with, those in the small anchors come out shrunk. Without it the start's
# AP on coco_val is 0.34, with it 0.42 (HybridPose's, non-maximum suppression by the joints' extent).
AHEAD = 2.0


def build_body(size: str) -> tuple[SmallBody | CspP6, PoseTowers | None]:
    """s, m or l: CSP-P6, made for an input of PAPER_INPUT; n: the small body and its pose towers, for SMALL_INPUT."""
    return (SmallBody(), PoseTowers()) if size == "n" else (CspP6(*SIZES[size]), None)


def input_share(size: str) -> float:
    """The input that a size is made for as a share of PAPER_INPUT, at which the paper gives sizes in pixels."""
    return SMALL_INPUT / PAPER_INPUT if size == "n" else 1.0


def scaled_anchors(size: str) -> torch.Tensor:
    """A^s [S, N_a, 2] for networks of a size, width and height in input pixels."""
    return torch.tensor(ANCHORS) * input_share(size)


def use_yolo_batch_norm(network: nn.Module) -> None:
    """Give every batch norm the epsilon and momentum that YOLOv5 and YOLO11 were trained with."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eps, module.momentum = 1e-3, 0.03


def objectness_bias(stride: int) -> float:
    """What objectness starts with: an image of 640 px holds about eight objects (YOLOv5)."""
    return math.log(8 / (640 / stride) ** 2)


def split_anchors(maps: torch.Tensor, anchors: int) -> torch.Tensor:
    """Maps [B, N_a * N_o, h, w] to a grid [B, N_a, h, w, N_o]."""
    return maps.unflatten(1, (anchors, -1)).permute(0, 1, 3, 4, 2)


def start_of_scores(
    towers: PoseTowers, state: Mapping[str, torch.Tensor], level: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Weight [1, C] and bias [1] of the checkpoint's person score, for the last layer after `towers`."""
    return last_layer(towers, state, "cv3", level)


def start_of_keypoints(
    towers: PoseTowers, state: Mapping[str, torch.Tensor], level: int, anchors: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Weight [N_a, 2K, C] and bias [N_a, 2K] that predict the checkpoint's keypoints in every anchor [N_a, 2] (pixels).

    Its keypoints lie 2 r cells from the cell's origin (r its raw number), ours A / s (4 sigma(c) - 2), which is about
    A / s c; r comes as x, y and score for each joint.
    """
    weight, bias = last_layer(towers, state, "cv4", level)
    xy = torch.arange(len(bias)).view(-1, 3)[:, :2].flatten()
    factors = (2 * STRIDES[level] / anchors).repeat(1, len(xy) // 2)  # [N_a, 2K]
    return factors[:, :, None] * weight[xy], factors * bias[xy]
