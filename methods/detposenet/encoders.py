"""Heavy encoders: what the light tails of the first and the third stage read."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import timm
import torch
from torch import nn

from methods.backbones import small_body
from methods.backbones.imagenet import start_from_imagenet

STRIDES = (4, 8, 16, 32)
# timm's models that are known here, and what their feature extractor is asked for: maps of STRIDES; of HRNet those of
# the branches themselves rather than the wider ones that its classification head makes of them.
MODELS: dict[str, dict[str, Any]] = {
    "resnet50": {"out_indices": (1, 2, 3, 4)},
    "hrnet_w48": {"out_indices": (1, 2, 3, 4), "feature_location": ""},
}


class Encoded(NamedTuple):
    """What an encoder says of B images: maps [B, C, H / s, W / s] for each of STRIDES.

    `down` are the convolutions' that make maps smaller, `skips` what the tail reads; a plain encoder has only one kind.
    """

    down: list[torch.Tensor]
    skips: list[torch.Tensor]


class TimmEncoder(nn.Module):
    """A network made for ImageNet, random weights; images [B, 3, H, W] in 0..1, H and W multiples of 32."""

    mean: torch.Tensor
    deviation: torch.Tensor

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        model: Any = timm.create_model(name, pretrained=False, features_only=True, **MODELS[name])
        self.model = model
        self.down_channels: Sequence[int] = tuple(model.feature_info.channels())
        self.skip_channels = self.down_channels
        config = model.default_cfg
        self.register_buffer("mean", torch.tensor(config["mean"]).view(3, 1, 1), persistent=False)
        self.register_buffer("deviation", torch.tensor(config["std"]).view(3, 1, 1), persistent=False)

    def start_from_imagenet(self) -> None:
        """Start from timm's ImageNet weights, in place; raises WeightsError where they cannot be fetched."""
        start_from_imagenet(self.model, self.name, features_only=True, **MODELS[self.name])

    def forward(self, images: torch.Tensor) -> Encoded:
        """See the class."""
        maps = self.model(((images - self.mean) / self.deviation).to(images.dtype))
        return Encoded(maps, maps)


class SmallMaps(nn.Module):
    """In an encoder's place in the small network: hands over the maps of the body that all `-n` variants share."""

    down_channels: Sequence[int] = small_body.CHANNELS
    skip_channels: Sequence[int] = small_body.CHANNELS

    def forward(self, maps: list[torch.Tensor]) -> Encoded:
        """Maps of small_body.SmallBody, for both kinds: it has no other ones."""
        return Encoded(maps, maps)
