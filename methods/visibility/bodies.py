"""Feature extractors of the metamodel (sections 3.1 and 4.4): what the coordinate and visibility modules read."""

from typing import Any, ClassVar, NamedTuple

import timm
import torch
import torch.nn.functional as F
from torch import nn

from methods.backbones import mspn
from methods.backbones.imagenet import start_from_imagenet
from methods.backbones.small_body import CHANNELS
from methods.visibility.blocks import Residual, conv_norm


class Features(NamedTuple):
    """What a body knows of B crops [B, 3, H, W].

    map      [B, C, h, w]  the feature vector, which both modules read
    pyramid                maps [B, C', h', w'] for a coordinate module that reads several; may be empty
    """

    map: torch.Tensor
    pyramid: list[torch.Tensor]


class ImageNetInput(nn.Module):
    """Normalises images [B, 3, H, W] in 0..1 with the mean and deviation of ImageNet's networks."""

    mean: torch.Tensor
    deviation: torch.Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(timm.data.IMAGENET_DEFAULT_MEAN).view(3, 1, 1), persistent=False)
        self.register_buffer("deviation", torch.tensor(timm.data.IMAGENET_DEFAULT_STD).view(3, 1, 1), persistent=False)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """See the class."""
        return ((images - self.mean) / self.deviation).to(images.dtype)


class TimmBody(nn.Module):
    """A classification network of `timm` without its classifier; features at stride 32. Weights are random."""

    stride = 32
    FEATURES: ClassVar[dict[str, Any]] = {"num_classes": 0, "global_pool": ""}

    def __init__(self, name: str) -> None:
        super().__init__()
        self.normalise = ImageNetInput()
        self.name = name
        model: Any = timm.create_model(name, pretrained=False, **self.FEATURES)
        self.model = model
        self.channels: int = model.num_features

    def start_from_imagenet(self) -> None:
        """Start from timm's ImageNet weights, in place; raises WeightsError where they cannot be fetched."""
        start_from_imagenet(self.model, self.name, **self.FEATURES)

    def forward(self, images: torch.Tensor) -> Features:
        """Images [B, 3, H, W] in 0..1, H and W multiples of 32."""
        return Features(self.model.forward_features(self.normalise(images)), [])


class MspnBody(nn.Module):
    """Two stages of MSPN: the feature vector is the output of the last encoder (section 4.4). Weights are random.

    `pyramid` holds the maps on the way up of both stages, from stride 32 to stride 4, with UP channels.
    """

    stride = 32
    channels, widths = mspn.CHANNELS[-1], (mspn.UP,) * (2 * len(mspn.CHANNELS))

    def __init__(self) -> None:
        super().__init__()
        self.normalise = ImageNetInput()
        self.mspn = mspn.Mspn(stages=2)

    def forward(self, images: torch.Tensor) -> Features:
        """Images [B, 3, H, W] in 0..1, H and W multiples of 32."""
        stages = self.mspn(self.normalise(images))
        return Features(stages[-1].down[0], [x for stage in stages for x in stage.up])


class SmallFeatures(nn.Module):
    """The maps of the small body that all `-n` variants share, from stride 8 on brought to stride 16 and mixed.

    The body is frozen; `pyramid` hands on its maps of strides 8 and 4 as they are, with `widths` channels.
    """

    stride, channels = 16, 128
    widths = (CHANNELS[1], CHANNELS[0])
    INSIDE = 64  # channels inside the residual blocks

    def __init__(self) -> None:
        super().__init__()
        self.fuse = nn.Sequential(*conv_norm(sum(CHANNELS[1:]), self.channels, 1), nn.ReLU(True))
        self.mix = nn.Sequential(*(Residual(self.channels, self.INSIDE) for _ in range(2)))

    def forward(self, maps: list[torch.Tensor]) -> Features:
        """The small body's maps [B, C, H / s, W / s] of B crops, see SmallBody."""
        stride4, stride8, stride16, stride32 = maps
        together = [F.avg_pool2d(stride8, 2), stride16, F.interpolate(stride32, scale_factor=2)]
        return Features(self.mix(self.fuse(torch.cat(together, dim=1))), [stride8, stride4])
