"""What networks with pose grids have in common: anchors, how objectness starts, batch norm."""

import math

import torch
from torch import nn

from methods.pose_grid.grid import ANCHORS, PAPER_INPUT

# Size to depth and width of CSP-P6 (KAPAO's A.1, whose networks HybridPose's resemble).
SIZES = {"s": (1 / 3, 1 / 2), "m": (2 / 3, 3 / 4), "l": (1.0, 1.0)}


def anchors_at(input_size: int) -> torch.Tensor:
    """A^s [S, N_a, 2], width and height in input pixels, for networks made for an input of `input_size` pixels."""
    return torch.tensor(ANCHORS) * (input_size / PAPER_INPUT)


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
