"""The metamodel's network (section 3, Figures 2 and 3): features, coordinates, visibility."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, NamedTuple

import torch
import torch.nn.functional as F
from torch import nn

from methods.visibility.bodies import Features, MspnBody, SmallVisibilityBody, TimmBody

SHAPE = (256, 192)  # height and width in pixels of a crop; the fully connected layers take no other
STRIDE = 4  # of the heat maps
STATES = 3  # absent, occluded, visible
BOTTLENECK = 64  # channels inside the residual block
# How the small network starts. Of the checkpoint's joints on coco_train those with log-odds between 0 and OCCLUDED are
# the likeliest to be occluded, and with GAIN the probabilities fit best. A drawn joint's channel varies by about
# DRAWN_VARIANCE over its map, so that batch norm makes its peak about 7 high; the heat map starts with 0.14. As the
# drawing is four times as wide as what is wanted, anything higher has larger errors than an empty map, and is unlearnt
# first (0.08: for 60 steps and more).
OCCLUDED, GAIN, DRAWN_VARIANCE, DRAWN_HEIGHT = 0.85, 0.75, 0.02, 0.02

Size = Literal["resnet50", "b0", "b6", "mspn2", "n"]


class Outputs(NamedTuple):
    """What the network says of B crops.

    heatmaps    [B, K, h, w] each, at stride 4; the last is the answer, others are supervised too (MSPN)
    visibility  [B, K, 3]    logits of absent, occluded, visible
    """

    heatmaps: list[torch.Tensor]
    visibility: torch.Tensor


@dataclass(frozen=True)
class Parts:
    """What a size consists of: a body, the channels of the deconvolutions, and the visibility module's widths.

    The paper leaves open how many channels the 1 x 1 convolution keeps; here so many that the parameters of each size
    come near to those of Table 5.
    """

    body: Callable[[], Any]
    deconvolutions: tuple[int, ...]  # none: one heat map from every map of the body's pyramid
    reduced: int
    hidden: tuple[int, int, int] = (4096, 2048, 1024)


SIZES: dict[str, Parts] = {
    "resnet50": Parts(partial(TimmBody, "resnet50"), (256, 256, 256), 480),
    "b0": Parts(partial(TimmBody, "efficientnet_b0"), (256, 256, 256), 640),
    "b6": Parts(partial(TimmBody, "efficientnet_b6"), (256, 256, 256), 576),
    "mspn2": Parts(MspnBody, (), 672),
    "n": Parts(SmallVisibilityBody, (128, 64), 48, (512, 256, 128)),
}


class Deconvolutions(nn.Sequential):
    """Simple Baseline's coordinate module (Xiao et al., 2018): transposed convolutions of stride 2, then heat maps."""

    def __init__(self, channels: int, widths: tuple[int, ...], joints: int) -> None:
        layers: list[nn.Module] = []
        for inside, outside in zip((channels, *widths), widths, strict=False):
            layers += [nn.ConvTranspose2d(inside, outside, 4, 2, 1, bias=False), nn.BatchNorm2d(outside), nn.ReLU(True)]
            nn.init.normal_(layers[-3].weight, std=0.001)  # type: ignore[arg-type]
        layers.append(_last(nn.Conv2d(widths[-1], joints, 1)))
        super().__init__(*layers)

    @torch.no_grad()
    def start_from_drawing(self, joints: int) -> None:
        """Start as an enlargement, bilinear in training's statistics, of the last `joints` channels of the input."""
        *deconvolutions, last = (layer for layer in self if isinstance(layer, nn.ConvTranspose2d | nn.Conv2d))
        edge = torch.tensor([0.25, 0.75, 0.75, 0.25])
        k = torch.arange(joints)
        start = deconvolutions[0].in_channels - joints
        for layer in deconvolutions:
            layer.weight[:, :joints] = 0
            layer.weight[start + k, k] = edge[:, None] * edge
            start = 0
        norm = next(layer for layer in self if isinstance(layer, nn.BatchNorm2d))
        assert norm.running_var is not None
        norm.running_var[:joints] = DRAWN_VARIANCE
        last.weight[:, :] = 0
        last.weight[k, k] = DRAWN_HEIGHT

    def maps(self, features: Features) -> list[torch.Tensor]:
        """One heat map [B, K, h, w] at stride 4."""
        return [self(features.map)]

    def last_layers(self, name: str) -> list[str]:
        """Name of the layer that gives heat maps, of a module called `name`."""
        return [f"{name}.{len(self) - 1}"]


class PyramidMaps(nn.ModuleList):
    """MSPN's coordinate module: heat maps from every map on the way up, coarse to fine, enlarged to stride 4."""

    def __init__(self, widths: tuple[int, ...], joints: int) -> None:
        super().__init__(
            nn.Sequential(
                nn.Conv2d(width, width, 1, bias=False),
                nn.BatchNorm2d(width),
                nn.ReLU(True),
                _last(nn.Conv2d(width, joints, 3, 1, 1)),
            )
            for width in widths
        )

    def maps(self, features: Features) -> list[torch.Tensor]:
        """As many heat maps [B, K, h, w] as the pyramid has maps; the last is from the finest of the last stage."""
        shape = features.pyramid[-1].shape[2:]
        return [
            F.interpolate(layer(x), size=shape, mode="bilinear", align_corners=False)
            for layer, x in zip(self, features.pyramid, strict=True)
        ]

    def last_layers(self, name: str) -> list[str]:
        """Names of the layers that give heat maps, of a module called `name`."""
        return [f"{name}.{index}.3" for index in range(len(self))]


