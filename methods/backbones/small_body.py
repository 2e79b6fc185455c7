"""The small body: body and neck of `yolo11n-pose`, its pose towers, and a stride-64 level. All `-n` variants share it.

Because every small variant starts from this body and the same checkpoint, a difference between two of them is a
difference between methods, not between backbones.
"""

import copy
from collections.abc import Mapping
from typing import Any

import torch
from torch import nn

from methods.backbones.routing import Source, run_layers
from methods.backbones.yolo11 import build_pose_layers

STRIDES = (8, 16, 32, 64)
HEAD = 23  # index of the pose head among the checkpoint's layers
TOWERS = ("cv2", "cv3", "cv4")  # the head's box, class and keypoint towers


class SmallBody(nn.Module):
    """Images [B, 3, H, W] in 0..1, H and W multiples of 64, to one map [B, C, H / s, W / s] for each s in STRIDES.

    Layers `model.0` to `model.22` are the checkpoint's. The stride-64 level `p6` is new: one convolution of stride 2 on
    the stride-32 map, which starts as the mean over 3 x 3 cells of each channel, so that towers trained at stride 32
    find at stride 64 what they know. It has no batch norm, which would change the map's scale as soon as training
    starts: so much was wrongly found at stride 64 then that AP on coco_val fell from 0.46 to 0.26 within an epoch
    (hybridpose-n). `channels` holds the C of the four maps.
    """

    def __init__(self) -> None:
        super().__init__()
        layers: list[Any] = list(build_pose_layers("n"))
        self._sources: list[Source] = [layer.f for layer in layers[:HEAD]]
        self._outputs: list[int] = layers[HEAD].f
        self.model = nn.ModuleList(layers[:HEAD])
        self.channels = (64, 128, 256, 256)
        self.p6 = nn.Conv2d(self.channels[2], self.channels[3], 3, 2, 1)
        identity = torch.eye(self.channels[3])[:, :, None, None]
        self.p6.weight.data.copy_(identity.expand_as(self.p6.weight) / 9)
        assert self.p6.bias is not None
        self.p6.bias.data.zero_()

    def forward(self, images: torch.Tensor) -> list[torch.Tensor]:
        """See the class."""
        maps = run_layers(self.model, self._sources, images, self._outputs)
        return [*maps, self.p6(maps[-1])]


class SideBySide(nn.ModuleList):
    """Several towers on one map [B, C, h, w], their answers stacked along the channels."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """See the class."""
        return torch.cat([tower(x) for tower in self], dim=1)


class PoseTowers(nn.Module):
    """The box, class and keypoint towers of the pose head without their last 1 x 1 convolutions, side by side.

    SmallBody's four maps to four maps [B, `channels`, H / s, W / s]. Stride 64 has its own towers, which start as those
    of stride 32.
    """

    def __init__(self) -> None:
        super().__init__()
        head: Any = build_pose_layers("n")[HEAD]
        groups = [getattr(head, name) for name in TOWERS]
        self.channels = sum(group[0][-1].in_channels for group in groups)  # 64 + 64 + 51 for 17 joints
        levels = [SideBySide(group[level][:-1] for group in groups) for level in range(len(head.f))]
        self.levels = nn.ModuleList([*levels, copy.deepcopy(levels[-1])])

    def forward(self, maps: list[torch.Tensor]) -> list[torch.Tensor]:
        """See the class."""
        return [level(x) for level, x in zip(self.levels, maps, strict=True)]


def exact_layers(body: str, towers: str) -> list[str]:
    """Names of the layers that stay in float32 in half precision, given those of a SmallBody and its PoseTowers.

    The first convolution, since bfloat16 would round the pixels, and the keypoint towers of strides 32 and 64, where a
    rounded offset is worth the most pixels. In bfloat16 90% of kapao-n's joints move by less than half a pixel without
    them, 95% with them (40 photos of coco_val), and prediction takes about 8% longer.
    """
    return [f"{body}.model.0", *(f"{towers}.levels.{level}.{TOWERS.index('cv4')}" for level in (2, 3))]


def start_from_pose_checkpoint(body: SmallBody, towers: PoseTowers, state: Mapping[str, torch.Tensor]) -> None:
    """Fill body and towers with the state dict of `yolo11n-pose` (names `model.0.conv.weight` ...), in place.

    `p6` keeps its own start. Raises KeyError where a tensor is missing.
    """
    for name, tensor in body.model.state_dict().items():
        tensor.copy_(state[f"model.{name}"])
    for name, tensor in towers.levels.state_dict().items():  # "LEVEL.TOWER.rest"
        level, tower, rest = name.split(".", 2)
        source = min(int(level), len(towers.levels) - 2)
        tensor.copy_(state[f"model.{HEAD}.{TOWERS[int(tower)]}.{source}.{rest}"])


def last_layer(
    towers: PoseTowers, state: Mapping[str, torch.Tensor], tower: str, level: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Weight [n, C] and bias [n] of the checkpoint's last 1 x 1 convolution of one tower, reading all towers' C maps.

    `tower` is cv2 (4 sides x 16 bins), cv3 (person) or cv4 (x, y, score of each joint). Level 3 has level 2's.
    """
    source = f"model.{HEAD}.{tower}.{min(level, len(towers.levels) - 2)}.2"
    own = state[f"{source}.weight"].float().flatten(1)
    widths = [state[f"model.{HEAD}.{name}.0.2.weight"].shape[1] for name in TOWERS]
    start = sum(widths[: TOWERS.index(tower)])
    weight = own.new_zeros(len(own), towers.channels)
    weight[:, start : start + own.shape[1]] = own
    return weight, state[f"{source}.bias"].float()
