"""ONNX networks that see one person at a time: SimCC heads and heat maps."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from methods.imported_top_down import ImportedTopDown
from methods.onnx.network import OnnxNetwork, load_network, misfit
from methods.ops.heatmaps import highest

PIXEL = 0.5  # px; these networks learned places as numbers of pixels, whose centres are half a pixel on


class OnnxTopDown(ImportedTopDown):
    """People in boxes of another method, by RTMPose and its like."""

    Network = OnnxNetwork
    network: OnnxNetwork

    @classmethod
    def load(cls, path: Path, options: Mapping[str, Any]) -> OnnxNetwork:
        """See Method; raises WeightsError where outputs do not fit the description."""
        return load_network(path, options, read)

    @property
    def crop_shape(self) -> tuple[int, int]:
        """See TopDown."""
        return self.network.description.height, self.network.description.width

    def predict_in_boxes(
        self, batch: torch.Tensor, boxes: Sequence[torch.Tensor], poses: Sequence[torch.Tensor] | None = None
    ) -> dict[str, tuple[torch.Tensor, ...]]:
        """See TopDown."""
        found = super().predict_in_boxes(batch, boxes, poses)
        return found | {"keypoints": tuple(each - PIXEL for each in found["keypoints"])}

    def predict_crops(self, seen: Any, poses: torch.Tensor | None) -> dict[str, torch.Tensor]:
        """See TopDown: also scores [n, K] of the keypoints as `peaks`."""
        if not len(seen):
            k = len(self.skeleton)
            return {"keypoints": seen.new_zeros(0, k, 2), "peaks": seen.new_zeros(0, k)}
        numbers, peaks = read(self.network, seen * 255)
        return {"keypoints": numbers.to(seen) + PIXEL, "peaks": peaks.to(seen).clamp(0, 1)}


def read(network: OnnxNetwork, crops: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Keypoints [n, K, 2], as numbers of crop pixels, and their scores [n, K], of crops [n, 3, h, w], n > 0.

    Raises WeightsError where the file's outputs are not those of its description.
    """
    said, outputs = network.description, network(crops)
    shapes = [list(each.shape) for each in outputs]
    n, k, size = len(crops), len(said.keypoints), torch.tensor([said.width, said.height])
    if said.outputs == "simcc":
        if len(shapes) != 2 or any(len(each) != 3 or each[:2] != [n, k] or each[2] < 2 for each in shapes):
            raise misfit(network, outputs, f"two of [N, {k}, bins]")
        bins = torch.tensor([each[2] for each in shapes])
        (first, x), (second, y) = (each.max(dim=2) for each in outputs)
        return torch.stack([x, y], dim=2) * (size / bins), torch.minimum(first, second)
    if len(shapes) != 1 or len(shapes[0]) != 4 or shapes[0][:2] != [n, k] or min(shapes[0][2:]) < 2:
        raise misfit(network, outputs, f"one of [N, {k}, h, w]")
    cells = torch.tensor(shapes[0][:1:-1])  # w, h
    places, peaks = highest(outputs[0])
    scale = (size - 1) / (cells - 1) if said.unbiased else size / cells
    return (places - 0.5) * scale, peaks
