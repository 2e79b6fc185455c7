"""What top-down models of others have in common: their settings, their intermediate outputs, and the way to people."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import torch

from methods.ops.letterbox import Frame, letterbox
from methods.settings import Settings, setting
from methods.skeletons import Skeleton
from methods.top_down import TopDown, best_people
from methods.types import Poses


class ImportedSettings(Settings):
    """Thresholds of a model that looks at one person at a time."""

    pose_confidence: float = setting(0.3, 0.0, 1.0, "people with a lower score are left out")
    keypoint_confidence: float = setting(0.2, 0.0, 1.0, "keypoints with a lower score are left out")

    @classmethod
    def evaluation(cls) -> Self:
        """Every person and keypoint: AP asks for a place of each and forgives those that are not there."""
        return cls(pose_confidence=0.0, keypoint_confidence=0.0)


@dataclass(frozen=True)
class ImportedIntermediate:
    """N people in the order of the prediction, with all their keypoints; pixels of the original image.

    crops [N, 4]: what the network looked at; keypoints [N, K, 2] of `skeleton`; peaks [N, K]: their scores.
    """

    crops: np.ndarray
    keypoints: np.ndarray
    peaks: np.ndarray
    skeleton: Skeleton


class ImportedTopDown(TopDown):
    """A user's own model that looks into boxes. Images are seen as they are, larger ones shrunk to `input_size`."""

    Settings = ImportedSettings
    default_input_size = 1280
    most_boxes = 30  # people an image; COCO's AP counts 20
    least_box_score = 0.05

    def preprocess(self, image: np.ndarray) -> tuple[torch.Tensor, Frame]:
        """RGB uint8 [H, W, 3] to uint8 [3, h, w], whose longer side is at most `input_size`."""
        return letterbox(image, min(self.input_size, max(image.shape[:2])), stride=1)

    def decode_outputs(
        self, outputs: dict[str, torch.Tensor], frame: Frame, settings: Any
    ) -> tuple[Poses, ImportedIntermediate]:
        """One image's boxes and crops [M, 4], box_scores [M], keypoints [M, K, 2], peaks [M, K], in input pixels."""
        values = {name: value.numpy() for name, value in outputs.items()}
        chosen, scores = best_people(values, settings.pose_confidence)
        intermediate = ImportedIntermediate(
            crops=frame.to_original(values["crops"][chosen].reshape(-1, 2, 2)).reshape(-1, 4),
            keypoints=frame.to_original(values["keypoints"][chosen]),
            peaks=values["peaks"][chosen],
            skeleton=self.skeleton,
        )
        uncertain = intermediate.peaks < settings.keypoint_confidence
        shown = np.where(uncertain[..., None], np.nan, intermediate.keypoints)
        boxes = frame.boxes_to_original(values["boxes"][chosen])
        return Poses(boxes, scores[chosen], shown, intermediate.peaks, skeleton=self.skeleton), intermediate
