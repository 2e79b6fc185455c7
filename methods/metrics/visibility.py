"""How well the states of keypoints are told: F1 as in Tables 1, 2, 7 and 8 of the visibility metamodel.

The total is the mean of the classes' F1 weighted by their sizes: the only reading that fits Tables 1
and 2 (0.77, 0.37 and 0.80 give 0.76 with 7% of the keypoints in the middle class).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from methods.metrics.bootstrap import LEVEL, RESAMPLES
from methods.metrics.calibration import CalibrationBin, calibration_error
from methods.metrics.results import Result, Score
from methods.metrics.roc import roc_auc
from methods.metrics.state_curves import StateCurve, state_calibration, state_curves
from methods.types import VISIBILITY_STATES

STATES = len(VISIBILITY_STATES)


@dataclass(frozen=True)
class StatePredictions:
    """P people: ground truth [P, K], COCO's flags; probabilities [P, K, 3]; image [P], which one of the data set."""

    ground_truth: np.ndarray
    probabilities: np.ndarray
    image: np.ndarray


class StateScores(Result):
    """F1 of some keypoints; NaN for a class that is neither there nor predicted. `confusion` [3][3]: ground truth,
    prediction."""

    keypoints: int
    f1: dict[str, Score]
    total: Score
    accuracy: float
    confusion: list[list[int]]

    def to_pandas(self) -> pd.DataFrame:
        """One row: F1 of each state, their total, and the share of keypoints that are right."""
        return pd.DataFrame([self.f1 | {"total": self.total, "accuracy": self.accuracy, "keypoints": self.keypoints}])

    @classmethod
    def of(cls, ground_truth: np.ndarray, predicted: np.ndarray) -> "StateScores":
        """From states 0, 1, 2 of any shape."""
        confusion = np.bincount(ground_truth.ravel() * STATES + predicted.ravel(), minlength=STATES**2).reshape(
            STATES, STATES
        )
        scores, total = f1_scores(confusion)
        return cls(
            keypoints=int(confusion.sum()),
            f1=dict(zip(VISIBILITY_STATES, scores.tolist(), strict=True)),
            total=total,
            accuracy=float(np.trace(confusion) / max(confusion.sum(), 1)),
            confusion=confusion.tolist(),
        )


class VisibilityScores(Result):
    """How well a method tells states. Intervals are 95%, bootstrap over images.

    auc: probability that a labelled keypoint has a lower P(absent) than one without a label. calibration_error: by how
    much the confidence in the likeliest state differs from how often it is right, a mean over keypoints (Naeini et al.,
    2015; equal `bins`). curves: each state against the others.
    """

    method: str
    data: str
    images: int
    people: int
    all: StateScores
    total_low: Score
    total_high: Score
    auc: Score
    calibration_error: Score
    by_keypoint: dict[str, StateScores]
    curves: tuple[StateCurve, ...]
    bins: tuple[CalibrationBin, ...]
    command: str | None = None

    def to_pandas(self) -> pd.DataFrame:
        """One row for each keypoint, at last all of them."""
        rows = self.by_keypoint | {"all": self.all}
        tables = {name.replace("_", " "): row.to_pandas() for name, row in rows.items()}
        return pd.concat(tables, names=["keypoint", ""]).reset_index("keypoint").reset_index(drop=True)


def score_visibility(
    judged: StatePredictions, method: str, data: str, images: int, keypoints: Sequence[str], command: str | None = None
) -> VisibilityScores:
    """See VisibilityScores; `keypoints` are the names of the K keypoints, `images` how many the data set has."""
    predicted = judged.probabilities.argmax(axis=2)
    bins = state_calibration(judged.ground_truth, judged.probabilities)
    low, high = total_interval(judged.ground_truth, predicted, judged.image, images)
    return VisibilityScores(
        method=method,
        data=data,
        images=images,
        people=len(judged.ground_truth),
        all=StateScores.of(judged.ground_truth, predicted),
        total_low=low,
        total_high=high,
        auc=roc_auc((judged.ground_truth > 0).ravel(), 1 - judged.probabilities[..., 0].ravel()),
        calibration_error=calibration_error(bins),
        by_keypoint={
            name: StateScores.of(judged.ground_truth[:, k], predicted[:, k]) for k, name in enumerate(keypoints)
        },
        curves=state_curves(judged.ground_truth, judged.probabilities),
        bins=bins,
        command=command,
    )


def f1_scores(confusion: np.ndarray) -> tuple[np.ndarray, float]:
    """F1 of each class [3], and their mean weighted by the classes' sizes, of a confusion matrix (ground truth,
    prediction).

    NaN for a class that is neither there nor predicted, and as the total of nothing.
    """
    there, claimed = confusion.sum(axis=1), confusion.sum(axis=0)
    both = there + claimed
    scores = np.where(both > 0, 2 * np.diag(confusion) / np.maximum(both, 1), np.nan)
    total = np.nansum(scores * there) / there.sum() if there.sum() else float("nan")
    return scores, float(total)


def total_interval(
    ground_truth: np.ndarray, predicted: np.ndarray, image: np.ndarray, images: int
) -> tuple[float, float]:
    """Percentile interval of the total F1 of states [P, K] over resampled images; `image` [P] is whose they are."""
    cells = (image[:, None] * STATES + ground_truth) * STATES + predicted
    each = np.bincount(cells.ravel(), minlength=images * STATES**2).reshape(images, STATES, STATES)
    generator = np.random.default_rng(0)
    share = np.full(images, 1 / images)
    totals = [f1_scores(np.tensordot(generator.multinomial(images, share), each, axes=1))[1] for _ in range(RESAMPLES)]
    low, high = np.nanquantile(totals, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
