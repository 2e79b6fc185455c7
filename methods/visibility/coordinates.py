"""Coordinate modules of the metamodel (sections 3.1 and 4.4): from features to heat maps at stride 4.

Each has `maps` (heat maps [B, K, h, w], the last of which is the prediction) and `last_layers`, the names of the layers
that give them. `body` is the feature extractor that it reads, see `bodies`.
"""

from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from methods.visibility.blocks import Residual, Separable, conv_norm, last_layer
from methods.visibility.bodies import Features


def _deconvolution(inside: int, outside: int, kernel: int) -> tuple[nn.ConvTranspose2d, nn.BatchNorm2d]:
    """A transposed convolution that doubles height and width, started as Simple Baseline's, and its batch norm."""
    layer = nn.ConvTranspose2d(inside, outside, kernel, 2, kernel // 2 - 1, bias=False)
    nn.init.normal_(layer.weight, std=0.001)
    return layer, nn.BatchNorm2d(outside)


class Deconvolutions(nn.Sequential):
    """Simple Baseline's coordinate module (Xiao et al., 2018): three transposed convolutions, then heat maps."""

    WIDTHS = (256, 256, 256)

    def __init__(self, body: Any, keypoints: int) -> None:
        layers: list[nn.Module] = []
        for inside, outside in zip((body.channels, *self.WIDTHS), self.WIDTHS, strict=False):
            layers += [*_deconvolution(inside, outside, 4), nn.ReLU(True)]
        layers.append(last_layer(nn.Conv2d(self.WIDTHS[-1], keypoints, 1)))
        super().__init__(*layers)

    def maps(self, features: Features) -> list[torch.Tensor]:
        """One heat map [B, K, h, w]."""
        return [self(features.map)]

    def last_layers(self) -> list[str]:
        """See the module."""
        return [f"{len(self) - 1}"]


class PyramidMaps(nn.ModuleList):
    """MSPN's coordinate module: heat maps from every map on the way up, coarse to fine, enlarged to stride 4."""

    def __init__(self, body: Any, keypoints: int) -> None:
        super().__init__(
            nn.Sequential(*conv_norm(width, width, 1), nn.ReLU(True), last_layer(nn.Conv2d(width, keypoints, 3, 1, 1)))
            for width in body.widths
        )

    def maps(self, features: Features) -> list[torch.Tensor]:
        """As many heat maps [B, K, h, w] as the pyramid has maps; the last is from the finest of the last stage."""
        shape = features.pyramid[-1].shape[2:]
        return [
            F.interpolate(layer(x), size=shape, mode="bilinear", align_corners=False)
            for layer, x in zip(self, features.pyramid, strict=True)
        ]

    def last_layers(self) -> list[str]:
        """See the module."""
        return [f"{index}.3" for index in range(len(self))]


class LateralDeconvolutions(nn.Module):
    """The small network's: two narrow deconvolutions from stride 16, to each of which the body's own map is added.

    Their kernels are 2 x 2, and a residual block after each sees across the seams: a quarter of the cost of kernels of
    4 x 4, which see across by themselves.
    """

    WIDTHS = (96, 64)  # at strides 8 and 4

    def __init__(self, body: Any, keypoints: int) -> None:
        super().__init__()
        self.up = nn.ModuleList(
            nn.Sequential(*_deconvolution(*pair, 2))
            for pair in zip((body.channels, *self.WIDTHS), self.WIDTHS, strict=False)
        )
        self.lateral = nn.ModuleList(
            nn.Sequential(*conv_norm(*pair, 1)) for pair in zip(body.widths, self.WIDTHS, strict=True)
        )
        self.mix = nn.ModuleList([Residual(self.WIDTHS[0], self.WIDTHS[0] // 2), Separable(self.WIDTHS[1])])
        self.last = last_layer(nn.Conv2d(self.WIDTHS[-1], keypoints, 1))

    def fine(self, features: Features) -> torch.Tensor:
        """What the heat maps are read from, [B, WIDTHS[-1], h, w]; the pyramid holds the body's maps at strides 8 and
        4."""
        x = features.map
        for up, lateral, mix, side in zip(self.up, self.lateral, self.mix, features.pyramid, strict=True):
            x = mix(up(x).add_(lateral(side)).relu_())
        return x

    def maps(self, features: Features) -> list[torch.Tensor]:
        """One heat map [B, K, h, w]."""
        return [self.last(self.fine(features))]

    def last_layers(self) -> list[str]:
        """See the module."""
        return ["last"]
