"""What a method finds, on COCO's keypoints, on which the page draws and compares: those that it has, by name."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from methods.method import Method
from methods.settings import Settings
from methods.skeletons import COCO17, Skeleton, shared_names
from methods.types import Poses, Prediction

LEAST = 5  # keypoints in common; fewer tell too little of who is who


@dataclass(frozen=True)
class OnCoco(Prediction):
    """A prediction whose poses were put on COCO's keypoints; `own` are the same people with the method's own, whose
    names and sides its intermediate outputs have."""

    own: Poses | None = None


def comparable(skeleton: Skeleton) -> bool:
    """Whether a method that finds these keypoints can be drawn and compared beside those that find COCO's."""
    return len(shared_names(COCO17, skeleton)[0]) >= LEAST


def left_out(skeleton: Skeleton) -> str:
    """One sentence on what the page does not show of such a method; empty where it shows everything."""
    shared = len(shared_names(COCO17, skeleton)[0])
    if skeleton == COCO17:
        return ""
    return f"Shown and compared are the {shared} of its {len(skeleton)} keypoints ({skeleton.name}) that COCO has too."


def on_coco(prediction: Prediction) -> Prediction:
    """The same people with COCO's keypoints, NaN where the method has none of that name."""
    poses = prediction.poses
    if poses.skeleton == COCO17:
        return prediction
    theirs, own = shared_names(COCO17, poses.skeleton)
    visibility = None if poses.visibility is None else _placed(poses.visibility, theirs, own)
    keypoints, scores = (_placed(each, theirs, own) for each in (poses.keypoints, poses.keypoint_scores))
    shared = Poses(poses.boxes, poses.scores, keypoints, scores, visibility, COCO17)
    return OnCoco(shared, prediction.timing, prediction.intermediate, prediction.image, own=poses)


def predict(
    image: np.ndarray, methods: Mapping[str, Method], settings: Mapping[str, Settings]
) -> dict[str, Prediction]:
    """What every method finds in an image, RGB uint8 [H, W, 3], on COCO's keypoints."""
    return {name: on_coco(method.predict([image], settings[name])[0]) for name, method in methods.items()}


def _placed(values: np.ndarray, theirs: list[int], own: list[int]) -> np.ndarray:
    """Values [N, K, ...] of the keypoints `own` at the places `theirs` of COCO's; NaN elsewhere."""
    whole = np.full((len(values), len(COCO17), *values.shape[2:]), np.nan, np.float32)
    whole[:, theirs] = values[:, own]
    return whole
