"""A feature pyramid for HRNet, whose branches are fused at the finest of them (Sun et al., arXiv 1904.04514)."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import nn


class HrFpn(nn.Module):
    """Maps [B, channels[i], h, w], each half as large as the one before, to `levels` maps of `out` channels.

    All maps are brought to the finest one's size and fused by a 1 x 1 convolution. What that gives, averaged over 1, 2,
    4, ... cells a side, becomes the levels by convolutions of stride 2: from branches of strides 4 to 32 those of 8, 16
    and 32. There is no norm, as in mmdetection.
    """

    def __init__(self, channels: Sequence[int], out: int, levels: int) -> None:
        super().__init__()
        self.fuse = nn.Conv2d(sum(channels), out, 1)
        self.smooth = nn.ModuleList(nn.Conv2d(out, out, 3, stride=2, padding=1) for _ in range(levels))
        for layer in (self.fuse, *self.smooth):
            nn.init.kaiming_uniform_(layer.weight, a=1)
            nn.init.zeros_(layer.bias)

    def forward(self, maps: list[torch.Tensor]) -> list[torch.Tensor]:
        """See the class; finest first."""
        finest, *others = maps
        same = [F.interpolate(x, size=finest.shape[2:], mode="bilinear") for x in others]
        fused = self.fuse(torch.cat([finest, *same], dim=1))
        return [layer(F.avg_pool2d(fused, 2**level)) for level, layer in enumerate(self.smooth)]
