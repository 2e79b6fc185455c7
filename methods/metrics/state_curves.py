"""How well probabilities tell each state of keypoints from the other two: ROC, precision and recall, calibration."""

import numpy as np
import pandas as pd

from methods.metrics.calibration import CalibrationBin, calibration_bins
from methods.metrics.curves import interpolate
from methods.metrics.results import Result, Score
from methods.types import VISIBILITY_STATES

RATES = np.linspace(0, 1, 101)  # false positive rates at which the ROC curve is kept


class StateCurve(Result):
    """One state against the others: true positive rate at RATES, highest precision at or beyond each of RECALLS.

    `keypoints` are in that state. AUC is the area under the ROC curve, AP the mean of the precisions; NaN where all
    keypoints are of that state or none is.
    """

    state: str
    keypoints: int
    auc: Score
    ap: Score
    roc: tuple[Score, ...]
    precision: tuple[Score, ...]

    def to_pandas(self) -> pd.DataFrame:
        """One row without the curves."""
        return pd.DataFrame([self.model_dump(exclude={"roc", "precision"})])


def state_curves(ground_truth: np.ndarray, probabilities: np.ndarray) -> tuple[StateCurve, ...]:
    """Of flags [...] and probabilities [..., 3], for each of VISIBILITY_STATES."""
    return tuple(
        _curve(name, (ground_truth == state).ravel(), probabilities[..., state].ravel())
        for state, name in enumerate(VISIBILITY_STATES)
    )


def state_calibration(ground_truth: np.ndarray, probabilities: np.ndarray) -> tuple[CalibrationBin, ...]:
    """How often the likeliest state is right, of flags [...] and probabilities [..., 3]."""
    confidence = probabilities.max(axis=-1).ravel()
    return calibration_bins(confidence, (probabilities.argmax(axis=-1) == ground_truth).ravel())


def _curve(name: str, there: np.ndarray, scores: np.ndarray) -> StateCurve:
    keypoints = int(there.sum())
    if not 0 < keypoints < len(there):
        nothing = (np.nan,) * len(RATES)
        return StateCurve(state=name, keypoints=keypoints, auc=np.nan, ap=np.nan, roc=nothing, precision=nothing)
    order = np.argsort(-scores, kind="stable")
    last_of_ties = np.append(np.diff(scores[order]) < 0, True)
    true, false = (np.cumsum(one[order])[last_of_ties] for one in (there, ~there))
    reached, wrong = (np.concatenate([[0], counts / counts[-1]]) for counts in (true, false))
    precision = interpolate(true[None], false[None], keypoints)[0]
    highest = np.append(np.diff(wrong) > 0, True)  # where the curve rises straight up the top counts
    return StateCurve(
        state=name,
        keypoints=keypoints,
        auc=float(np.trapezoid(reached, wrong)),
        ap=float(precision.mean()),
        roc=tuple(np.interp(RATES, wrong[highest], reached[highest]).tolist()),
        precision=tuple(precision.tolist()),
    )
