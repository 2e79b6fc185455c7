"""A feature pyramid network with group norm (Lin et al., CVPR 2017; Wu and He, ECCV 2018)."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import nn

GROUPS, LEAST_IN_GROUP = 32, 4  # channels fewer than 4 a group would be normalised by too few numbers on small maps


def conv_norm(read: int, out: int, kernel: int, stride: int = 1) -> nn.Sequential:
    """A convolution that keeps the size of its map, divided by `stride`, and group norm."""
    groups = min(GROUPS, out // LEAST_IN_GROUP)
    return nn.Sequential(
        nn.Conv2d(read, out, kernel, stride, padding=kernel // 2, bias=False), nn.GroupNorm(groups, out)
    )


def conv_norm_relu(read: int, out: int) -> nn.Sequential:
    """A 3 x 3 convolution, group norm and ReLU."""
    return conv_norm(read, out, 3).append(nn.ReLU())


class Fpn(nn.Module):
    """Maps [B, channels[i], h, w], each half as large as the one before, to maps of `out` channels of the same sizes.

    With `extra`, one level more: a convolution of stride 2 on the last input map.
    """

    def __init__(self, channels: Sequence[int], out: int, extra: bool) -> None:
        super().__init__()
        self.lateral = nn.ModuleList(conv_norm(read, out, 1) for read in channels)
        self.smooth = nn.ModuleList(conv_norm(out, out, 3) for _ in channels)
        self.extra = conv_norm(channels[-1], out, 3, stride=2) if extra else None

    def forward(self, maps: list[torch.Tensor]) -> list[torch.Tensor]:
        """See the class; finest first."""
        merged = [layer(x) for layer, x in zip(self.lateral, maps, strict=True)]
        for i in range(len(merged) - 1, 0, -1):
            merged[i - 1] = merged[i - 1] + F.interpolate(merged[i], size=merged[i - 1].shape[2:], mode="nearest")
        levels = [layer(x) for layer, x in zip(self.smooth, merged, strict=True)]
        return [*levels, self.extra(maps[-1])] if self.extra else levels
