"""What each type of error costs: AP as one type after the other is repaired (KAPAO's Figure 8); one person repaired.

A joint is repaired by putting it where it is annotated. Scoring is repaired by giving each detection as its score the
highest OKS that it has with anybody who counts; then detections that still find nobody are left out, and at last people
whom nobody finds. The order is that of the figure: miss, swap, inversion, jitter, scoring, background, missed; joints
that are left out, which the figure does not know, come before scoring.
"""

from collections.abc import Collection
from dataclasses import replace

import numpy as np
import pandas as pd

from methods.evaluation.curves import RECALLS, curve
from methods.evaluation.detections import Detections
from methods.evaluation.error_types import WRONG, Kind, Mistakes, find_mistakes
from methods.evaluation.matching import Matching, area_ranges, match_ranges
from methods.evaluation.results import Result, Score
from methods.evaluation.similarity import pairs_of

FIGURE_8_OKS = 0.85
LOCALISATION = (Kind.MISS, Kind.SWAP, Kind.INVERSION, Kind.JITTER, Kind.LEFT_OUT)


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


def error_costs(matching: Matching, oks: float = FIGURE_8_OKS, mistakes: Mistakes | None = None) -> ErrorCosts:
    """Repair one error type after the other and match anew each time; see the module.

    `mistakes`, from `find_mistakes`, saves finding them again. AP is NaN where there is nobody to find.
    """
    mistakes = mistakes or find_mistakes(matching)
    counts = mistakes.counts()
    current = rematched(matching, matching.detections, oks)
    curves = {"as found": curve(current, oks).interpolated()}
    repaired: set[Kind] = set()
    for kind in LOCALISATION:
        repaired.add(kind)
        if counts[kind.value]:
            keypoints = repaired_keypoints(mistakes, repaired)
            current = rematched(matching, replace(matching.detections, keypoints=keypoints), oks)
        curves[kind.value] = curve(current, oks).interpolated()
    current = rematched(matching, _well_scored(current), oks)
    curves["scoring"] = curve(current, oks).interpolated()
    rest = curve(current, oks)
    none_false = replace(rest, false=np.zeros_like(rest.false))
    curves["background"] = none_false.interpolated()
    curves["missed"] = np.full(len(RECALLS), 1.0 if rest.people else np.nan)
    return ErrorCosts(oks=oks, steps=_steps(curves, counts))


def repaired_keypoints(
    mistakes: Mistakes, kinds: Collection[Kind] = WRONG, detections: Collection[int] | None = None
) -> np.ndarray:
    """All detections' joints [D, K, 2] with joints of these kinds where they are annotated.

    `detections` are indices into matching.detections: only these are repaired (None: all).
    """
    matching = mistakes.matching
    keypoints = matching.detections.keypoints.copy()
    wrong = np.isin(mistakes.codes, [kind.code for kind in kinds])
    if detections is not None:
        wrong &= np.isin(mistakes.detection, list(detections))[:, None]
    rows, joints = np.nonzero(wrong)
    keypoints[mistakes.detection[rows], joints] = matching.truth.keypoints[mistakes.person[rows], joints]
    return keypoints


def repair_one(mistakes: Mistakes, detection: int, kinds: Collection[Kind] = WRONG) -> Matching:
    """The matching as it would be with the joints of one detection (an index) repaired: all else is as it was."""
    matching = mistakes.matching
    keypoints = repaired_keypoints(mistakes, kinds, [detection])
    found = replace(matching.detections, keypoints=keypoints)
    return match_ranges(matching.truth, found, matching.ranges, matching.thresholds)


def rematched(matching: Matching, detections: Detections, oks: float) -> Matching:
    """The same people with other detections, matched at one threshold for all people."""
    everyone = area_ranges(matching.truth, detections)[0]
    same = np.array_equal(detections.keypoints, matching.detections.keypoints)
    pairs = matching.pairs if same else pairs_of(detections, matching.truth)
    return match_ranges(matching.truth, detections, [everyone], [oks], pairs)


def _well_scored(matching: Matching) -> Detections:
    """The detections with their highest OKS as scores; those that are most similar to somebody ignored as well."""
    best = np.zeros(len(matching.detections))
    counted = matching.ranges[0].people[matching.pairs.person]
    np.maximum.at(best, matching.pairs.detection[counted], matching.pairs.oks[counted])
    return matching.detections.with_scores(best)


def _steps(curves: dict[str, np.ndarray], counts: pd.Series) -> tuple[RepairStep, ...]:
    steps: list[RepairStep] = []
    for name, precision in curves.items():
        ap = float(precision.mean())
        gain = ap - steps[-1].ap if steps else 0.0
        count = int(counts.get(name, 0))
        steps.append(RepairStep(name=name, ap=ap, gain=gain, count=count, precision=tuple(precision.tolist())))
    return tuple(steps)
