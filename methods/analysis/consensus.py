"""What several methods find alike in one image, without any ground truth: one pose for each such person."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from methods.analysis.agreement import same_people
from methods.ops.oks import extent_area, keypoint_oks

MOST = 2 / 3  # of the methods that have to find somebody, two at least
ALIKE = 0.7  # mean OKS of every two of their poses
AT_ONE_PLACE = 0.5  # similarity of each method's keypoint with the median


@dataclass(frozen=True, eq=False)
class Consensus:
    """G people of one image whom most methods find alike.

    keypoints  [G, K, 2]  medians over the methods in pixels; NaN where half of them or more have no such keypoint
    certain    [G, K]     bool; keypoints that each of these methods has near the median
    likeness   [G]        mean OKS of every two methods' poses, 0..1
    methods               for each person the methods' names
    """

    keypoints: np.ndarray
    certain: np.ndarray
    likeness: np.ndarray
    methods: tuple[tuple[str, ...], ...]


def find_consensus(poses: Mapping[str, np.ndarray], sigmas: Sequence[float] | np.ndarray) -> Consensus:
    """From each method's poses [N, K, 2] of one image, NaN where a keypoint is not there; sigmas [K]."""
    sigmas = np.asarray(sigmas)
    names, needed = list(poses), max(2, math.ceil(MOST * len(poses)))
    numbers = same_people(list(poses.values()), sigmas)
    keypoints, certain, likeness, methods = [], [], [], []
    for person in range(max((int(each.max()) + 1 for each in numbers if len(each)), default=0)):
        members = {
            name: poses[name][each == person][0]
            for name, each in zip(names, numbers, strict=True)
            if (each == person).any()
        }
        if len(members) < needed:
            continue
        found = np.stack(list(members.values()))
        alike = _likeness(found, sigmas)
        if alike >= ALIKE:
            middle = _median(found)
            similarity = keypoint_oks(found, middle[None], extent_area(middle[None]), sigmas)
            keypoints.append(middle)
            certain.append((similarity >= AT_ONE_PLACE).all(axis=0))
            likeness.append(alike)
            methods.append(tuple(members))
    shape = (len(methods), len(sigmas))
    return Consensus(
        np.array(keypoints).reshape(*shape, 2),
        np.array(certain, dtype=bool).reshape(shape),
        np.array(likeness),
        tuple(methods),
    )


def _likeness(found: np.ndarray, sigmas: np.ndarray) -> float:
    """Mean OKS of every two poses [n, K, 2] over the keypoints that both have."""
    areas = extent_area(found)
    values = []
    for one, other in combinations(range(len(found)), 2):
        both = np.isfinite(found[[one, other]]).all(axis=(0, 2))
        similarity = keypoint_oks(found[one], found[other], (areas[one] + areas[other]) / 2, sigmas)
        values.append(similarity[both].mean() if both.any() else 0.0)
    return float(np.mean(values))


def _median(found: np.ndarray) -> np.ndarray:
    """The median pose [K, 2] of poses [n, K, 2]; NaN where no more than half have the keypoint."""
    there = np.isfinite(found).all(axis=2)
    kept = 2 * there.sum(axis=0) > len(found)
    middle = np.full(found.shape[1:], np.nan)
    middle[kept] = np.nanmedian(found[:, kept], axis=0)
    return middle
