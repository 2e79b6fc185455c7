"""Which people found by several methods on one image are the same person."""

from collections.abc import Sequence
from itertools import combinations, pairwise

import numpy as np
from scipy.optimize import linear_sum_assignment

from methods.ops.oks import extent_area, extents, keypoint_oks

# Two methods' poses of one person differ more than either does from the ground truth, so COCO's 0.5 is too strict.
# Measured on 128 images of COCO val2017 with movenet-multipose and yolo11n-pose at demo settings: of 228 pairs of poses
# whose boxes both lie on one annotated person 98% reach 0.2 (79% reach 0.5); of 719 pairs on two different people 0.6%
# do.
SAME_PERSON_OKS = 0.2


def same_people(
    poses: Sequence[np.ndarray], sigmas: Sequence[float] | np.ndarray, threshold: float = SAME_PERSON_OKS
) -> list[np.ndarray]:
    """Give every pose a person's number, so that one person has the same number in every method.

    poses: for each method its keypoints [N, K, 2] in pixels (NaN: no such keypoint); sigmas [K]; threshold 0..1.
    Returns for each method the numbers [N] of its poses, int; a method never has a number twice.

    Each two methods are matched one to one by the Hungarian algorithm on `pose_oks`, and pairs of at least
    `threshold` are links. Links are then followed from the strongest down: both ends become one person, unless that
    person would then have two poses of one method. Who is one person thus does not hang on the order of the methods
    (equal links aside). Numbers count up from 0 in the order in which people first appear.
    """
    offsets = np.cumsum([0, *(len(found) for found in poses)])
    method = np.repeat(np.arange(len(poses)), np.diff(offsets)).tolist()
    # The person each pose belongs to, at first one of its own: that person's pose of each method.
    people = [{method[pose]: pose} for pose in range(len(method))]
    links = [
        (similarity, int(offsets[a]) + i, int(offsets[b]) + j)
        for a, b in combinations(range(len(poses)), 2)
        for similarity, i, j in _matched_pairs(poses[a], poses[b], np.asarray(sigmas), threshold)
    ]
    for _, one, other in sorted(links, key=lambda link: -link[0]):
        if people[one].keys().isdisjoint(people[other]):
            people[one].update(people[other])
            for pose in people[other].values():
                people[pose] = people[one]
    numbers = _count_from_zero(np.array([min(person.values()) for person in people], dtype=int))
    return [numbers[start:stop] for start, stop in pairwise(offsets)]


def _matched_pairs(
    first: np.ndarray, second: np.ndarray, sigmas: np.ndarray, threshold: float
) -> list[tuple[float, int, int]]:
    similarity = _near_oks(first, second, sigmas, threshold)
    rows, columns = linear_sum_assignment(similarity, maximize=True)
    pairs = zip(similarity[rows, columns], rows, columns, strict=True)
    return [(float(value), int(i), int(j)) for value, i, j in pairs if value >= threshold]


def _near_oks(first: np.ndarray, second: np.ndarray, sigmas: np.ndarray, threshold: float) -> np.ndarray:
    """`pose_oks` [N, M] where it reaches the threshold, 0 elsewhere.

    Keypoints are compared only for poses whose boxes are near: no keypoint of one is nearer to a keypoint of the other
    than the gap between the boxes, so OKS is at most exp(-gap^2 / (8 sigma^2 area)) with the largest sigma.
    """
    similarity = np.zeros((len(first), len(second)))
    one, other = extents(first).T[:, :, None], extents(second).T[:, None]
    areas = (extent_area(first)[:, None] + extent_area(second)) / 2
    reach = -8 * sigmas.max() ** 2 * np.log(max(threshold, np.finfo(float).tiny))  # gap^2 over area
    with np.errstate(invalid="ignore"):  # the box of a pose without keypoints is infinite, and then so is its gap
        right, below = (np.maximum(one[k] - other[k + 2], other[k] - one[k + 2]).clip(min=0) for k in (0, 1))
        i, j = np.nonzero(right**2 + below**2 <= reach * areas)
    similarity[i, j] = keypoint_oks(first[i], second[j], areas[i, j], sigmas).mean(axis=1)
    return np.where(similarity >= threshold, similarity, 0.0)


def _count_from_zero(group: np.ndarray) -> np.ndarray:
    """Any labels to 0, 1, 2, ... in order of first appearance."""
    _, first, inverse = np.unique(group, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=int)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[inverse]
