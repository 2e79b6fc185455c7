"""Precision and recall of single keypoints at any score, and what a visibility filter changes in them.

The visibility metamodel's Tables 3 and 4 as a curve: what is right, and the means over body parts, are those of
`mapk.py`. Only whom a pose means is decided otherwise, by COCO's matching at an OKS of paired_people.NEAR: that does
not hang on which other poses are shown, so that one matching serves every score.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from methods.analysis.error_types import Errors
from methods.metrics.mapk import PARTS, THRESHOLDS, part_index
from methods.metrics.results import Result, Score, score_text


class KeypointPoint(Result):
    """Means over the body parts of COCO's ten thresholds; NaN where nothing is predicted, or nothing labelled."""

    score: float
    precision: Score
    recall: Score

    def to_pandas(self) -> pd.DataFrame:
        """One row."""
        return pd.DataFrame([self.model_dump()])

    def __str__(self) -> str:
        return f"score {self.score:g}: precision {score_text(self.precision)}, recall {score_text(self.recall)}"


@dataclass(frozen=True, eq=False)
class KeypointCurve:
    """Keypoints counted as the score of their poses falls, by body part.

    scores     [D]     of the poses that are not ignored, falling
    right      [D, P]  how many keypoints of the first poses are right, mean over the thresholds
    predicted  [D, P]  how many keypoints these poses have
    labelled   [P]
    """

    scores: np.ndarray
    right: np.ndarray
    predicted: np.ndarray
    labelled: np.ndarray

    def at(self, score: float) -> KeypointPoint:
        """What one gets who shows the poses of at least `score`."""
        shown = int(np.searchsorted(-self.scores, -score, side="right"))
        if not shown:
            return KeypointPoint(score=score, precision=np.nan, recall=0.0 if self.labelled.any() else np.nan)
        precision, recall = self.means()
        return KeypointPoint(score=score, precision=precision[shown - 1], recall=recall[shown - 1])

    def means(self) -> tuple[np.ndarray, np.ndarray]:
        """Precision and recall [D], means over the parts that are defined."""
        return _mean(self.right, self.predicted), _mean(self.right, np.broadcast_to(self.labelled, self.right.shape))


def keypoint_curve(errors: Errors, kept: np.ndarray | None = None) -> KeypointCurve:
    """The curve of a method's keypoints; `kept` [D, K] says which keypoints of matching.detections a filter leaves."""
    found, ground_truth = errors.matching.detections, errors.matching.ground_truth
    predicted = found.there if kept is None else found.there & kept
    right = np.zeros(predicted.shape)
    similar = (errors.similarity[..., None] >= THRESHOLDS).mean(axis=2) * ground_truth.labelled[errors.person]
    right[errors.detection] = similar
    judged = np.union1d(errors.detection, errors.background)
    order = found.by_score[np.isin(found.by_score, judged)]
    everyone = errors.matching.ranges[errors.matching.index("all")].people
    return KeypointCurve(
        found.scores[order],
        _by_part((right * predicted)[order], ground_truth.skeleton.keypoints).cumsum(axis=0),
        _by_part(predicted[order], ground_truth.skeleton.keypoints).cumsum(axis=0),
        _by_part(ground_truth.labelled[everyone], ground_truth.skeleton.keypoints).sum(axis=0),
    )


def not_wrong(errors: Errors, results: Sequence[dict[str, Any]], threshold: float) -> np.ndarray | None:
    """Which keypoints [D, K] are wrong with a chance of at most `threshold`, by `wrong` of the results that were
    matched, see scene_results; None where some have none."""
    chosen = [results[position].get("wrong") for position in errors.matching.detections.position]
    num_keypoints = len(errors.matching.ground_truth.skeleton)
    if not all(isinstance(chances, list) and len(chances) == num_keypoints for chances in chosen):
        return None
    return ~(np.array(chosen, dtype=float).reshape(-1, num_keypoints) > threshold)


def _by_part(values: np.ndarray, keypoints: Sequence[str]) -> np.ndarray:
    """Sums [n, P] over the keypoints [n, K] of each part."""
    part_of = np.array([part_index(name) for name in keypoints])
    return np.stack([values[:, part_of == index].sum(axis=1) for index in range(len(PARTS))], axis=1)


def _mean(right: np.ndarray, counted: np.ndarray) -> np.ndarray:
    """Mean [D] over the parts of which some are counted; NaN where none is."""
    defined = counted > 0
    shares = np.where(defined, right / np.maximum(counted, 1), 0.0).sum(axis=1)
    return np.where(defined.any(axis=1), shares / np.maximum(defined.sum(axis=1), 1), np.nan)
