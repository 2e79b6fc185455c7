"""Decoding of the metamodel: people above a score, and keypoints that are there."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch

from methods.ops.letterbox import Frame
from methods.settings import Settings, setting, switch
from methods.top_down import best_people
from methods.types import Poses
from methods.visibility.filtering import leave_out


class VisibilitySettings(Settings):
    """Thresholds of the metamodel as a method of its own."""

    keypoint_filter: ClassVar[str | None] = "keypoint_confidence"
    pose_confidence: float = setting(0.21, 0.0, 1.0, "people with a lower score are left out")
    keypoint_confidence: float = setting(0.02, 0.0, 1.0, "keypoints with a lower peak on their heat map are left out")
    drop_absent: bool = switch(True, "keypoints that are judged absent are left out")
    drop_occluded: bool = switch(False, "keypoints that are judged occluded are left out too")

    @classmethod
    def evaluation(cls) -> "VisibilitySettings":
        """Every person and keypoint: AP asks for a place of each and forgives those that are not there."""
        return cls(pose_confidence=0.0, keypoint_confidence=0.0, drop_absent=False)


@dataclass(frozen=True)
class VisibilityIntermediate:
    """N people in the order of the prediction, with all their keypoints; pixels of the original image.

    crops [N, 4]: what the network looked at; keypoints [N, K, 2]; peaks [N, K]: heights of the heat maps there;
    visibility [N, K, 3]: probabilities of absent, occluded, visible. heatmaps uint8 [P, K, h, w], 255 for 1, in the
    crops of the people whose maps were kept, who are `mapped` [P].
    """

    crops: np.ndarray
    keypoints: np.ndarray
    peaks: np.ndarray
    visibility: np.ndarray
    heatmaps: np.ndarray
    mapped: np.ndarray


def decode(
    outputs: dict[str, torch.Tensor], frame: Frame, settings: VisibilitySettings
) -> tuple[Poses, VisibilityIntermediate]:
    """One image's boxes and crops [M, 4], box_scores [M], keypoints [M, K, 2], peaks [M, K], visibility [M, K, 3].

    Also heatmaps uint8 [P, K, h, w] of the first of them.

    Coordinates are input pixels; rows whose box is NaN are nobody. People's scores are those of `best_people`.
    """
    values = {name: value.numpy() for name, value in outputs.items()}
    maps = values.pop("heatmaps")
    values["peaks"] = values["peaks"].clip(0, 1)
    chosen, scores = best_people(values, settings.pose_confidence)
    intermediate = VisibilityIntermediate(
        crops=frame.to_original(values["crops"][chosen].reshape(-1, 2, 2)).reshape(-1, 4),
        keypoints=frame.to_original(values["keypoints"][chosen]),
        peaks=values["peaks"][chosen],
        visibility=values["visibility"][chosen],
        heatmaps=maps[chosen[chosen < len(maps)]],
        mapped=np.flatnonzero(chosen < len(maps)),
    )
    shown = np.where((intermediate.peaks < settings.keypoint_confidence)[..., None], np.nan, intermediate.keypoints)
    boxes = frame.boxes_to_original(values["boxes"][chosen])
    poses = Poses(boxes, scores[chosen], shown, intermediate.peaks, intermediate.visibility)
    return leave_out(poses, settings.drop_absent, settings.drop_occluded), intermediate
