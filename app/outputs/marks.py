"""The few kinds of marks into which every method's intermediate outputs are translated, and layers of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from app.colours import person_colour
from app.limits import MARKS
from methods.skeletons import COCO17, Skeleton
from methods.types import Poses

NOTHING = "None at these settings."


@dataclass(frozen=True)
class Mark:
    """One thing to draw over the image, in pixels of the original image.

    `at` by kind: box x1, y1, x2, y2; point x, y; arrow from x1, y1 to x2, y2; pose x, y of each keypoint in turn.
    `score` is the method's confidence, 0..1; name and details are what hovering tells, a line each. `aside` is for what
    the method saw but did not use.
    """

    kind: Literal["box", "point", "arrow", "pose"]
    at: list[float]
    colour: str  # CSS
    score: float
    name: str
    details: list[str]
    aside: bool = False


@dataclass(frozen=True)
class Layer:
    """One kind of intermediate outputs: its name, one line that a student understands, and how to mark it.

    `marks` takes a family's intermediate outputs, the poses decoded with them, on the method's own skeleton, and the
    people's numbers [N] in the viewer.
    """

    name: str
    meaning: str
    marks: Callable[[Any, Poses, np.ndarray], list[Mark]]


def strongest(marks: Sequence[Mark], limit: int = MARKS) -> tuple[list[Mark], str]:
    """The `limit` marks of highest score, best first, and a note where some were left out or there are none."""
    ranked = sorted(marks, key=lambda mark: -mark.score)
    if not ranked:
        return [], NOTHING
    if len(ranked) <= limit:
        return ranked, ""
    return ranked[:limit], f"The {limit} marks of highest confidence out of {len(ranked)}."


def pixels(values: np.ndarray) -> list[float]:
    """Coordinates of any shape as a flat list, to a tenth of a pixel."""
    return np.asarray(values, np.float64).round(1).ravel().tolist()


def keypoint_name(index: int, skeleton: Skeleton = COCO17) -> str:
    """What hovering calls a keypoint."""
    return skeleton.keypoints[index].replace("_", " ")


def pose_marks(mark: Mark, keypoints: np.ndarray, skeleton: Skeleton) -> list[Mark]:
    """A mark of kind pose at keypoints [K, 2]; of other skeletons than COCO's, which the viewer knows, points."""
    if skeleton == COCO17:
        return [replace(mark, kind="pose", at=pixels(keypoints))]
    return [
        replace(mark, kind="point", at=pixels(point), details=[keypoint_name(k, skeleton), *mark.details])
        for k, point in enumerate(keypoints)
    ]


def keypoint_points(
    poses: Poses,
    numbers: np.ndarray,
    keypoints: np.ndarray,
    strengths: np.ndarray,
    told: Callable[[int, int], list[str]],
) -> list[Mark]:
    """A point for every keypoint of everybody, also those that were left out of the poses.

    keypoints [N, K, 2] in pixels; strengths [N, K] in 0..1; told(person, keypoint) is what hovering tells besides.
    """
    left_out = np.isnan(poses.keypoints).any(axis=2)
    return [
        Mark(
            "point",
            pixels(keypoints[i, k]),
            person_colour(number),
            float(strengths[i, k]),
            keypoint_name(k, poses.skeleton),
            ["left out" if left_out[i, k] else "there", *told(i, k), named(number)],
            aside=bool(left_out[i, k]),
        )
        for i, number in enumerate(numbers.tolist())
        for k in range(left_out.shape[1])
    ]


def named(number: int) -> str:
    """What the viewer calls the person with that number."""
    return f"person {number + 1}"
