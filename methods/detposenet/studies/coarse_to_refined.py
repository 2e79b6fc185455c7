"""What DetPoseNet's third stage brings: the same people with the keypoints of the first stage and with the refined."""

from collections.abc import Callable
from typing import ClassVar

import numpy as np

from methods.analysis.steps import Seen, StepEffect, measure_step
from methods.analysis.study import check
from methods.data.coco import CocoKeypoints
from methods.detposenet.decode import DetPoseNetSettings
from methods.method import Method, Raw
from methods.types import Poses

COARSE, COMPLETED, REFINED = "coarse poses", "coarse poses, completed", "refined poses"


class CoarseToRefined(StepEffect):
    """Coarse poses without the keypoints that they lack, with those of the third stage in their place, and refined."""

    step: ClassVar[str] = "the third stage"
    hidden: ClassVar[tuple[str, ...]] = ("Rate",)


def measure_third_stage(
    method: Method,
    data: CocoKeypoints,
    settings: DetPoseNetSettings | None = None,
    progress: Callable[[int], None] = lambda done: None,
    command: str | None = None,
) -> CoarseToRefined:
    """Run a DetPoseNet over `data` once; `settings` defaults to the evaluation preset.

    People, boxes and scores are those of the refined poses. A keypoint that the coarse pose lacks counts as COCO counts
    one that is not there: it lies at 0, 0. `progress` is called with the number of images done. Raises DataError where
    the method is no DetPoseNet or there is no labelled person.
    """
    check(method, DetPoseNetSettings, data, "third stage; give a variant of DetPoseNet")
    settings = settings or DetPoseNetSettings.evaluation()

    def see(raw: Raw) -> Seen:
        found = method.decode(raw, settings)
        coarse = coarse_of(found.poses, found.intermediate.people, found.intermediate.coarse)
        completed = coarse.keypoints.copy()
        missing = np.isnan(completed)
        completed[missing] = found.poses.keypoints[missing]
        whole = Poses(coarse.boxes, coarse.scores, completed, coarse.keypoint_scores)
        return Seen({COARSE: coarse, COMPLETED: whole, REFINED: found.poses}, coarse, found.poses)

    return measure_step(CoarseToRefined, method, data, settings, see, progress, command)


def coarse_of(poses: Poses, people: np.ndarray, coarse: np.ndarray) -> Poses:
    """The same N people with coarse keypoints: `people` [T] says whose proposals are the `coarse` [T, K, 3]."""
    keypoints = np.full((*poses.keypoint_scores.shape, 3), np.nan)
    keypoints[people[people >= 0]] = coarse[people >= 0]
    return Poses(poses.boxes, poses.scores, keypoints[..., :2], keypoints[..., 2])
