"""ImageNet weights of timm's networks."""

from typing import Any

import timm
from torch import nn

from methods.errors import WeightsError


def start_from_imagenet(model: nn.Module, name: str, **options: Any) -> None:
    """Start `model`, which `timm.create_model(name, **options)` made, from timm's ImageNet weights, in place.

    They are fetched once from the hub. Raises WeightsError without it.
    """
    try:
        pretrained = timm.create_model(name, pretrained=True, **options)
    except Exception as error:  # the hub's errors have no base class in common
        raise WeightsError(
            f"ImageNet weights of {name} could not be fetched from the Hugging Face hub"
            f" ({type(error).__name__}); connect to the internet once."
        ) from None
    model.load_state_dict(pretrained.state_dict())
