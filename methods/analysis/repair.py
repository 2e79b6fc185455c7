"""What each type of error costs: AP as one type after the other is repaired (KAPAO's Figure 8), or only some errors.

A keypoint is repaired by putting it where it is annotated. Scoring is repaired by giving each detection as its score
the highest OKS that it has with anybody who counts; then detections that still find nobody are left out, and at last
people whom nobody finds. The order is that of the figure: miss, swap, inversion, jitter, scoring, background, missed;
keypoints that are left out, which the figure does not know, come before scoring. The figure itself was drawn with
coco-analyze, whose rules differ: see `coco_analyze`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from methods.analysis.error_types import Errors, Kind, find_errors
from methods.analysis.instances import BACKGROUND, MISSED, SCORING
from methods.metrics.curves import RECALLS, curve_of
from methods.metrics.detections import Detections
from methods.metrics.matching import OKS_THRESHOLDS, Matching, area_ranges, match_ranges
from methods.metrics.results import Result, Score
from methods.metrics.similarity import Pairs, pairs_of

FIGURE_8_OKS = 0.85
FIGURE_8 = (
    "KAPAO's Figure 8 was drawn with coco-analyze, whose bars differ by design: it leaves keypoints at a distance from"
    " their places, takes those left out for misses and lowers the scores of doubled poses."
)
LOCALISATION = (Kind.MISS, Kind.SWAP, Kind.INVERSION, Kind.JITTER, Kind.LEFT_OUT)
ORDER = (*(kind.value for kind in LOCALISATION), SCORING, BACKGROUND, MISSED)

# From types of errors to what is repaired: indices into the matching's detections, for `missed` into its people; None
# for all.
Repairs = Mapping[str, Collection[int] | None]


class RepairStep(Result):
    """AP once an error type, and all before it, are repaired; `gain` over the step before, `count` of such errors."""

    name: str
    ap: Score
    gain: Score
    count: int
    precision: tuple[Score, ...]  # at curves.RECALLS

    def to_pandas(self) -> pd.DataFrame:
        """One row without the curve."""
        return pd.DataFrame([self.model_dump(exclude={"precision"})])


class ErrorCosts(Result):
    """The steps of repair at one OKS threshold, beginning with what is found; the last reaches AP 1."""

    oks: float
    steps: tuple[RepairStep, ...]

    def to_pandas(self) -> pd.DataFrame:
        """One row for each step."""
        return pd.concat([step.to_pandas() for step in self.steps], ignore_index=True)


def error_costs(matching: Matching, oks: float = FIGURE_8_OKS, errors: Errors | None = None) -> ErrorCosts:
    """Repair one error type after the other and match anew each time; see the module.

    `errors`, from `find_errors`, saves finding them again. AP is NaN where there is nobody to find.
    """
    errors = errors or find_errors(matching)
    counts = errors.counts()
    precision = repaired_precision(errors, {}, [oks])[0]
    curves = {"as found": precision}
    repairs: dict[str, None] = {}
    for kind in ORDER:
        repairs[kind] = None
        if counts[kind] or kind not in LOCALISATION:
            precision = repaired_precision(errors, repairs, [oks])[0]
        curves[kind] = precision
    return ErrorCosts(oks=oks, steps=steps_of(curves, counts))


def repaired_precision(
    errors: Errors, repairs: Repairs, thresholds: Sequence[float] | np.ndarray = OKS_THRESHOLDS
) -> np.ndarray:
    """Precision [T, 101] at each OKS threshold and each of RECALLS with these errors repaired, all else as it was.

    Its mean is AP. Of the chosen detections those are left out that find nobody at the threshold, of the chosen people
    those whom nobody finds. NaN where there is nobody to find; 1 where nobody remains to be found.
    """
    ground_truth, before = errors.matching.ground_truth, errors.matching.detections
    found, pairs = _repaired_detections(errors, repairs)
    everyone = area_ranges(ground_truth, found)[0]
    matching = match_ranges(ground_truth, found, [everyone], thresholds, pairs)
    outcomes = matching.outcomes()
    gone = np.isin(found.position, before.position[_chosen(repairs, BACKGROUND, len(before))])
    outcomes = replace(outcomes, false=outcomes.false & ~gone[found.by_score])
    forgotten = np.flatnonzero(everyone.people & _chosen(repairs, MISSED, len(ground_truth)))
    precision = np.empty((len(matching.thresholds), len(RECALLS)))
    for row, oks in enumerate(matching.thresholds):
        one = curve_of(outcomes, row, oks)
        remaining = one.people - int((~np.isin(forgotten, matching.person[0, row])).sum())
        precision[row] = 1.0 if one.people and not remaining else replace(one, people=remaining).interpolated()
    return precision


def _repaired_detections(errors: Errors, repairs: Repairs) -> tuple[Detections, Pairs]:
    """The detections with keypoints and scores repaired, none left out, and their pairs with people."""
    matching = errors.matching
    found, pairs = matching.detections, matching.pairs
    if any(kind in repairs for kind in LOCALISATION):
        found = replace(found, keypoints=repaired_keypoints(errors, repairs))
        pairs = pairs_of(found, matching.ground_truth)
    if SCORING in repairs:
        best = np.zeros(len(found))
        counted = area_ranges(matching.ground_truth, found)[0].people[pairs.person]
        np.maximum.at(best, pairs.detection[counted], pairs.oks[counted])
        found = found.with_scores(np.where(_chosen(repairs, SCORING, len(found)), best, found.scores))
        pairs = pairs_of(found, matching.ground_truth)
    return found, pairs


def repaired_keypoints(errors: Errors, repairs: Repairs) -> np.ndarray:
    """All detections' keypoints [D, K, 2] with those of the chosen types and detections where they are annotated."""
    matching = errors.matching
    keypoints = matching.detections.keypoints.copy()
    for kind in LOCALISATION:
        chosen = _chosen(repairs, kind, len(keypoints))[errors.detection]
        rows, columns = np.nonzero((errors.codes == kind.code) & chosen[:, None])
        keypoints[errors.detection[rows], columns] = matching.ground_truth.keypoints[errors.person[rows], columns]
    return keypoints


def _chosen(repairs: Repairs, kind: str, count: int) -> np.ndarray:
    """Which of `count` detections or people are repaired of that kind, [count]."""
    indices = repairs.get(kind, ())
    return np.ones(count, dtype=bool) if indices is None else np.isin(np.arange(count), list(indices))


def steps_of(curves: Mapping[str, np.ndarray], counts: Mapping[str, int] | pd.Series) -> tuple[RepairStep, ...]:
    """From the precision [101] after each step, by its name, and how many errors of each type there are."""
    steps: list[RepairStep] = []
    for name, precision in curves.items():
        ap = float(precision.mean())
        gain = ap - steps[-1].ap if steps else 0.0
        count = int(counts.get(name, 0))
        steps.append(RepairStep(name=name, ap=ap, gain=gain, count=count, precision=tuple(precision.tolist())))
    return tuple(steps)
