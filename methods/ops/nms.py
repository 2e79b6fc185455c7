"""Non-maximum suppression: of several answers for one person, keep the best."""

import numpy as np
import torch
from torchvision.ops import nms

from methods.ops.oks import extent_area

BLOCK = 64  # poses compared at a time with all worse ones: few enough that what is computed stays in the CPU's cache
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

    Coordinates are divided by sqrt(8) sigma, so that OKS is the mean of exp(-distance^2 / area). Squared distances come
    from matrix products in float32, |p|^2 - 2 p q + |q|^2, of which each is off by a few units in the last place of the
    largest |p|^2. That changes OKS by a factor of at most e^off; pairs that it could decide are worked out in float64.
    """

    def __init__(self, poses: np.ndarray, sigmas: np.ndarray, threshold: float) -> None:
        self.threshold, self.areas = threshold, extent_area(poses)
        there = ~np.isnan(poses)
        middle = poses[there].mean() if there.any() else 0.0
        scaled = np.where(there, (poses - middle) / (np.sqrt(8) * sigmas[:, None]), 0).transpose(1, 0, 2)  # [K, N, 2]
        squares = (scaled**2).sum(axis=2, keepdims=True)
        self.off = 8 * np.finfo(np.float32).eps * squares.max(initial=0) / self.areas.min(initial=np.inf)
        missing = np.isnan(poses).any(axis=2).T[..., None]  # equally far from all
        ones = np.ones_like(squares)
        self.first = np.concatenate([scaled, squares + missing * FAR, ones], axis=2).astype(np.float32)
        self.second = np.concatenate([-2 * scaled, ones, squares + missing * FAR], axis=2).astype(np.float32)
        self.scaled, self.missing = scaled, missing

    def above(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """Whether OKS of poses `rows` [n] with poses `columns` [m] is above the threshold, bool [n, m]."""
        weights = (-2 / (self.areas[rows, None] + self.areas[columns])).astype(np.float32)
        total, one = np.zeros_like(weights), np.empty_like(weights)
        for first, second in zip(self.first[:, rows], self.second[:, columns], strict=True):
            np.matmul(first, second.T, out=one)
            np.multiply(one, weights, out=one)
            total += np.exp(one, out=one)
        found = total / len(self.first)
        alike = found > self.threshold
        low, high = self.threshold * np.exp(-self.off), self.threshold * np.exp(self.off)
        i, j = ((found >= low) & (found <= high)).nonzero()
        alike[i, j] = self._exact(rows[i], columns[j]) > self.threshold
        return alike

    def _exact(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """OKS [M] of poses `first` [M] with poses `second` [M], in float64."""
        areas = (self.areas[first] + self.areas[second]) / 2
        squared = ((self.scaled[:, first] - self.scaled[:, second]) ** 2).sum(axis=2)
        missing = (self.missing[:, first] | self.missing[:, second])[..., 0]
        return np.where(missing, 0, np.exp(-squared / areas)).mean(axis=0)
