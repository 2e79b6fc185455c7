"""What KAPAO's fusion of keypoint objects with pose objects brings (Table 4 and, by keypoint, Figure 4, right)."""

from collections.abc import Callable, Sequence
from typing import ClassVar

import numpy as np

from methods.analysis.steps import Seen, StepEffect, measure_step
from methods.analysis.study import check
from methods.data.coco import CocoKeypoints
from methods.kapao.decode import KapaoSettings
from methods.method import Method, Raw
from methods.types import Poses

ALONE, FUSED = "pose objects alone", "fused poses"
CONFIDENCES = (0.05, 0.1, 0.2, 0.4, 0.6, 0.8)  # of keypoint objects


class Fusion(StepEffect):
    """Pose objects alone, poses fused at the chosen settings, and fused at other confidences of keypoint objects."""

    step: ClassVar[str] = "fusion"
    hidden: ClassVar[tuple[str, ...]] = ("Added",)


def measure_fusion(
    method: Method,
    data: CocoKeypoints,
    settings: KapaoSettings | None = None,
    confidences: Sequence[float] = CONFIDENCES,
    progress: Callable[[int], None] = lambda done: None,
    command: str | None = None,
) -> Fusion:
    """Run a KAPAO over `data` once; `settings` defaults to the evaluation preset.

    `progress` is called with the number of images done. Raises DataError where the method is no KAPAO or there is no
    labelled person.
    """
    check(method, KapaoSettings, data, "keypoint objects to be fused; give a variant of KAPAO")
    chosen: KapaoSettings = settings or method.Settings.evaluation()  # type: ignore[assignment]
    others = {
        f"keypoint confidence {value:g}": chosen.model_copy(update={"keypoint_confidence": value})
        for value in confidences
        if value != chosen.keypoint_confidence
    }

    def see(raw: Raw) -> Seen:
        found = method.decode(raw, chosen)
        objects = found.intermediate
        unknown = np.full(objects.pose_keypoints.shape[:2], np.nan)
        alone = Poses(objects.pose_boxes, objects.pose_scores, objects.pose_keypoints, unknown)
        ways = {ALONE: alone, FUSED: found.poses}
        ways |= {name: method.decode(raw, other).poses for name, other in others.items()}
        return Seen(ways, alone, found.poses)

    return measure_step(Fusion, method, data, chosen, see, progress, command)
