"""Non-maximum suppression: of several predictions for one person, keep the best."""

import math

import numpy as np
import torch
from torchvision.ops import nms

from methods.ops.oks import extent_area

BLOCK = 96  # poses compared at a time with all worse ones: few enough that what is computed stays in the CPU's cache
FAR = 1e12  # a squared distance at which nothing is like anything


def box_nms(boxes: torch.Tensor, scores: torch.Tensor, iou: float, limit: int) -> torch.Tensor:
    """Indices of the boxes [N, 4] (x1, y1, x2, y2) that survive, best score first, at most `limit` of them.

    A box goes when it overlaps a better one by more than `iou` (intersection over union). Greedy, as in
    torchvision.ops.nms. N = 0 gives no index.
    """
    return nms(boxes, scores, iou)[:limit]


def oks_nms(keypoints: np.ndarray, scores: np.ndarray, sigmas: np.ndarray, threshold: float, limit: int) -> np.ndarray:
    """Indices of the poses [N, K, 2] (x, y in pixels) that survive, best score first, at most `limit` of them.

    A pose goes when its object keypoint similarity (methods.ops.oks.pose_oks) to a better one that stays is above
    `threshold`; of equal scores the first is the better. sigmas [K] as in methods.skeletons. Unlike boxes, two people
    who hug keep their own poses. N = 0 gives no index. Greedy, as in Papandreou et al. (CVPR 2017).
    """
    order = np.argsort(-np.asarray(scores), kind="stable")
    poses = np.asarray(keypoints, dtype=np.float64)[order]
    similarity = _Similarity(poses, np.asarray(sigmas, dtype=np.float64), threshold)
    alive, kept = np.ones(len(order), dtype=bool), list[int]()
    for start in range(0, len(order), BLOCK):
        rows, columns = (start + np.flatnonzero(alive[start:stop]) for stop in (start + BLOCK, None))
        alike = similarity.above(rows, columns)
        for row, i in enumerate(rows.tolist()):
            if alive[i]:
                kept.append(i)
                alive[columns[alike[row]]] = False
        if len(kept) >= limit:
            break
    return order[np.array(kept[:limit], dtype=int)]


class _Similarity:
    """Which of N poses [N, K, 2] are more alike than a threshold, block by block.

    Coordinates are divided by sqrt(8) sigma, so that OKS is the mean of exp(-distance^2 / area). Of so many keypoints
    that the others could not reach the threshold alone the sum is worked out for every pair, in float32: squared
    distances by matrix products, |p|^2 - 2 p q + |q|^2, each off by a few units in the last place of the largest |p|^2,
    which changes the sum by a factor of at most e^off. Only pairs that can still pass are worked out wholly, in
    float64.
    """

    def __init__(self, poses: np.ndarray, sigmas: np.ndarray, threshold: float) -> None:
        self.threshold, self.areas = threshold, extent_area(poses)
        self.places = (poses / (np.sqrt(8) * sigmas[:, None])).view(np.complex128)[..., 0]  # [N, K]
        # One keypoint fewer than could not reach the threshold alone: far fewer pairs are left to be worked out wholly.
        left = max(math.ceil(threshold * len(sigmas)) - 2, 0)
        strictest = np.argsort(sigmas, kind="stable")[: len(sigmas) - left]
        places = self.places.T[strictest]
        missing = np.isnan(places)
        places = np.where(missing, 0, places - (places[~missing].mean() if not missing.all() else 0))
        squares = places.real**2 + places.imag**2
        off = 8 * np.finfo(np.float32).eps * squares.max(initial=0) / self.areas.min(initial=np.inf)
        self.least = threshold * len(sigmas) * np.exp(-off) - left
        squares, ones = squares + missing * FAR, np.ones_like(squares)  # what is missing is equally far from all
        self.first = np.stack([places.real, places.imag, squares, ones], axis=2, dtype=np.float32)
        self.second = np.stack([-2 * places.real, -2 * places.imag, ones, squares], axis=1, dtype=np.float32)

    def above(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """Whether OKS of poses `rows` [n] with poses `columns` [m] is above the threshold, bool [n, m]."""
        weights = (-2 / (self.areas[rows, None] + self.areas[columns])).astype(np.float32)
        total, one = np.zeros_like(weights), np.empty_like(weights)
        for first, second in zip(self.first[:, rows], self.second[:, :, columns], strict=True):
            np.matmul(first, second, out=one)
            np.multiply(one, weights, out=one)
            total += np.exp(one, out=one)
        alike = total >= self.least
        i, j = np.divmod(np.flatnonzero(alike), len(columns))
        alike[i, j] = self._exact(rows[i], columns[j]) > self.threshold
        return alike

    def _exact(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """OKS [M] of poses `first` [M] with poses `second` [M], in float64."""
        areas = (self.areas[first] + self.areas[second]) / 2
        apart = self.places[first] - self.places[second]
        similarity = np.exp((apart.real**2 + apart.imag**2) / -areas[:, None])
        return np.nan_to_num(similarity, nan=0.0).mean(axis=1)
