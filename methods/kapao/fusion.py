"""Algorithm 1: keypoint objects replace the keypoints of the poses that they lie nearest to."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Fusion:
    """N poses after fusion, and the F keypoint objects that were taken.

    keypoints [N, K, 2]; scores [N, K], the taken keypoint object's, NaN where none was; pose, keypoint, taken [F]:
    keypoint `keypoint` of pose `pose` is now where keypoint object `taken` is.
    """

    keypoints: np.ndarray
    scores: np.ndarray
    pose: np.ndarray
    keypoint: np.ndarray
    taken: np.ndarray


def fuse(
    keypoints: np.ndarray,
    pose_scores: np.ndarray,
    centres: np.ndarray,
    classes: np.ndarray,
    scores: np.ndarray,
    distance: float,
    confidence: float,
) -> Fusion:
    """Algorithm 1 for N pose objects and M keypoint objects, taken in the given order.

    keypoints [N, K, 2] and centres [M, 2] in the same pixels as `distance` (tau_fd); classes [M] in 0..K-1; scores [M];
    pose_scores [N], of which only those above `confidence` (tau_fc) take part. N = 0 or M = 0 fuses nothing.
    """
    fused = np.array(keypoints, dtype=np.float64)
    owner = np.full(fused.shape[:2], -1)  # the keypoint object that each keypoint of each pose took
    able = np.flatnonzero(pose_scores > confidence)
    if len(able) and len(centres):
        order = np.argsort(classes, kind="stable")  # keypoints do not affect each other; within one, the order stays
        centre = np.asarray(centres, dtype=np.float64)[order]
        keypoint, score = classes[order], np.asarray(scores, dtype=np.float64)[order]
        match = _match(fused[able], centre, keypoint, score, distance)
        accepted = match >= 0
        # Where a keypoint took several objects one after the other, NumPy keeps the last, as the algorithm does.
        owner[able[match[accepted]], keypoint[accepted]] = order[accepted]
    pose, keypoint_index = np.nonzero(owner >= 0)
    taken = owner[pose, keypoint_index]
    fused[pose, keypoint_index] = np.asarray(centres)[taken]
    keypoint_scores = np.full(owner.shape, np.nan)
    keypoint_scores[pose, keypoint_index] = np.asarray(scores)[taken]
    return Fusion(fused, keypoint_scores, pose, keypoint_index, taken)


def _match(
    keypoints: np.ndarray, centres: np.ndarray, classes: np.ndarray, scores: np.ndarray, distance: float
) -> np.ndarray:
    """The pose that takes each keypoint object, [M], -1 for none; the M objects are sorted by keypoint.

    The algorithm is sequential: a keypoint that took an object has moved, and later objects see it there. So all
    decisions are made at once, then made again in the light of the first answers, until nothing changes. Each decision
    depends only on earlier objects, so round i settles at least the first i of them and the last round is the
    algorithm's answer; in practice it takes two or three rounds.
    """
    objects = np.arange(len(classes))
    end = np.searchsorted(classes, classes, side="right")  # where the objects of the same keypoint end
    x, y = np.ascontiguousarray(centres.T)
    start_x, start_y = (keypoints[..., axis].take(classes, axis=1) for axis in (0, 1))  # [N, M]
    at_start = np.sqrt((start_x - x) ** 2 + (start_y - y) ** 2)
    match = np.full(len(classes), -1)
    while True:
        # Pairs of an object that was taken and a later one of the same keypoint, which meets the pose's keypoint there.
        # Pairs are in order, and of several for one place NumPy keeps the last: where the keypoint is by then.
        taken = np.flatnonzero(match >= 0)
        count = end[taken] - taken - 1
        before = np.repeat(taken, count)
        after = before + 1 + np.arange(len(before)) - np.repeat(np.cumsum(count) - count, count)
        distances, held = at_start.copy(), np.zeros_like(at_start)
        distances[match[before], after] = np.sqrt((x[before] - x[after]) ** 2 + (y[before] - y[after]) ** 2)
        held[match[before], after] = scores[before]
        nearest = distances.argmin(axis=0)
        fits = (distances[nearest, objects] < distance) & (held[nearest, objects] < scores)
        decided = np.where(fits, nearest, -1)
        if np.array_equal(decided, match):
            return match
        match = decided
