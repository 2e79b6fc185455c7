"""The area under the ROC curve, and how far it may be off because a data set is small."""

import numpy as np

from methods.metrics.bootstrap import LEVEL, RESAMPLES, draws, percentiles


def roc_auc(labelled: np.ndarray, scores: np.ndarray, times: np.ndarray | None = None) -> float:
    """Probability that a labelled one of n keypoints has a higher score than one that is not; equal scores count half.

    `times` [n] says how often each keypoint is there, once by default. NaN where there is only one kind. It is the
    statistic of Mann and Whitney (1947).
    """
    times = np.ones(len(scores)) if times is None else times
    _, level = np.unique(scores, return_inverse=True)
    positive, negative = (np.bincount(level, times * kind) for kind in (labelled, ~labelled))
    pairs = positive.sum() * negative.sum()
    below = np.cumsum(negative) - negative / 2
    return float((positive * below).sum() / pairs) if pairs else float("nan")


def auc_samples(labelled: np.ndarray, scores: np.ndarray, owner: np.ndarray, images: int) -> np.ndarray:
    """The AUC of all keypoints [n, K] of RESAMPLES sets of images; `owner` [n]: which image it is in."""
    whose, there, values = np.repeat(owner, labelled.shape[1]), labelled.ravel(), scores.ravel()
    return np.array([roc_auc(there, values, times[whose]) for times in draws(images, RESAMPLES)])


def auc_interval(labelled: np.ndarray, scores: np.ndarray, owner: np.ndarray, images: int) -> tuple[float, float]:
    """Percentile interval of the AUC over resampled images; see auc_samples."""
    low, high = percentiles(auc_samples(labelled, scores, owner, images), LEVEL)
    return float(low), float(high)
