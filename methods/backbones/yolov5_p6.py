"""CSP-P6: the body and neck of YOLOv5-P6, a feature pyramid of cross-stage-partial blocks with four strides."""

import math

import torch
from torch import nn

from methods.backbones.routing import Source, run_layers
from methods.backbones.ultralytics_blocks import C3, SPP, Concat, Conv, Focus

STRIDES = (8, 16, 32, 64)

# What a layer reads, its block, and the block's channels at full width (None: the block has none). An entry of REPEATS
# says how often a C3 repeats its bottleneck at full depth; those of the body have shortcuts, those of the neck do not.
LAYERS: tuple[tuple[Source, str, int | None], ...] = (
    (-1, "focus", 64),  # 0: stride 2
    (-1, "down", 128),  # stride 4
    (-1, "c3", 128),
    (-1, "down", 256),  # stride 8
    (-1, "c3", 256),
    (-1, "down", 512),  # 5: stride 16
    (-1, "c3", 512),
    (-1, "down", 768),  # stride 32
    (-1, "c3", 768),
    (-1, "down", 1024),  # stride 64
    (-1, "spp", 1024),  # 10
    (-1, "c3", 1024),
    (-1, "point", 768),
    (-1, "up", None),
    ((-1, 8), "concat", None),
    (-1, "c3", 768),  # 15
    (-1, "point", 512),
    (-1, "up", None),
    ((-1, 6), "concat", None),
    (-1, "c3", 512),
    (-1, "point", 256),  # 20
    (-1, "up", None),
    ((-1, 4), "concat", None),
    (-1, "c3", 256),  # 23: out, stride 8
    (-1, "down", 256),
    ((-1, 20), "concat", None),  # 25
    (-1, "c3", 512),  # out, stride 16
    (-1, "down", 512),
    ((-1, 16), "concat", None),
    (-1, "c3", 768),  # out, stride 32
    (-1, "down", 768),  # 30
    ((-1, 12), "concat", None),
    (-1, "c3", 1024),  # out, stride 64
)
REPEATS = {4: 9, 6: 9}  # every other C3: 3
WITH_SHORTCUT = (2, 4, 6, 8)
OUTPUTS = (23, 26, 29, 32)


class CspP6(nn.Module):
    """Images [B, 3, H, W] in 0..1, H and W multiples of 64, to one map [B, C, H / s, W / s] for each s in STRIDES.

    `depth` and `width` scale the number of bottlenecks and of channels (1, 1 for size L). Layers are `model.0` to
    `model.32`, numbered and named as in the YOLOv5 6.0 checkpoints. `channels` holds the C of the four maps.
    """

    def __init__(self, depth: float, width: float) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        made: list[int] = []  # channels that each layer gives
        for index, (source, block, full) in enumerate(LAYERS):
            read = [made[i] for i in ((source,) if isinstance(source, int) else source)] if made else [3]
            out = sum(read) if full is None else math.ceil(full * width / 8) * 8
            repeats = max(round(REPEATS.get(index, 3) * depth), 1)
            layers.append(_build(block, read[0], out, repeats, index in WITH_SHORTCUT))
            made.append(out)
        self.model = nn.ModuleList(layers)
        self.channels = tuple(made[index] for index in OUTPUTS)

    def forward(self, images: torch.Tensor) -> list[torch.Tensor]:
        """See the class."""
        return run_layers(self.model, [source for source, _, _ in LAYERS], images, OUTPUTS)


def _build(block: str, read: int, out: int, repeats: int, shortcut: bool) -> nn.Module:
    match block:
        case "focus":
            return Focus(read, out, 3)
        case "down":
            return Conv(read, out, 3, 2)
        case "point":
            return Conv(read, out, 1, 1)
        case "c3":
            return C3(read, out, repeats, shortcut)
        case "spp":
            return SPP(read, out, (3, 5, 7))
        case "concat":
            return Concat(1)
        case _:
            return nn.Upsample(scale_factor=2, mode="nearest")
