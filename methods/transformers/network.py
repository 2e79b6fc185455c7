"""ViTPose of the library transformers, built from what its configuration says and nothing else in it."""

from importlib.util import find_spec
from typing import Annotated, Any, Literal

import torch
from pydantic import BaseModel, ConfigDict, Field
from torch import nn

from methods.errors import WeightsError

Side = Annotated[int, Field(ge=8, le=2048)]  # px


class _Part(BaseModel):
    """Of a file that says much else: the names of classes, of code on the hub, and of other networks are not read."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Backbone(_Part):
    """The vision transformer; names as in transformers' VitPoseBackboneConfig, and its defaults."""

    model_type: Literal["vitpose_backbone"] = "vitpose_backbone"
    image_size: tuple[Side, Side] = (256, 192)
    patch_size: tuple[Annotated[int, Field(ge=1, le=64)], Annotated[int, Field(ge=1, le=64)]] = (16, 16)
    hidden_size: int = Field(768, ge=1, le=8192)
    num_hidden_layers: int = Field(12, ge=1, le=100)
    num_attention_heads: int = Field(12, ge=1, le=128)
    mlp_ratio: int = Field(4, ge=1, le=16)
    num_experts: int = Field(1, ge=1, le=32)
    part_features: int = Field(256, ge=1, le=8192)
    hidden_act: Literal["gelu", "relu", "silu", "gelu_new", "quick_gelu"] = "gelu"
    layer_norm_eps: float = Field(1e-12, gt=0, lt=1)
    qkv_bias: bool = True
    out_indices: list[Annotated[int, Field(ge=1, le=100)]] | None = None


class Configuration(_Part):
    """The whole network; names as in transformers' VitPoseConfig, and its defaults."""

    model_type: Literal["vitpose"]
    backbone_config: Backbone
    num_labels: int = Field(2, ge=2, le=1000)  # keypoints; transformers' own decoding fails for a single one
    scale_factor: int = Field(4, ge=1, le=16)
    use_simple_decoder: bool = True


class Processor(_Part):
    """How crops become input, and how large they are; names as in transformers' VitPoseImageProcessor."""

    size: dict[Literal["height", "width"], Side] = {"height": 256, "width": 192}
    do_rescale: bool = True
    rescale_factor: float = 1 / 255
    do_normalize: bool = True
    image_mean: tuple[float, float, float] = (0.485, 0.456, 0.406)
    image_std: tuple[float, float, float] = (0.229, 0.224, 0.225)


class VitPoseNetwork(nn.Module):
    """`model` is transformers' own; ViTPose+ has experts for several data sets, of which those of COCO are asked."""

    def __init__(self, config: dict[str, Any], processor: dict[str, Any]) -> None:
        """`config` and `processor` are a Configuration and a Processor as plain data.

        Raises WeightsError where transformers is not installed.
        """
        super().__init__()
        if find_spec("transformers") is None:
            raise WeightsError("ViTPose needs the library transformers; install it with: pip install 'transformers>=5'")
        from transformers import VitPoseConfig, VitPoseForPoseEstimation
        from transformers.models.vitpose import VitPoseImageProcessor

        self.model = VitPoseForPoseEstimation(VitPoseConfig(**config))
        self.processor = VitPoseImageProcessor(**processor)
        self.experts = config["backbone_config"]["num_experts"] > 1

    def forward(self, pixel_values: torch.Tensor) -> Any:
        """Crops [n, 3, height, width] as the processor makes them, n > 0, to VitPoseEstimatorOutput."""
        coco = torch.zeros(len(pixel_values), dtype=torch.long, device=pixel_values.device)
        return self.model(pixel_values, dataset_index=coco if self.experts else None)
