"""ViTPose behind the one interface: crops and keypoints by transformers' own code."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from methods.imported_top_down import ImportedTopDown
from methods.ops.crops import MIN_SIDE, fit_boxes
from methods.transformers.network import VitPoseNetwork
from methods.weights import load_into


class VitPose(ImportedTopDown):
    """People in boxes of another method; equal to transformers' processor, network and post-processing in turn."""

    Network = VitPoseNetwork
    network: VitPoseNetwork

    @classmethod
    def load(cls, path: Path, options: Mapping[str, Any]) -> VitPoseNetwork:
        """See Method."""
        network = VitPoseNetwork(**options)
        load_into(network.model, path)
        return network

    @staticmethod
    def exact_layers(network: VitPoseNetwork) -> list[str]:
        """The head, which gives the heat maps."""
        return ["model.head"]

    @property
    def crop_shape(self) -> tuple[int, int]:
        """See TopDown."""
        size = self.network.processor.size
        return size["height"], size["width"]

    def predict_in_boxes(
        self, batch: torch.Tensor, boxes: Sequence[torch.Tensor], poses: Sequence[torch.Tensor] | None = None
    ) -> dict[str, tuple[torch.Tensor, ...]]:
        """See TopDown; crops are those of transformers, which samples them in its own way."""
        found = [self._predict_image(*pair) for pair in zip(batch.cpu(), boxes, strict=True)]
        return {name: tuple(each[name] for each in found) for name in found[0]}

    def predict_crops(self, seen: Any, poses: torch.Tensor | None) -> dict[str, torch.Tensor]:
        """Heat maps [n, K, h, w] of crops as the processor makes them."""
        return {"heatmaps": self.network(seen).heatmaps.float()}

    def _predict_image(self, image: torch.Tensor, boxes: torch.Tensor) -> dict[str, torch.Tensor]:
        """People in boxes [N, 4] of an image [3, h, w], values 0..255."""
        corners = boxes.cpu()
        sides = (corners[:, 2:] - corners[:, :2]).clamp(min=MIN_SIDE)
        given = torch.cat([corners[:, :2], sides], dim=1).tolist()  # x, y, width, height
        regions, _ = fit_boxes(corners, self.crop_shape, self.padding)
        people = [each for start in range(0, len(given), self.crops_at_once)
                  for each in self._predict_people(image, given[start : start + self.crops_at_once])]  # fmt: skip
        k = len(self.skeleton)
        return {
            "crops": regions,
            "keypoints": torch.stack([each["keypoints"] for each in people]) if people else torch.zeros(0, k, 2),
            "peaks": torch.stack([each["scores"] for each in people]).clamp(0, 1) if people else torch.zeros(0, k),
        }

    def _predict_people(self, image: torch.Tensor, boxes: list[list[float]]) -> list[dict[str, torch.Tensor]]:
        """Keypoints [K, 2] in image pixels and scores [K] of each box x, y, width, height; there is at least one."""
        from transformers.models.vitpose.modeling_vitpose import VitPoseEstimatorOutput

        processor: Any = self.network.processor
        given = [image.to(torch.uint8)]
        crops = processor(given, boxes=[boxes], input_data_format="channels_first", return_tensors="pt")["pixel_values"]
        heatmaps = self.predict_crops(crops.to(self.device), None)["heatmaps"]
        return processor.post_process_pose_estimation(VitPoseEstimatorOutput(heatmaps=heatmaps), boxes=[boxes])[0]
