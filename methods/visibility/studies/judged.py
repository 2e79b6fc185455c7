"""Keypoints of one method that were judged, in the order of a score: precision at any recall, image by image."""

from dataclasses import dataclass

import numpy as np

from methods.metrics.curves import interpolate

POINTS = 2  # measures before those of the curve


@dataclass(frozen=True)
class Judged:
    """Keypoints [R] of one method: image, right (share of OKS thresholds), both scores, whether the paper's filter
    keeps it; and of those of people with ground truth the flag [S] and chances [S, 3] of each flag."""

    image: np.ndarray
    right: np.ndarray
    own: np.ndarray
    combined: np.ndarray
    kept: np.ndarray
    flags: np.ndarray
    chances: np.ndarray
    outside: np.ndarray


class Ordered:
    """Keypoints by falling score, so that resamples of their images are quickly measured."""

    def __init__(self, one: Judged, scores: np.ndarray, labelled: np.ndarray) -> None:
        order = np.argsort(-scores, kind="stable")
        self.image, self.right, self.kept = one.image[order], one.right[order], one.kept[order]
        self.labelled = labelled

    def measures(self, times: np.ndarray) -> np.ndarray:
        """Precision at the filter's recall, average precision over the recalls that are reached, and the highest
        precision at or beyond each of RECALLS, of images that are each there so many `times`."""
        counts = times[self.image]
        right = (self.right * counts).cumsum()
        whole = counts.cumsum()
        precision = right / np.maximum(whole, 1e-9)
        wanted = (self.right * counts)[self.kept].sum()
        first = min(int(np.searchsorted(right, wanted - 1e-6)), len(right) - 1)
        average = (precision * np.diff(right, prepend=0)).sum() / max(right[-1], 1e-9)
        curve = interpolate(right[None], (whole - right)[None], max(self.labelled @ times, 1))[0]
        return np.array([precision[first], average, *curve])
