"""MobileNetV2 (Sandler et al., CVPR 2018) of width 1.5 with a feature pyramid: the body of MoveNet MultiPose.

Batch norm is folded into the convolutions, as it is in the published graph. Stride-2 convolutions pad as TensorFlow's
SAME does for even sizes: one row below and one column to the right.
"""

import torch
import torch.nn.functional as F
from torch import nn

# Output channels and stride of blocks 0 to 16; Table 2 of the paper times 1.5, rounded to multiples of 8.
BLOCKS = (
    (24, 1),
    *((40, 2), (40, 1)),
    *((48, 2), (48, 1), (48, 1)),
    *((96, 2), (96, 1), (96, 1), (96, 1)),
    *((144, 1), (144, 1), (144, 1)),
    *((240, 2), (240, 1), (240, 1)),
    (480, 1),
)
STEM, TOP, EXPANSION = 48, 1280, 6
TAPS = (9, 5, 2)  # blocks whose outputs the pyramid adds, at strides 16, 8, 4
LATERALS = ((TOP, 64), (96, 64), (48, 32), (40, 24))  # from and to, coarsest first
MERGES = ((64, 32), (32, 24), (24, 24))


class SameConv(nn.Conv2d):
    """Convolution of odd kernel that pads as TensorFlow's SAME does on even inputs."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1, bias: bool = True):
        super().__init__(inputs, outputs, kernel, stride, kernel // 2 if stride == 1 else 0, groups=groups, bias=bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(F.pad(x, (0, 1, 0, 1)) if self.stride[0] == 2 else x)


class InvertedResidual(nn.Module):
    """Widen, filter each channel, narrow again; added to the input where the shape stays (section 3.3)."""

    def __init__(self, inputs: int, outputs: int, stride: int, expansion: int) -> None:
        super().__init__()
        inner = inputs * expansion
        self.expand = SameConv(inputs, inner, 1) if expansion > 1 else None
        self.depthwise = SameConv(inner, inner, 3, stride, groups=inner)
        self.project = SameConv(inner, outputs, 1)
        self.is_residual = stride == 1 and inputs == outputs

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        inner = x if self.expand is None else F.relu6(self.expand(x))
        result = self.project(F.relu6(self.depthwise(inner)))
        return x + result if self.is_residual else result


class SeparableConv(nn.Module):
    """A 3x3 filter on each channel, then a 1x1 convolution and ReLU."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.depthwise = SameConv(inputs, inputs, 3, groups=inputs, bias=False)
        self.pointwise = SameConv(inputs, outputs, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.relu(self.pointwise(self.depthwise(x)))


class MobileNetFpn(nn.Module):
    """Images [B, 3, H, W] in -1..1, H and W multiples of 32, to one map [B, 24, H / 4, W / 4]."""

    channels, stride = 24, 4

    def __init__(self) -> None:
        super().__init__()
        self.stem = SameConv(3, STEM, 3, stride=2)
        inputs = [STEM, *(outputs for outputs, _ in BLOCKS)]
        self.blocks = nn.ModuleList(
            InvertedResidual(inputs[i], outputs, stride, EXPANSION if i else 1)
            for i, (outputs, stride) in enumerate(BLOCKS)
        )
        self.top = SameConv(inputs[-1], TOP, 1)
        self.laterals = nn.ModuleList(SameConv(*pair, 1) for pair in LATERALS)
        self.merges = nn.ModuleList(SeparableConv(*pair) for pair in MERGES)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        x = F.relu6(self.stem(images))
        taps = {}
        for i, block in enumerate(self.blocks):
            x = block(x)
            if i in TAPS:
                taps[i] = x
        x = self.laterals[0](F.relu6(self.top(x)))
        for tap, lateral, merge in zip(TAPS, self.laterals[1:], self.merges, strict=True):
            x = merge(F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False) + lateral(taps[tap]))
        return x
