"""The metamodel's network (section 3, Figures 2 and 3): features, coordinates, visibility."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, NamedTuple

import torch
from torch import nn

from methods.visibility.blocks import Residual, conv_norm
from methods.visibility.bodies import Features, MspnBody, SmallFeatures, TimmBody
from methods.visibility.coordinates import Deconvolutions, LateralDeconvolutions, PyramidMaps

SHAPE = (256, 192)  # height and width in pixels of a crop; the fully connected layers take no other
STRIDE = 4  # of the heat maps
STATES = 3  # absent, occluded, visible
BOTTLENECK = 64  # channels inside the residual block

Size = Literal["resnet50", "b0", "b6", "mspn2", "n"]


class Outputs(NamedTuple):
    """What the network says of B crops.

    heatmaps    [B, K, h, w] each, at stride 4; the last is the prediction, others are supervised too (MSPN)
    visibility  [B, K, 3]    logits of absent, occluded, visible
    """

    heatmaps: list[torch.Tensor]
    visibility: torch.Tensor


@dataclass(frozen=True)
class Parts:
    """What a size consists of: a body, a coordinate module on it, and the visibility module's widths.

    The paper leaves open how many channels the 1 x 1 convolution keeps; here so many that the parameters of each of its
    sizes come near to those of Table 5.
    """

    body: Callable[[], Any]
    coordinates: Callable[[Any, int], Any]
    reduced: int
    hidden: tuple[int, int, int] = (4096, 2048, 1024)


SIZES: dict[str, Parts] = {
    "resnet50": Parts(partial(TimmBody, "resnet50"), Deconvolutions, 480),
    "b0": Parts(partial(TimmBody, "efficientnet_b0"), Deconvolutions, 640),
    "b6": Parts(partial(TimmBody, "efficientnet_b6"), Deconvolutions, 576),
    "mspn2": Parts(MspnBody, PyramidMaps, 672),
    "n": Parts(SmallFeatures, LateralDeconvolutions, 48, (384, 256, 128)),
}


class VisibilityModule(nn.Module):
    """Figure 3: residual block of 3 x 3, 1 x 1 and 3 x 3, a 1 x 1 convolution with pooling, and four linear layers."""

    def __init__(self, body: Any, reduced: int, hidden: tuple[int, int, int], keypoints: int) -> None:
        super().__init__()
        self.residual = Residual(body.channels, BOTTLENECK)
        self.reduce = nn.Sequential(*conv_norm(body.channels, reduced, 1), nn.ReLU(True), nn.MaxPool2d(2))
        cells = (SHAPE[0] // body.stride // 2) * (SHAPE[1] // body.stride // 2)
        layers = [nn.Linear(*pair) for pair in zip((reduced * cells, *hidden), hidden, strict=False)]
        activated = [part for layer in layers for part in (layer, nn.ReLU(True))]
        self.connected = nn.Sequential(*activated, nn.Linear(hidden[-1], keypoints * STATES))

    def forward(self, features: Features) -> torch.Tensor:
        """Logits [B, K, 3]; equation 1's softmax is over the last axis."""
        return self.connected(self.reduce(self.residual(features.map)).flatten(1)).unflatten(1, (-1, STATES))


class VisibilityNetwork(nn.Module):
    """Crops of single people to heat maps and states of their keypoints. Weights are random.

    `size` is resnet50, b0, b6 or mspn2 (the paper's base models) or n, which reads the maps of the small body that all
    `-n` variants share. Children `features`, `coordinates` and `visibility` are the paper's three modules.
    """

    def __init__(self, size: Size = "n", keypoints: int = 17) -> None:
        super().__init__()
        parts = SIZES[size]
        self.features = parts.body()
        self.coordinates = parts.coordinates(self.features, keypoints)
        self.visibility = VisibilityModule(self.features, parts.reduced, parts.hidden, keypoints)

    def forward(self, seen: Any) -> Outputs:
        """Crops [B, 3, *SHAPE] in 0..1, or for size n the small body's maps of such crops."""
        features = self.features(seen)
        return Outputs(self.coordinates.maps(features), self.visibility(features))

    def exact_layers(self) -> list[str]:
        """Names of the modules that stay in float32 in half precision."""
        return [*(f"coordinates.{name}" for name in self.coordinates.last_layers()), "visibility.connected"]
