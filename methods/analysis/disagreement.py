"""How much several methods disagree about each person and keypoint of one image. Needs no ground truth."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from methods.ops.oks import extent_area, keypoint_oks


@dataclass(frozen=True, eq=False)
class Disagreement:
    """P people in M methods, those most disagreed about first.

    numbers  [P]     int, as given
    found    [P, M]  bool, whether the method found the person
    areas    [P]     square pixels, the mean over the methods' keypoint extents; the person's size in OKS
    people   [P]     1 - mean OKS over pairs of methods of which one at least found the person; 0 for a pair of which
                     only one did. 0..1; NaN with fewer than two methods
    keypoints   [P, K]  1 - mean of the keypoint's part of OKS over pairs that both found the person; NaN without such a
                pair
    """

    numbers: np.ndarray
    found: np.ndarray
    areas: np.ndarray
    people: np.ndarray
    keypoints: np.ndarray

    def mean_by_keypoint(self) -> np.ndarray:
        """Each keypoint's disagreement [K], the mean over people whom two methods found; NaN where nobody is."""
        counted = ~np.isnan(self.keypoints)
        total = np.where(counted, self.keypoints, 0.0).sum(axis=0)
        return np.divide(total, counted.sum(axis=0), out=np.full(total.shape, np.nan), where=counted.any(axis=0))


def disagreement(
    keypoints: Sequence[np.ndarray], numbers: Sequence[np.ndarray], sigmas: Sequence[float] | np.ndarray
) -> Disagreement:
    """Compare methods pair by pair.

    keypoints: for each of M methods its poses [N, K, 2] in pixels (NaN: no such keypoint); numbers: for each method the
    people's numbers [N], as `same_people` gives them; sigmas [K]. A keypoint that both of two methods leave out is
    agreed on; one that only one of them leaves out is not.
    """
    numbers = [np.asarray(row, int) for row in numbers]
    everybody = np.unique(np.concatenate([np.zeros(0, int), *numbers]))
    poses = np.full((len(everybody), len(keypoints), len(sigmas), 2), np.nan)  # [P, M, K, 2]
    areas = np.full((len(everybody), len(keypoints)), np.nan)
    for method, (found, row) in enumerate(zip(keypoints, numbers, strict=True)):
        rows = np.searchsorted(everybody, row)
        poses[rows, method], areas[rows, method] = found, extent_area(found)
    there = ~np.isnan(areas)
    size = np.where(there, areas, 0).sum(axis=1) / np.maximum(there.sum(axis=1), 1)
    pairs, shares = _pairs(poses, there, size, np.asarray(sigmas))
    order = np.argsort(-np.nan_to_num(pairs, nan=0.0), kind="stable")
    return Disagreement(everybody[order], there[order], size[order], pairs[order], shares[order])


def _pairs(
    poses: np.ndarray, there: np.ndarray, areas: np.ndarray, sigmas: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """`people` [P] and `keypoints` [P, K] of Disagreement."""
    shape = (len(poses), poses.shape[2])
    alike, both = np.zeros(shape), np.zeros(len(poses))
    either = np.zeros(len(poses))
    for one, other in combinations(range(poses.shape[1]), 2):
        a, b = poses[:, one], poses[:, other]
        similarity = keypoint_oks(a, b, areas, sigmas)
        similarity[(np.isnan(a) & np.isnan(b)).all(axis=2)] = 1.0
        together = there[:, one] & there[:, other]
        alike += np.where(together[:, None], similarity, 0.0)
        both += together
        either += there[:, one] | there[:, other]
    with np.errstate(invalid="ignore"):
        return 1 - alike.mean(axis=1) / either, 1 - alike / both[:, None]
