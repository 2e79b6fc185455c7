"""The quizzes among the sample scenes: pairs of pictures in which one thing changes, and what goes wrong with it.

Errors are those of `error_types.py` among the people that a method shows. They are counted in keypoints, so that they
can be compared: a wrong keypoint costs what its similarity lacks to 1, a person who is missed all labelled keypoints,
and a person who is not there all keypoints of the skeleton. What happens in a quiz is what costs more in the second
picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np

from methods.analysis.error_types import Kind, Mistakes, find_mistakes
from methods.data.coco import AnnotatedImage, CocoKeypoints
from methods.data.scenes import FOLDER, NAME, QUIZZES, read_scenes
from methods.metrics.matching import match

BEFORE, AFTER = "-before", "-after"
NOTICED = 0.5  # keypoints; less is chance


class Mishap(StrEnum):
    """What may go wrong in a picture, in the words of a person who predicts it."""

    MISSED = "somebody is not found"
    GHOST = "somebody is found who is not there"
    INVERSION = "left and right are mixed up"
    SWAP = "keypoints land on another person"
    MISS = "keypoints land far from where they are"
    JITTER = "keypoints are a little off"
    NOTHING = "nothing goes wrong that went right before"


KEYPOINTS = {
    Mishap.INVERSION: Kind.INVERSION,
    Mishap.SWAP: Kind.SWAP,
    Mishap.MISS: Kind.MISS,
    Mishap.JITTER: Kind.JITTER,
}


@dataclass(frozen=True, eq=False)
class Quiz:
    """A pair of pictures; the notes of the two say what one sees."""

    number: int
    name: str
    before: AnnotatedImage
    after: AnnotatedImage


@dataclass(frozen=True)
class Happened:
    """What a method made of a quiz: keypoints that each mishap costs in either picture, by Mishap but NOTHING."""

    before: dict[Mishap, float]
    after: dict[Mishap, float]

    @property
    def change(self) -> dict[Mishap, float]:
        """How many keypoints more the second picture costs."""
        return {mishap: self.after[mishap] - self.before[mishap] for mishap in self.after}

    @property
    def more(self) -> dict[Mishap, float]:
        """The change where it is at least NOTICED; most first."""
        noticed = {mishap: keypoints for mishap, keypoints in self.change.items() if keypoints >= NOTICED}
        return dict(sorted(noticed.items(), key=lambda item: -item[1]))

    @property
    def worst(self) -> Mishap:
        """What costs most; NOTHING where nothing does."""
        return next(iter(self.more), Mishap.NOTHING)


def read_quizzes(folder: Path = FOLDER) -> tuple[Quiz, ...]:
    """All quizzes in their order; raises DataError where the scenes are not there."""
    pictures = {Path(image.file_name).stem: image for image in read_scenes(f"{NAME}/{QUIZZES}", folder)}
    stems = sorted(stem.removesuffix(BEFORE) for stem in pictures if stem.endswith(BEFORE))
    return tuple(
        Quiz(int(number), name, pictures[stem + BEFORE], pictures[stem + AFTER])
        for stem in stems
        for number, _, name in [stem.partition("-")]
    )


def judge_quiz(quiz: Quiz, results: Sequence[dict[str, Any]], score: float) -> tuple[Happened, Mistakes]:
    """What the detections of at least `score` make of a quiz, and their mistakes in both pictures."""
    data = CocoKeypoints(quiz.name, (quiz.before, quiz.after))
    known = {image.image_id for image in data}
    shown = [result for result in results if result["image_id"] in known and result["score"] >= score]
    mistakes = find_mistakes(match(data, shown))
    return Happened(*(keypoints_lost(mistakes, image.image_id) for image in data)), mistakes


def keypoints_lost(mistakes: Mistakes, image_id: int) -> dict[Mishap, float]:
    """How many keypoints each mishap costs in one picture."""
    truth, found = mistakes.matching.truth, mistakes.matching.detections
    here = int(np.searchsorted(truth.image_ids, image_id))
    rows = found.image[mistakes.detection] == here
    missed = mistakes.missed[truth.image[mistakes.missed] == here]
    ghosts = (found.image[mistakes.background] == here).sum()
    lost = {
        Mishap.MISSED: float(truth.labelled[missed].sum()),
        Mishap.GHOST: float(ghosts * len(truth.skeleton)),
    }
    lacking = 1 - mistakes.similarity[rows]
    return lost | {
        mishap: float(lacking[mistakes.codes[rows] == kind.code].sum()) for mishap, kind in KEYPOINTS.items()
    }
