"""Whether one method is better than another: differences with intervals from the same resampled images for both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from methods.analysis.keypoints import keypoint_outcomes
from methods.analysis.slices import RESAMPLES as FEWER
from methods.analysis.slices import ap_and_ar, match_slices
from methods.data.reading import Reading
from methods.errors import DataError
from methods.metrics.ap import KeypointAP, summarise
from methods.metrics.bootstrap import LEVEL, RESAMPLES, bootstrap_samples, draws, percentiles
from methods.metrics.ground_truth import GroundTruth
from methods.metrics.matching import Matching, Outcomes
from methods.metrics.results import Result, Score, score_text, signed_text

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
    """Two sets of detections on one data set, measure by measure, slice by slice and keypoint by keypoint."""

    first: str
    second: str
    data: str
    images: int
    level: float
    measures: tuple[Difference, ...]
    slices: tuple[Difference, ...] = ()
    keypoints: tuple[Difference, ...] = ()
    reading: Reading | None = None  # of the annotations
    notes: tuple[str, ...] = ()  # what is not as usual about the results

    def to_pandas(self) -> pd.DataFrame:
        """One row for each difference, after what it is about: measure, slice or keypoint."""
        tables = [
            row.to_pandas().assign(about=about.removesuffix("s"))
            for about in ("measures", "slices", "keypoints")
            for row in getattr(self, about)
        ]
        return pd.concat(tables, ignore_index=True)


@dataclass(frozen=True, eq=False)
class Samples:
    """Values [n] of n named measures, and what they become with resampled images, [resamples, n]."""

    names: Sequence[str]
    values: np.ndarray
    samples: np.ndarray


def compare(
    first: Matching, second: Matching, names: tuple[str, str], details: bool = True, resamples: int = RESAMPLES
) -> Comparison:
    """Compare what `match` returned for two methods on the same data set, all ten measures; AP of slices and keypoints
    too unless `details` is False, with fewer resamples. Raises DataError where the data sets are not the same.
    """
    check_same(first, second)
    sampled = [sample(one, details, resamples) for one in (first, second)]
    return compare_samples(first.ground_truth, sampled[0], sampled[1], names)


def sample(matching: Matching, details: bool = True, resamples: int = RESAMPLES) -> dict[str, Samples]:
    """What `compare_samples` needs of one method: its "measures" and, with `details`, its "slices" and "keypoints"."""
    values = np.array(list(summarise(matching).model_dump().values()))
    titles = list(KeypointAP.titles().values())
    found = {"measures": Samples(titles, values, bootstrap_samples(matching, resamples))}
    if details:
        sliced = match_slices(matching)
        names = [each.name for each in sliced.ranges]
        fewer = min(FEWER, resamples)
        found["slices"] = _of_outcomes(names, [sliced.outcomes(name) for name in names], fewer)
        found["keypoints"] = _of_outcomes(matching.ground_truth.skeleton.keypoints, keypoint_outcomes(matching), fewer)
    return found


def compare_samples(
    ground_truth: GroundTruth, first: dict[str, Samples], second: dict[str, Samples], names: tuple[str, str]
) -> Comparison:
    """The comparison of two methods from what `sample` took of both on the same data set."""
    parts: dict[str, Any] = {about: differences(first[about], second[about]) for about in first}
    images = len(ground_truth.image_ids)
    return Comparison(first=names[0], second=names[1], data=ground_truth.name, images=images, level=LEVEL, **parts)


def differences(first: Samples, second: Samples) -> tuple[Difference, ...]:
    """Second less first of each measure; rows of the samples are pairs."""
    low, high = percentiles(second.samples - first.samples)
    return tuple(
        Difference(name=name, first=a, second=b, difference=b - a, low=low[i], high=high[i])
        for i, (name, a, b) in enumerate(zip(first.names, first.values, second.values, strict=True))
    )


def ap_gains(matchings: Mapping[str, Matching]) -> dict[str, tuple[KeypointAP, Difference]]:
    """What each way of doing something reaches on one data set, and its AP less that of the first way."""
    samples = {name: _of_outcomes(["AP"], [each.outcomes()], RESAMPLES) for name, each in matchings.items()}
    first = next(iter(samples.values()))
    return {name: (summarise(each), differences(first, samples[name])[0]) for name, each in matchings.items()}


def keypoint_differences(first: Matching, second: Matching) -> tuple[Difference, ...]:
    """Second less first in AP of each keypoint alone (see keypoint_outcomes), on the same data set."""
    names, fewer = first.ground_truth.skeleton.keypoints, FEWER
    return differences(*(_of_outcomes(names, keypoint_outcomes(one), fewer) for one in (first, second)))


def check_same(first: Matching, second: Matching) -> None:
    """Raise DataError unless both are matched with the same people."""
    same = np.array_equal(first.ground_truth.image_ids, second.ground_truth.image_ids)
    if not same or not np.array_equal(first.ground_truth.keypoints, second.ground_truth.keypoints):
        raise DataError(
            f"{first.ground_truth.name} and {second.ground_truth.name} are different data sets; compare methods on the "
            "same images."
        )


def _of_outcomes(names: Sequence[str], found: list[Outcomes], resamples: int) -> Samples:
    """AP of each."""
    images = len(found[0].people)
    values = ap_and_ar(found, [np.ones(images, dtype=int)])[0, :, 0]
    return Samples(names, values, ap_and_ar(found, list(draws(images, resamples)))[:, :, 0])
