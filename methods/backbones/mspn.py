"""Multi-stage pose network MSPN (Li et al., "Rethinking on Multi-Stage Networks for Human Pose Estimation", 2019)."""

from typing import Any, NamedTuple

import timm
import torch
import torch.nn.functional as F
from torch import nn

CHANNELS = (256, 512, 1024, 2048)  # of ResNet-50's maps at strides 4, 8, 16 and 32
UP = 256  # channels of every map on the way up
STEM = 64  # channels at stride 4 that a stage starts from


class StageMaps(NamedTuple):
    """One stage's maps, each from stride 32 to stride 4: on the way down (CHANNELS, reversed) and up (UP channels)."""

    down: list[torch.Tensor]
    up: list[torch.Tensor]


class Stage(nn.Module):
    """A ResNet-50 down and a light pyramid up; with `follows`, the maps of the stage before are added on the way down.

    That is the paper's cross-stage aggregation: both its maps of a scale, through a 1 x 1 convolution each.
    """

    def __init__(self, follows: bool) -> None:
        super().__init__()
        resnet: Any = timm.create_model("resnet50", pretrained=False)
        self.layers = nn.ModuleList([resnet.layer1, resnet.layer2, resnet.layer3, resnet.layer4])
        self.lateral = nn.ModuleList(_conv(width, UP) for width in CHANNELS)
        self.raised = nn.ModuleList(_conv(UP, UP) for _ in CHANNELS[:-1])
        skips = CHANNELS if follows else ()
        self.skip_down = nn.ModuleList(nn.Sequential(*_conv(width, width), nn.ReLU(inplace=True)) for width in skips)
        self.skip_up = nn.ModuleList(nn.Sequential(*_conv(UP, width), nn.ReLU(inplace=True)) for width in skips)

    def forward(self, x: torch.Tensor, before: StageMaps | None = None) -> StageMaps:
        """x [B, STEM, H / 4, W / 4] to the stage's maps."""
        down: list[torch.Tensor] = []
        for level, layer in enumerate(self.layers):
            x = layer(x)
            if before is not None:
                x = x + self.skip_down[level](before.down[-1 - level]) + self.skip_up[level](before.up[-1 - level])
            down.insert(0, x)
        up = [self.lateral[-1](down[0]).relu()]
        for level in reversed(range(len(CHANNELS) - 1)):
            finer = down[-1 - level]
            raised = F.interpolate(up[-1], size=finer.shape[2:], mode="bilinear", align_corners=False)
            up.append((self.lateral[level](finer) + self.raised[level](raised)).relu())
        return StageMaps(down, up)


class Mspn(nn.Module):
    """Images [B, 3, H, W], normalised as for ImageNet, H and W multiples of 32, to the maps of each stage.

    Weights are random.
    """

    def __init__(self, stages: int = 2) -> None:
        super().__init__()
        resnet: Any = timm.create_model("resnet50", pretrained=False)
        self.stem = nn.Sequential(resnet.conv1, resnet.bn1, resnet.act1, resnet.maxpool)
        self.stages = nn.ModuleList(Stage(follows=number > 0) for number in range(stages))
        self.cross = nn.ModuleList(nn.Sequential(*_conv(UP, STEM), nn.ReLU(inplace=True)) for _ in range(stages - 1))

    def forward(self, images: torch.Tensor) -> list[StageMaps]:
        """See the class."""
        x = self.stem(images)
        found: list[StageMaps] = []
        for number, stage in enumerate(self.stages):
            found.append(stage(x, found[-1] if found else None))
            if number < len(self.cross):
                x = self.cross[number](found[-1].up[-1])
        return found


def _conv(inside: int, outside: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(inside, outside, 1, bias=False), nn.BatchNorm2d(outside))
