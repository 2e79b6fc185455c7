"""Layers that several modules of the metamodel are made of."""

import torch
from torch import nn


def conv_norm(inside: int, outside: int, kernel: int) -> tuple[nn.Conv2d, nn.BatchNorm2d]:
    """A convolution that keeps height and width, and its batch norm."""
    return nn.Conv2d(inside, outside, kernel, padding=kernel // 2, bias=False), nn.BatchNorm2d(outside)


def last_layer(layer: nn.Conv2d) -> nn.Conv2d:
    """The layer, starting with empty heat maps, as Simple Baseline's."""
    nn.init.normal_(layer.weight, std=0.001)
    assert layer.bias is not None
    nn.init.zeros_(layer.bias)
    return layer


class Residual(nn.Module):
    """Figure 3's residual block (He et al., 2016) on maps [B, C, h, w]: 3 x 3, 1 x 1, 3 x 3 with `inside` channels."""

    def __init__(self, channels: int, inside: int) -> None:
        super().__init__()
        self.branch = nn.Sequential(
            *conv_norm(channels, inside, 3), nn.ReLU(True),
            *conv_norm(inside, inside, 1), nn.ReLU(True),
            *conv_norm(inside, channels, 3),
        )  # fmt: skip

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """See the class."""
        return self.branch(x).add_(x).relu_()


class Separable(nn.Module):
    """A residual block that is cheap on fine maps [B, C, h, w]: 5 x 5 in each channel, then 1 x 1 across them."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.branch = nn.Sequential(
            nn.Conv2d(channels, channels, 5, padding=2, groups=channels, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU(True),
            *conv_norm(channels, channels, 1),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """See the class."""
        return self.branch(x).add_(x).relu_()
