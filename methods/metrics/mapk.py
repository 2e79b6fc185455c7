"""Precision and recall of single keypoints: mAPK (Guesdon et al., 2021; Tables 3 and 4 of the visibility metamodel).

People and poses are paired one to one by the largest sum of box IoUs, from an IoU of 0.5 on. A predicted keypoint is
right where its person has that keypoint labelled and its keypoint similarity (the term of one keypoint in COCO's OKS,
so a distance relative to the size of the person) reaches a threshold; every other predicted keypoint is wrong: those
without a label, those too far off, and all keypoints of poses without a person. A labelled keypoint that no right one
belongs to is missed. Poses that mean a crowd or a person without a labelled keypoint are neither right nor wrong, as in
COCO's evaluation. Precision and recall are means over COCO's ten thresholds, of all keypoints of a body part
together; the mean is over the parts. Keypoints that are NaN are not predicted.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from pydantic import BaseModel, ConfigDict

from methods.data.coco import CocoKeypoints, People
from methods.errors import DataError
from methods.metrics.box_pairs import SAME_PERSON_IOU, paired, paired_boxes, share_inside
from methods.types import Poses

THRESHOLDS = np.linspace(0.5, 0.95, 10)
# Body parts by the ends of keypoints' names, as the tables have them; "head" is all that is left.
PARTS = ("head", "shoulder", "elbow", "wrist", "hip", "knee", "ankle")


class PartScores(BaseModel):
    """Precision and recall of one body part, or their means; `predicted` and `labelled` count keypoints."""

    model_config = ConfigDict(frozen=True)

    precision: float  # NaN where nothing is predicted
    recall: float  # NaN where nothing is labelled
    predicted: int
    labelled: int


class Mapk(BaseModel):
    """What `measure_mapk` found; `parts` by PARTS, `mean` over those that are defined."""

    model_config = ConfigDict(frozen=True)

    parts: dict[str, PartScores]
    mean: PartScores


@dataclass(frozen=True)
class KeypointOutcomes:
    """R keypoints that were predicted: keypoint [R], similarity [R] to the labelled one (0: none), score [R]; and
    how many of each keypoint are labelled [K]."""

    keypoint: np.ndarray
    similarity: np.ndarray
    score: np.ndarray
    labelled: np.ndarray


def measure_mapk(data: CocoKeypoints, found: Sequence[Poses]) -> Mapk:
    """Poses of each image of `data` against its people; see the module. Raises DataError where lengths differ."""
    outcomes = keypoint_outcomes(data, found)
    part_of = np.array([part_index(name) for name in data.skeleton.keypoints])
    parts = {}
    for index, name in enumerate(PARTS):
        similarity = outcomes.similarity[part_of[outcomes.keypoint] == index]
        parts[name] = _scores(similarity, int(outcomes.labelled[part_of == index].sum()))
    return Mapk(parts=parts, mean=_mean(list(parts.values())))


def keypoint_outcomes(
    data: CocoKeypoints, found: Sequence[Poses], scores: Callable[[Poses], np.ndarray] | None = None
) -> KeypointOutcomes:
    """What became of every predicted keypoint that counts; `scores` gives the keypoints' [N, K], by default their own.

    Raises DataError where there are not as many predictions as images.
    """
    if len(found) != len(data):
        raise DataError(
            f"{data.name} has {len(data)} images, but there are {len(found)} predictions; give one for each."
        )
    keypoints, similarities, values = [], [], []
    labelled = np.zeros(len(data.skeleton), dtype=int)
    for image, poses in zip(data, found, strict=True):
        people = image.people[image.people.labelled]
        labelled += (people.visibility > 0).sum(axis=0)
        there = np.isfinite(poses.keypoints).all(axis=2) & counted(image.people, poses)[:, None]
        similarity = similarities_of(people, poses, np.array(data.skeleton.sigmas))
        keypoints.append(np.nonzero(there)[1])
        similarities.append(similarity[there])
        values.append((scores(poses) if scores else poses.keypoint_scores)[there])
    return KeypointOutcomes(np.concatenate(keypoints), np.concatenate(similarities), np.concatenate(values), labelled)


def counted(people: People, poses: Poses) -> np.ndarray:
    """Which poses [N] are right or wrong: all that are paired with a person with a label, and of the others those that
    mean nobody to be ignored.

    Each person without a labelled keypoint is meant by one of these at most; a crowd by any of which it holds enough.
    """
    _, right = paired(people[people.labelled], poses)
    others = np.setdiff1d(np.arange(len(poses)), right)
    boxes = poses.boxes[others]
    _, unlabelled = paired_boxes(people.boxes[~people.labelled & ~people.is_crowd], boxes)
    crowded = (share_inside(boxes, people.boxes[people.is_crowd]) >= SAME_PERSON_IOU).any(axis=1)
    counts = np.ones(len(poses), dtype=bool)
    counts[others[unlabelled]] = counts[others[crowded]] = False
    return counts


def similarities_of(people: People, poses: Poses, sigmas: np.ndarray) -> np.ndarray:
    """Keypoint similarity [N, K] of each pose's keypoints with the labelled ones of its person; 0 where there is
    none."""
    person, pose = paired(people, poses)
    squared = ((people.keypoints[person] - poses.keypoints[pose]) ** 2).sum(axis=2)
    scale = 2 * (2 * sigmas) ** 2 * people.areas[person, None]
    similarity = np.exp(-squared / np.maximum(scale, np.spacing(1))) * (people.visibility[person] > 0)
    all_of = np.zeros(poses.keypoints.shape[:2])
    all_of[pose] = np.nan_to_num(similarity, nan=0.0)
    return all_of


def part_index(keypoint: str) -> int:
    """Which of PARTS a keypoint belongs to."""
    return next((i for i, part in enumerate(PARTS) if keypoint.endswith(part)), 0)


def _scores(similarity: np.ndarray, labelled: int) -> PartScores:
    right = (similarity[:, None] >= THRESHOLDS).sum(axis=0).mean() if len(similarity) else 0.0
    return PartScores(
        precision=right / len(similarity) if len(similarity) else float("nan"),
        recall=right / labelled if labelled else float("nan"),
        predicted=len(similarity),
        labelled=labelled,
    )


def _mean(parts: list[PartScores]) -> PartScores:
    def over(values: list[float]) -> float:
        defined = [value for value in values if not np.isnan(value)]
        return float(np.mean(defined)) if defined else float("nan")

    return PartScores(
        precision=over([part.precision for part in parts]),
        recall=over([part.recall for part in parts]),
        predicted=sum(part.predicted for part in parts),
        labelled=sum(part.labelled for part in parts),
    )
