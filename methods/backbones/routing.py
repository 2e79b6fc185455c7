"""Running a YOLO-style list of layers, in which a layer may read any earlier layer's map."""

from collections.abc import Iterable, Sequence

import torch
from torch import nn

Source = int | Sequence[int]  # index of the layer that is read; -1 is the layer before


def run_layers(
    layers: Iterable[nn.Module], sources: Sequence[Source], images: torch.Tensor, wanted: Sequence[int]
) -> list[torch.Tensor]:
    """Maps of the `wanted` layers, in that order; layer i reads `sources[i]` (several: a list of maps)."""
    needed = {*wanted, *(index for source in sources if not isinstance(source, int) for index in source)}
    kept: dict[int, torch.Tensor] = {}
    x = images
    for index, (layer, source) in enumerate(zip(layers, sources, strict=True)):
        x = layer(x if isinstance(source, int) else [x if other == -1 else kept[other] for other in source])
        if index in needed:
            kept[index] = x
    return [kept[index] for index in wanted]
