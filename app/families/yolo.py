"""YOLO11-pose: many predictions for each person, of which one stays."""

import numpy as np

from app.colours import NEUTRAL, person_colour
from app.outputs.marks import Layer, Mark, named, pixels
from app.outputs.step import Step
from methods.types import Poses
from methods.yolo.decode import YoloIntermediate


def candidates(intermediate: YoloIntermediate, poses: Poses, numbers: np.ndarray) -> list[Mark]:
    """The box of every candidate; one that was left out has the colour of the person whom it overlaps most."""
    marks = []
    kept = np.flatnonzero(intermediate.kept)
    overlaps = box_iou(intermediate.boxes, intermediate.boxes[kept])
    for i, stays in enumerate(intermediate.kept.tolist()):
        better = int(np.searchsorted(kept, i))  # people who come before it; only a better one can push it out
        if stays:
            person, fate = better, "stays as "
        else:
            person = int(np.argmax(overlaps[i, :better])) if overlaps[i, :better].any() else -1
            fate = "left out for the better "
        number = int(numbers[person]) if person >= 0 else None
        marks.append(
            Mark(
                "box",
                pixels(intermediate.boxes[i]),
                NEUTRAL if number is None else person_colour(number),
                float(intermediate.scores[i]),
                "candidate",
                ["left out" if number is None else fate + named(number)],
                aside=not stays,
            )
        )
    return marks


def box_iou(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Intersection over union [N, M] of boxes [N, 4] and [M, 4] (x1, y1, x2, y2); 0 where both are empty."""
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum(first[:, None, 2:], second[None, :, 2:])
    shared = (high - low).clip(min=0).prod(axis=2)
    areas = [(boxes[:, 2:] - boxes[:, :2]).prod(axis=1) for boxes in (first, second)]
    union = areas[0][:, None] + areas[1][None] - shared
    return np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)


INTERMEDIATE = YoloIntermediate
LAYERS = (
    Layer(
        "Candidates before suppression",
        "Every candidate above the threshold, before one is chosen for each person; dashed ones were left out.",
        candidates,
    ),
)

STEPS = (
    Step(
        "Many candidates",
        "Each cell of three grids may name a person: a box, a score and all 17 keypoints. Several may name the same "
        "one.",
        "Ultralytics' documentation of YOLO11; Maji et al., YOLO-Pose (2022), section 3",
        ("Candidates before suppression",),
    ),
    Step(
        "The result",
        "Of boxes that overlap much the best stays. Keypoints are taken as the cell regressed them; nothing is "
        "refined.",
        "Maji et al., YOLO-Pose (2022), section 3",
        poses=True,
    ),
)