class VisibilityModule(nn.Module):
    """Figure 3: residual block of 3 x 3, 1 x 1 and 3 x 3, a 1 x 1 convolution with pooling, and four linear layers."""

    def __init__(self, body: Any, reduced: int, hidden: tuple[int, int, int], joints: int) -> None:
        super().__init__()
        channels = body.channels
        self.residual = nn.Sequential(
            *_conv_norm(channels, BOTTLENECK, 3), nn.ReLU(True),
            *_conv_norm(BOTTLENECK, BOTTLENECK, 1), nn.ReLU(True),
            *_conv_norm(BOTTLENECK, channels, 3),
        )  # fmt: skip
        self.reduce = nn.Sequential(*_conv_norm(channels, reduced, 1), nn.ReLU(True), nn.MaxPool2d(2))
        cells = (SHAPE[0] // body.stride // 2) * (SHAPE[1] // body.stride // 2)
        widths = (reduced * cells + body.extra, *hidden)
        layers = [nn.Linear(inside, outside) for inside, outside in zip(widths, hidden, strict=False)]
        activated = [part for layer in layers for part in (layer, nn.ReLU(True))]
        self.connected = nn.Sequential(*activated, nn.Linear(hidden[-1], joints * STATES))

    @torch.no_grad()
    def start_from_scores(self) -> None:
        """Start with the states that the summary's scores s (log-odds) speak for: GAIN times -s, 0 and s - OCCLUDED.

        A joint is then absent below even odds, and visible from log-odds of OCCLUDED on. The first two units for each
        joint carry s where it is positive and where it is negative through all layers.
        """
        layers = [layer for layer in self.connected if isinstance(layer, nn.Linear)]
        joints = layers[-1].out_features // STATES
        units = torch.arange(2 * joints)
        scores = layers[0].in_features - 3 * joints + 3 * torch.arange(joints) + 2
        for layer in layers[:-1]:
            layer.weight[units], layer.bias[units] = 0, 0
            layer.weight[units, units] = 1
        layers[0].weight[units] = 0
        layers[0].weight[units[::2], scores], layers[0].weight[units[1::2], scores] = 1, -1
        last = layers[-1]
        last.weight[:], last.bias[:] = 0, 0
        for state, sign in ((0, -GAIN), (2, GAIN)):
            rows = STATES * torch.arange(joints) + state
            last.weight[rows, units[::2]], last.weight[rows, units[1::2]] = sign, -sign
        last.bias[2::STATES] = -GAIN * OCCLUDED

    def forward(self, features: Features) -> torch.Tensor:
        """Logits [B, K, 3]; equation 1's softmax is over the last axis."""
        x = features.map
        x = self.reduce((x + self.residual(x)).relu()).flatten(1)
        return self.connected(torch.cat([x, features.summary], dim=1)).unflatten(1, (-1, STATES))


class VisibilityNetwork(nn.Module):
    """Crops of single people to heat maps and states of their joints. Children `body`, `coordinates`, `visibility`.

    `size` is resnet50, b0, b6 or mspn2 (the paper's base models) or n (the small body that all `-n` variants share, two
    deconvolutions on its stride-16 features, and narrower linear layers). Weights are random; see `start_from` for n.
    """

    def __init__(self, size: Size = "n", joints: int = 17) -> None:
        super().__init__()
        parts = SIZES[size]
        self.joints = joints
        self.body = parts.body()
        self.coordinates: Deconvolutions | PyramidMaps = (
            Deconvolutions(self.body.channels, parts.deconvolutions, joints)
            if parts.deconvolutions
            else PyramidMaps(self.body.widths, joints)
        )
        self.visibility = VisibilityModule(self.body, parts.reduced, parts.hidden, joints)

    def forward(self, crops: torch.Tensor) -> Outputs:
        """Crops [B, 3, *SHAPE] in 0..1."""
        features = self.body(crops)
        return Outputs(self.coordinates.maps(features), self.visibility(features))

    def start_from(self, state: Mapping[str, torch.Tensor]) -> None:
        """Start the small network from the state dict of `yolo11n-pose`; raises KeyError for a missing tensor.

        Heat maps and states are then those that the checkpoint's own joints and scores speak for.
        """
        assert isinstance(self.coordinates, Deconvolutions)
        self.body.start_from(state)
        self.coordinates.start_from_drawing(self.joints)
        self.visibility.start_from_scores()

    def exact_layers(self) -> list[str]:
        """Names of the modules that stay in float32 in half precision."""
        own = self.body.last_layers() if isinstance(self.body, SmallVisibilityBody) else []
        return [*(f"body.{name}" for name in own), *self.coordinates.last_layers("coordinates"), "visibility.connected"]


def _conv_norm(inside: int, outside: int, kernel: int) -> tuple[nn.Conv2d, nn.BatchNorm2d]:
    return nn.Conv2d(inside, outside, kernel, padding=kernel // 2, bias=False), nn.BatchNorm2d(outside)


def _last(layer: nn.Conv2d) -> nn.Conv2d:
    """Starts with empty heat maps, as Simple Baseline."""
    nn.init.normal_(layer.weight, std=0.001)
    assert layer.bias is not None
    nn.init.zeros_(layer.bias)
    return layer
