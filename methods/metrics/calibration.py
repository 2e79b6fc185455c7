"""Calibration: whether what is said with a probability is right as often as that (Naeini et al., 2015)."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from methods.metrics.results import Result, Score

BINS = 10  # of confidence


class CalibrationBin(Result):
    """What is said with a confidence between two tenths: how often, the mean confidence, and how often it is right."""

    count: int
    confidence: Score
    right: Score

    def to_pandas(self) -> pd.DataFrame:
        """One row."""
        return pd.DataFrame([self.model_dump()])


def calibration_bins(confidence: np.ndarray, right: np.ndarray) -> tuple[CalibrationBin, ...]:
    """Of confidences [n], 0..1, and whether they are right [n]: BINS equal bins; NaN in empty ones."""
    number = np.clip((confidence * BINS).astype(int), 0, BINS - 1)
    found = []
    for chosen in (number == b for b in range(BINS)):
        count = int(chosen.sum())
        means = (float(values[chosen].mean()) if count else np.nan for values in (confidence, right))
        found.append(CalibrationBin(count=count, **dict(zip(("confidence", "right"), means, strict=True))))
    return tuple(found)


def calibration_error(bins: Sequence[CalibrationBin]) -> float:
    """Expected calibration error: the bins' gaps between confidence and being right, weighted by how many are in each.

    NaN of nothing.
    """
    total = sum(one.count for one in bins)
    gaps = [one.count * abs(one.right - one.confidence) for one in bins if one.count]
    return sum(gaps) / total if total else float("nan")
