"""Which detection found whom: COCO's greedy matching, for all OKS thresholds and ranges of people at once.

It is kept as a `Matching`, from which every curve, measure and resample comes without matching again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from methods.data.coco import CocoKeypoints
from methods.metrics.detections import Detections
from methods.metrics.ground_truth import GroundTruth
from methods.metrics.similarity import Pairs, pairs_of

OKS_THRESHOLDS = np.linspace(0.5, 0.95, 10)
AREAS = {"all": (0, 1e5**2), "medium": (32**2, 96**2), "large": (96**2, 1e5**2)}  # square pixels
PERFECT = 1 - 1e-10  # a threshold of 1 asks for this much


@dataclass(frozen=True, eq=False)
class Range:
    """Which people count, and which detections are false where they match nobody; all others are ignored."""

    name: str
    people: np.ndarray  # [P] bool
    detections: np.ndarray  # [D] bool


@dataclass(frozen=True, eq=False)
class Outcomes:
    """What became of D detections, best first, at the T OKS thresholds; people of one range, I images."""

    image: np.ndarray  # [D] position of the detection's image in GroundTruth.image_ids
    scores: np.ndarray  # [D] falling
    true: np.ndarray  # [T, D] bool
    false: np.ndarray  # [T, D] bool; neither true nor false: ignored
    people: np.ndarray  # [I] how many can be found


@dataclass(frozen=True, eq=False)
class Matching:
    """Detections and people of a data set, and for each range (A) and OKS threshold (T) who found whom.

    person  [A, T, D] index of the person a detection was matched with, -1 for nobody
    """

    ground_truth: GroundTruth
    detections: Detections
    pairs: Pairs
    thresholds: np.ndarray  # [T]
    ranges: tuple[Range, ...]
    person: np.ndarray

    def outcomes(self, name: str = "all") -> Outcomes:
        """What became of the detections for the range called `name`; raises KeyError where there is none."""
        which = self.index(name)
        chosen, person, order = self.ranges[which], self.person[which], self.detections.by_score
        true = np.append(chosen.people, False)[person]  # person -1, nobody, is the False
        false = (person < 0) & chosen.detections
        counted = np.bincount(self.ground_truth.image[chosen.people], minlength=len(self.ground_truth.image_ids))
        scores = self.detections.scores[order]
        return Outcomes(self.detections.image[order], scores, true[:, order], false[:, order], counted)

    def index(self, name: str) -> int:
        """The position of the range called `name`."""
        names = [each.name for each in self.ranges]
        if name not in names:
            raise KeyError(f"no range {name!r} in this matching; there are {', '.join(names)}")
        return names.index(name)

    def row(self, oks: float) -> int:
        """The position of an OKS threshold; raises KeyError where it is none of those matched at."""
        near = np.flatnonzero(np.isclose(self.thresholds, oks, rtol=0, atol=1e-9))
        if not len(near):
            known = ", ".join(f"{value:g}" for value in self.thresholds)
            raise KeyError(f"no OKS threshold {oks:g} in this matching; there are {known}")
        return int(near[0])

    def matched(self, oks: float, name: str = "all") -> tuple[np.ndarray, np.ndarray]:
        """Detections and the people they found, ignored people left out: two index arrays of the same length."""
        which = self.index(name)
        person = self.person[which, self.row(oks)]
        detection = np.flatnonzero(np.append(self.ranges[which].people, False)[person])
        return detection, person[detection]


def match(
    data: CocoKeypoints, results: Sequence[dict[str, Any]], thresholds: Sequence[float] | np.ndarray = OKS_THRESHOLDS
) -> Matching:
    """Match COCO results (Poses.to_coco) with people, image by image, as pycocotools does, for COCO's three areas.

    Crowds and people without labelled keypoints are ignored, as are detections matched with them. Raises DataError
    where a detection does not fit the data set, see Detections.of.
    """
    ground_truth = GroundTruth.of(data)
    detections = Detections.of(results, ground_truth)
    return match_ranges(ground_truth, detections, area_ranges(ground_truth, detections), thresholds)


def area_ranges(ground_truth: GroundTruth, detections: Detections) -> list[Range]:
    """COCO's ranges: all, medium and large people; a detection counts as of the size of its own area."""
    ranges = []
    for name, (low, high) in AREAS.items():
        people, found = ((low <= areas) & (areas <= high) for areas in (ground_truth.areas, detections.areas))
        ranges.append(Range(name, people & ~ground_truth.ignored, found))
    return ranges


def match_ranges(
    ground_truth: GroundTruth,
    detections: Detections,
    ranges: Sequence[Range],
    thresholds: Sequence[float] | np.ndarray = OKS_THRESHOLDS,
    pairs: Pairs | None = None,
) -> Matching:
    """Match for any ranges of people; `pairs` saves comparing the same detections and people again.

    An image's detections choose in turn, best score first, among people that nobody has chosen yet and whose OKS
    reaches the threshold: a person who counts before one who is ignored, then the highest OKS, then the last in the
    file. A crowd can be chosen any number of times.
    """
    thresholds = np.asarray(thresholds, dtype=np.float64)
    pairs = pairs or pairs_of(detections, ground_truth)
    needed = np.minimum(thresholds, PERFECT)[:, None, None]  # [T, n, C]
    near = pairs.at_least(needed.min(initial=PERFECT))
    counted = np.array([each.people for each in ranges]).reshape(len(ranges), len(ground_truth))
    taken = np.zeros((len(ranges), len(thresholds), len(ground_truth)), dtype=bool)
    person = np.full((len(ranges), len(thresholds), len(detections)), -1)
    # Images do not compete, so that all detections of one rank choose at once.
    rank = detections.rank[near.detection]
    for turn in range(rank.max(initial=-1) + 1):
        rows, candidates, oks = _table(near, rank == turn)  # [n], [n, C], [n, C]
        free = ~taken[:, :, candidates] | ground_truth.crowd[candidates]  # [A, T, n, C]
        allowed = free & (oks >= needed)
        regular = allowed & counted[:, None, candidates]
        allowed = np.where(regular.any(axis=3, keepdims=True), regular, allowed)
        last_best = candidates.shape[1] - 1 - np.where(allowed, oks, -1.0)[..., ::-1].argmax(axis=3)
        chosen = candidates[np.arange(len(rows)), last_best]  # [A, T, n]
        found = allowed.any(axis=3)
        person[:, :, rows] = np.where(found, chosen, -1)
        which, row, column = np.nonzero(found)
        taken[which, row, chosen[which, row, column]] = True
    return Matching(ground_truth, detections, pairs, thresholds, tuple(ranges), person)


def _table(near: Pairs, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The chosen pairs as a row for each detection: detections [n], people [n, C] and OKS [n, C], -1 as filler."""
    detection, person, oks = near.detection[chosen], near.person[chosen], near.oks[chosen]
    rows, first, counts = np.unique(detection, return_index=True, return_counts=True)
    column = np.arange(len(detection)) - np.repeat(first, counts)
    row = np.repeat(np.arange(len(rows)), counts)
    shape = (len(rows), counts.max(initial=1))
    candidates, similar = np.zeros(shape, dtype=int), np.full(shape, -1.0)
    candidates[row, column], similar[row, column] = person, oks
    return rows, candidates, similar


def results_notes(matchings: Mapping[str, Matching]) -> list[str]:
    """What is not as usual about several methods' results, by the methods' names: sentences."""
    return [f"{name}: {said}" for name, one in matchings.items() for said in one.detections.reading.sentences()]
