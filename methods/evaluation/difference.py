"""Whether one method is better than another: differences with intervals from the same resampled photos for both."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from methods.errors import DataError
from methods.evaluation.ap import KeypointAP, summarise
from methods.evaluation.bootstrap import LEVEL, RESAMPLES, bootstrap_samples, draws, percentiles
from methods.evaluation.joints import joint_outcomes
from methods.evaluation.matching import Matching, Outcomes
from methods.evaluation.results import Result, Score, score_text, signed_text
from methods.evaluation.slices import RESAMPLES as FEWER
from methods.evaluation.slices import ap_and_ar, match_slices

NO_EVIDENCE = "no evidence"


class Difference(Result):
    """Second less first of one measure; in LEVEL of the resamples it lies between `low` and `high`."""

    name: str
    first: Score
    second: Score
    difference: Score
    low: Score
    high: Score

    @property
    def verdict(self) -> str:
        """Which is higher, or "no evidence" where the interval spans zero or the measure is undefined."""
        if self.low > 0:
            return "second higher"
        return "first higher" if self.high < 0 else NO_EVIDENCE

    def to_pandas(self) -> pd.DataFrame:
        """One row, with the verdict."""
        return pd.DataFrame([self.model_dump() | {"verdict": self.verdict}])

    def __str__(self) -> str:
        interval = f"{signed_text(self.low)} to {signed_text(self.high)}"
        values = f"{score_text(self.first)}, then {score_text(self.second)}"
        return f"{self.name}: {values}, {signed_text(self.difference)} ({interval}; {self.verdict})"


class Comparison(Result):
    """Two sets of detections on one data set, measure by measure, slice by slice and joint by joint."""

    first: str
    second: str
    data: str
    images: int
    level: float
    measures: tuple[Difference, ...]
    slices: tuple[Difference, ...] = ()
    joints: tuple[Difference, ...] = ()

    def to_pandas(self) -> pd.DataFrame:
        """One row for each difference, after what it is about: measure, slice or joint."""
        tables = [
            row.to_pandas().assign(about=about.removesuffix("s"))
            for about in ("measures", "slices", "joints")
            for row in getattr(self, about)
        ]
        return pd.concat(tables, ignore_index=True)


def compare(
    first: Matching, second: Matching, names: tuple[str, str], details: bool = True, resamples: int = RESAMPLES
) -> Comparison:
    """Compare what `match` returned for two methods on the same data set, all ten measures; AP of slices and joints too
    unless `details` is False, with fewer resamples. Raises DataError where the data sets are not the same.
    """
    check_same(first, second)
    before, after = (list(summarise(one).model_dump().values()) for one in (first, second))
    titles = list(KeypointAP.titles().values())
    samples = (bootstrap_samples(one, resamples) for one in (first, second))
    measures = differences(titles, before, after, *samples)
    parts = {"slices": _slices(first, second), "joints": _joints(first, second)} if details else {}
    return Comparison(
        first=names[0],
        second=names[1],
        data=first.truth.name,
        images=len(first.truth.image_ids),
        level=LEVEL,
        measures=measures,
        **parts,
    )


def differences(
    names: Sequence[str],
    first: Sequence[float],
    second: Sequence[float],
    first_samples: np.ndarray,
    second_samples: np.ndarray,
) -> tuple[Difference, ...]:
    """Of n measures: values of both, and samples [resamples, n] whose rows are pairs."""
    low, high = percentiles(second_samples - first_samples)
    return tuple(
        Difference(name=name, first=a, second=b, difference=b - a, low=low[i], high=high[i])
        for i, (name, a, b) in enumerate(zip(names, first, second, strict=True))
    )


def check_same(first: Matching, second: Matching) -> None:
    """Raise DataError unless both are matched with the same people."""
    same = np.array_equal(first.truth.image_ids, second.truth.image_ids)
    if not same or not np.array_equal(first.truth.keypoints, second.truth.keypoints):
        raise DataError(
            f"{first.truth.name} and {second.truth.name} are different data sets; compare methods on the same photos."
        )


def _slices(first: Matching, second: Matching) -> tuple[Difference, ...]:
    both = [match_slices(one) for one in (first, second)]
    names = [each.name for each in both[0].ranges]
    return _of_outcomes(names, *([one.outcomes(name) for name in names] for one in both))


def _joints(first: Matching, second: Matching) -> tuple[Difference, ...]:
    return _of_outcomes(first.truth.skeleton.joints, *(joint_outcomes(one) for one in (first, second)))


def _of_outcomes(names: Sequence[str], first: list[Outcomes], second: list[Outcomes]) -> tuple[Difference, ...]:
    images = len(first[0].people)
    once, resampled = [np.ones(images, dtype=int)], list(draws(images, FEWER))
    before, after = (ap_and_ar(found, once)[0, :, 0].tolist() for found in (first, second))
    samples = (ap_and_ar(found, resampled)[:, :, 0] for found in (first, second))
    return differences(names, before, after, *samples)
