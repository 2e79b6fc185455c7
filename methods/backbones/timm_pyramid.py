"""Backbones of `timm`: the maps at strides from 4 or 8 to 32 of a network made for ImageNet."""

from typing import Any

import timm
import torch
from torch import nn

from methods.backbones.imagenet import start_from_imagenet

# What timm's feature extractor is asked for: which of its maps, and for HRNet those of the branches themselves rather
# than the wider ones that its classification head makes of them.
MODELS: dict[str, dict[str, Any]] = {
    "dla34": {"out_indices": (3, 4, 5)},
    "hrnet_w32": {"out_indices": (1, 2, 3, 4), "feature_location": ""},
    "hrnet_w48": {"out_indices": (1, 2, 3, 4), "feature_location": ""},
}


class TimmPyramid(nn.Module):
    """Images [B, 3, H, W] in 0..1, H and W multiples of 32, to one map [B, C, H / s, W / s] for each stride s.

    `name` is one of MODELS; weights are random. DLA's strides are 8, 16 and 32, HRNet's begin at 4, as its branches do.
    `channels` holds the C of the maps. Images are normalised with
    the mean and deviation that the network was trained with on ImageNet.
    """

    mean: torch.Tensor
    deviation: torch.Tensor

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        model: Any = timm.create_model(name, pretrained=False, features_only=True, **MODELS[name])
        self.model = model
        self.channels: tuple[int, ...] = tuple(model.feature_info.channels())
        config = model.default_cfg
        self.register_buffer("mean", torch.tensor(config["mean"]).view(3, 1, 1), persistent=False)
        self.register_buffer("deviation", torch.tensor(config["std"]).view(3, 1, 1), persistent=False)

    def start_from_imagenet(self) -> None:
        """Start from timm's ImageNet weights, in place; raises WeightsError where they cannot be fetched."""
        start_from_imagenet(self.model, self.name, features_only=True, **MODELS[self.name])

    def forward(self, images: torch.Tensor) -> list[torch.Tensor]:
        """See the class."""
        return self.model(((images - self.mean) / self.deviation).to(images.dtype))
