"""OKS between detections and annotated people of the same image, to the last bit as pycocotools computes it."""

from dataclasses import dataclass

import numpy as np

from methods.metrics.detections import Detections
from methods.metrics.ground_truth import GroundTruth


@dataclass(frozen=True, eq=False)
class Pairs:
    """Every detection with every person of its image, Q pairs; a detection's people are in the file's order."""

    detection: np.ndarray  # [Q]
    person: np.ndarray  # [Q]
    oks: np.ndarray  # [Q], 0..1

    def at_least(self, oks: float) -> "Pairs":
        """The pairs that are at least so similar."""
        chosen = self.oks >= oks
        return Pairs(self.detection[chosen], self.person[chosen], self.oks[chosen])


def pairs_of(detections: Detections, ground_truth: GroundTruth) -> Pairs:
    """OKS of every pair; a person without labelled keypoints is compared with by the box, as `_outside` says."""
    first = np.searchsorted(ground_truth.image, np.arange(len(ground_truth.image_ids)))
    counts = np.bincount(ground_truth.image, minlength=len(ground_truth.image_ids))[detections.image]
    detection = np.repeat(np.arange(len(detections)), counts)
    within = np.arange(len(detection)) - np.repeat(np.cumsum(counts) - counts, counts)
    person = first[detections.image[detection]] + within
    return Pairs(detection, person, _oks(detections.keypoints, ground_truth, detection, person))


def keypoint_similarity(found: np.ndarray, ground_truth: GroundTruth, person: np.ndarray) -> np.ndarray:
    """exp(-d^2 / (2 s^2 k^2)) of keypoints [Q, K, 2] with those of the people [Q]: [Q, K], whatever their labels."""
    return np.exp(-_exponents(((found - ground_truth.keypoints[person]) ** 2), ground_truth, person))


def _oks(keypoints: np.ndarray, ground_truth: GroundTruth, detection: np.ndarray, person: np.ndarray) -> np.ndarray:
    labels = ground_truth.labelled.sum(axis=1)
    similarity = np.zeros(len(person))
    # pycocotools sums each pair's labelled keypoints alone, and where numbers are added up one by one or pairwise
    # decides the last bit: pairs with equally many keypoints are summed together, as rows of just so many numbers.
    for count in np.unique(labels):
        rows = np.flatnonzero(labels[person] == count)
        found, there = keypoints[detection[rows]], person[rows]
        if count:
            exponents = _exponents((found - ground_truth.keypoints[there]) ** 2, ground_truth, there)
            exponents = exponents[ground_truth.labelled[there]].reshape(len(rows), count)
        else:
            exponents = _exponents(_outside(found, ground_truth.boxes[there]) ** 2, ground_truth, there)
        similarity[rows] = np.exp(-exponents).sum(axis=1) / exponents.shape[1]
    return similarity


def _exponents(squared: np.ndarray, ground_truth: GroundTruth, person: np.ndarray) -> np.ndarray:
    """Squared distances [Q, K, 2] per axis, over the keypoints' variances and the people's areas: [Q, K]."""
    variances = (ground_truth.sigmas * 2) ** 2
    areas = ground_truth.areas[person, None] + np.spacing(1)
    return (squared[..., 0] + squared[..., 1]) / variances / areas / 2


def _outside(found: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """How far keypoints [Q, K, 2] lie outside their box [Q, 4] of three times the size, per axis; 0 inside."""
    low, size = boxes[:, None, :2], boxes[:, None, 2:]
    return np.maximum(0, (low - size) - found) + np.maximum(0, found - (low + size * 2))
