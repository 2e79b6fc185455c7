"""The quizzes among the sample scenes: pairs of images in which one thing changes, and what goes wrong with it.

Errors are those of `error_types.py` among the people that a method shows. They are counted in keypoints, so that they
can be compared: a wrong keypoint costs what its similarity lacks to 1, a person who is missed all labelled keypoints,
and a person who is not there all keypoints of the skeleton. What happens in a quiz is what costs more in the second
image.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np

from methods.analysis.error_types import Errors, Kind, find_errors
from methods.data.coco import AnnotatedImage, CocoKeypoints
from methods.data.scenes import FOLDER, NAME, QUIZZES, read_scenes
from methods.metrics.matching import match

BEFORE, AFTER = "-before", "-after"
NOTICED = 0.5  # keypoints; less is chance
DIFFERENT = 2.0  # keypoints between two methods, from which a quiz is worth a prediction


class ErrorType(StrEnum):
    """What may go wrong in an image, in the words of a person who predicts it."""

    MISSED = "somebody is not found"
    GHOST = "somebody is found who is not there"
    INVERSION = "left and right are mixed up"
    SWAP = "keypoints land on another person"
    MISS = "keypoints land far from where they are"
    JITTER = "keypoints are a little off"
    NOTHING = "nothing goes wrong that went right before"


KEYPOINTS = {
    ErrorType.INVERSION: Kind.INVERSION,
    ErrorType.SWAP: Kind.SWAP,
    ErrorType.MISS: Kind.MISS,
    ErrorType.JITTER: Kind.JITTER,
}


@dataclass(frozen=True, eq=False)
class Quiz:
    """A pair of images; the notes of the two say what one sees."""

    number: int
    name: str
    before: AnnotatedImage
    after: AnnotatedImage


@dataclass(frozen=True)
class Happened:
    """What a method made of a quiz: keypoints that each error type costs in either image, by all but NOTHING."""

    before: dict[ErrorType, float]
    after: dict[ErrorType, float]

    @property
    def change(self) -> dict[ErrorType, float]:
        """How many keypoints more the second image costs."""
        return {error: self.after[error] - self.before[error] for error in self.after}

    @property
    def more(self) -> dict[ErrorType, float]:
        """The change where it is at least NOTICED; most first."""
        noticed = {error: keypoints for error, keypoints in self.change.items() if keypoints >= NOTICED}
        return dict(sorted(noticed.items(), key=lambda item: -item[1]))

    @property
    def worst(self) -> ErrorType:
        """What costs most; NOTHING where nothing does."""
        return next(iter(self.more), ErrorType.NOTHING)


def difference(happened: Iterable[Happened]) -> float:
    """By how many keypoints methods differ in a quiz: in what the second image costs more, by the error type that tells
    most; 0 for fewer than two."""
    costs = [{error: max(0.0, keypoints) for error, keypoints in one.change.items()} for one in happened]
    kinds = costs[0] if costs else {}
    return max((max(cost[kind] for cost in costs) - min(cost[kind] for cost in costs) for kind in kinds), default=0.0)


def read_quizzes(folder: Path = FOLDER) -> tuple[Quiz, ...]:
    """All quizzes in their order; raises DataError where the scenes are not there."""
    images = {Path(image.file_name).stem: image for image in read_scenes(f"{NAME}/{QUIZZES}", folder)}
    stems = sorted(stem.removesuffix(BEFORE) for stem in images if stem.endswith(BEFORE))
    return tuple(
        Quiz(int(number), name, images[stem + BEFORE], images[stem + AFTER])
        for stem in stems
        for number, _, name in [stem.partition("-")]
    )


def judge_quiz(quiz: Quiz, results: Sequence[dict[str, Any]], score: float) -> tuple[Happened, Errors]:
    """What the detections of at least `score` make of a quiz, and their errors in both images."""
    data = CocoKeypoints(quiz.name, (quiz.before, quiz.after))
    known = {image.image_id for image in data}
    shown = [result for result in results if result["image_id"] in known and result["score"] >= score]
    errors = find_errors(match(data, shown))
    return Happened(*(keypoints_lost(errors, image.image_id) for image in data)), errors


def keypoints_lost(errors: Errors, image_id: int) -> dict[ErrorType, float]:
    """How many keypoints each error type costs in one image."""
    ground_truth, found = errors.matching.ground_truth, errors.matching.detections
    here = int(np.searchsorted(ground_truth.image_ids, image_id))
    rows = found.image[errors.detection] == here
    missed = errors.missed[ground_truth.image[errors.missed] == here]
    ghosts = (found.image[errors.background] == here).sum()
    lost = {
        ErrorType.MISSED: float(ground_truth.labelled[missed].sum()),
        ErrorType.GHOST: float(ghosts * len(ground_truth.skeleton)),
    }
    lacking = 1 - errors.similarity[rows]
    return lost | {error: float(lacking[errors.codes[rows] == kind.code].sum()) for error, kind in KEYPOINTS.items()}
