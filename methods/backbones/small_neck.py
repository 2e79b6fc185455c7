"""The small neck of methods that look for people on four scales: the small body's maps to a level for each scale."""

import torch
from torch import nn

from methods.backbones.small_body import CHANNELS, STRIDES
from methods.backbones.ultralytics_blocks import Conv

LEVELS = (8, 16, 32, 64)  # strides of the levels
GROWTH = (1.0, 1.25, 1.5, 2.0)  # channels of the levels as shares of the width; coarse ones have few cells
assert STRIDES[1:] == LEVELS[:-1]


class SmallNeck(nn.Module):
    """The small body's four maps to a map [B, C, H / s, W / s] for each s of LEVELS; C is one of `channels`.

    Two 3 x 3 convolutions a level. Level 64, which the body lacks, starts from level 32's first with a stride of 2.
    The body's finest map, of stride 4, is not read.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.channels = tuple(int(width * share) for share in GROWTH)
        inputs = (*CHANNELS[1:], self.channels[-2])
        self.first = nn.ModuleList(
            Conv(given, own, 3, 2 if stride == LEVELS[-1] else 1)
            for given, own, stride in zip(inputs, self.channels, LEVELS, strict=True)
        )
        self.second = nn.ModuleList(Conv(own, own, 3) for own in self.channels)

    def forward(self, maps: list[torch.Tensor]) -> list[torch.Tensor]:
        """See the class."""
        *same, coarser = self.first
        levels = [layer(x) for layer, x in zip(same, maps[1:], strict=True)]
        levels.append(coarser(levels[-1]))
        return [layer(x) for layer, x in zip(self.second, levels, strict=True)]
