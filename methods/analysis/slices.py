"""AP and AR of some of the people: by overlap, size, number of visible keypoints, and whether the image's edge cuts
them.

People outside a slice are ignored, as COCO ignores crowds. A detection that finds nobody could mean anybody, so it
counts as false in every slice; only where sizes are told apart does its own area say which. AR therefore depends on
the people of a slice alone, AP also on how many false detections there are for each of them.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from methods.metrics.ap import precision_and_recall
from methods.metrics.bootstrap import draws, percentiles
from methods.metrics.detections import Detections
from methods.metrics.ground_truth import GroundTruth
from methods.metrics.matching import Matching, Outcomes, Range, area_ranges, match_ranges
from methods.metrics.results import Result, Score

OVERLAPS = {"alone": (0.0, 0.0), "IoU up to 0.3": (0.0, 0.3), "IoU above 0.3": (0.3, 1.0)}  # above, up to
AT_EDGE = 2  # px from the image's edge to a box that counts as cut off
RESAMPLES = 200  # there are many slices


class SliceScore(Result):
    """One slice: how many people are in it, AP and AR, each with its 95% bootstrap interval over images."""

    group: str
    name: str
    people: int
    ap: Score
    ap_low: Score
    ap_high: Score
    ar: Score
    ar_low: Score
    ar_high: Score

    def to_pandas(self) -> pd.DataFrame:
        """One row."""
        return pd.DataFrame([self.model_dump()])


class SliceScores(Result):
    """All slices of one method's detections."""

    rows: tuple[SliceScore, ...]

    def to_pandas(self) -> pd.DataFrame:
        """One row for each slice."""
        return pd.concat([row.to_pandas() for row in self.rows], ignore_index=True)


def slice_scores(matching: Matching, resamples: int = RESAMPLES) -> SliceScores:
    """AP and AR of every slice, from the detections of a matching; NaN where a slice has nobody."""
    sliced = match_slices(matching)
    names = [tuple(each.name.split("/", 1)) for each in sliced.ranges]
    found = [sliced.outcomes(each.name) for each in sliced.ranges]
    once = [np.ones(len(matching.ground_truth.image_ids), dtype=int)]
    values = ap_and_ar(found, once)[0]
    low, high = percentiles(ap_and_ar(found, list(draws(len(once[0]), resamples))))
    return SliceScores(
        rows=tuple(
            SliceScore(
                group=group,
                name=name,
                people=int(found[i].people.sum()),
                ap=values[i, 0],
                ap_low=low[i, 0],
                ap_high=high[i, 0],
                ar=values[i, 1],
                ar_low=low[i, 1],
                ar_high=high[i, 1],
            )
            for i, (group, name) in enumerate(names)
        )
    )


def match_slices(matching: Matching) -> Matching:
    """The same detections matched for every slice: ranges called GROUP/NAME."""
    ranges = slices_of(matching.ground_truth, matching.detections)
    return match_ranges(matching.ground_truth, matching.detections, ranges, matching.thresholds, matching.pairs)


def ap_and_ar(found: Sequence[Outcomes], draws: Sequence[np.ndarray]) -> np.ndarray:
    """AP and AR of several outcomes for each way of drawing images, [draws, outcomes, 2]."""
    pairs = [[precision_and_recall(outcomes, times) for outcomes in found] for times in draws]
    return np.array([[[curves.mean(), recalls.mean()] for curves, recalls in row] for row in pairs])


def slices_of(ground_truth: GroundTruth, detections: Detections) -> list[Range]:
    """Every slice, called GROUP/NAME."""
    any_detection = np.ones(len(detections), dtype=bool)
    overlap = overlaps(ground_truth)
    shown = (ground_truth.visibility == 2).sum(axis=1)
    third = np.ceil(len(ground_truth.skeleton) / 3).astype(int)
    cut = at_edge(ground_truth)
    people = {
        f"overlap/{name}": overlap == 0 if name == "alone" else (low < overlap) & (overlap <= high)
        for name, (low, high) in OVERLAPS.items()
    }
    for low, high in ((0, third), (third + 1, 2 * third), (2 * third + 1, len(ground_truth.skeleton))):
        people[f"visible keypoints/{low} to {high}"] = (low <= shown) & (shown <= high)
    people |= {"edge of the image/cut off": cut, "edge of the image/whole": ~cut}
    ranges = [Range(name, chosen & ~ground_truth.ignored, any_detection) for name, chosen in people.items()]
    sizes = [
        Range(f"size/{each.name}", each.people, each.detections) for each in area_ranges(ground_truth, detections)[1:]
    ]
    return [*ranges, *sizes]


def overlaps(ground_truth: GroundTruth) -> np.ndarray:
    """The highest IoU [P] of each person's box with another person's of the image; crowds are nobody."""
    low = ground_truth.boxes[:, :2]
    high = low + ground_truth.boxes[:, 2:]
    highest = np.zeros(len(ground_truth))
    for image in np.unique(ground_truth.image[~ground_truth.crowd]):
        here = np.flatnonzero((ground_truth.image == image) & ~ground_truth.crowd)
        sides = np.minimum(high[here, None], high[here]) - np.maximum(low[here, None], low[here])
        common = sides.clip(min=0).prod(axis=2)
        areas = ground_truth.boxes[here, 2:].prod(axis=1)
        iou = common / np.maximum(areas[:, None] + areas - common, np.spacing(1))
        np.fill_diagonal(iou, 0)
        highest[here] = iou.max(axis=1, initial=0)
    return highest


def at_edge(ground_truth: GroundTruth) -> np.ndarray:
    """Whose box [P] ends within AT_EDGE pixels of the image's edge."""
    low = ground_truth.boxes[:, :2]
    left = ground_truth.sizes[ground_truth.image] - (low + ground_truth.boxes[:, 2:])
    return (low < AT_EDGE).any(axis=1) | (left < AT_EDGE).any(axis=1)
