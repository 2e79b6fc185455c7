"""Algorithm 1: keypoint objects replace the joints of the poses that they lie nearest to."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Fusion:
    """N poses after fusion, and the F keypoint objects that were taken.

    keypoints [N, K, 2]; scores [N, K], the taken keypoint object's, NaN where none was; pose, joint, taken [F]: joint
    `joint` of pose `pose` is now where keypoint object `taken` is.
    """

    keypoints: np.ndarray
    scores: np.ndarray
    pose: np.ndarray
    joint: np.ndarray
    taken: np.ndarray


def fuse(
    keypoints: np.ndarray,
    pose_scores: np.ndarray,
    centres: np.ndarray,
    joints: np.ndarray,
    scores: np.ndarray,
    distance: float,
    confidence: float,
) -> Fusion:
    """Algorithm 1 for N pose objects and M keypoint objects, taken in the given order.

    keypoints [N, K, 2] and centres [M, 2] in the same pixels as `distance` (tau_fd); joints [M] in 0..K-1; scores [M];
    pose_scores [N], of which only those above `confidence` (tau_fc) take part. N = 0 or M = 0 fuses nothing.
    """
    fused = np.array(keypoints, dtype=np.float64)
    owner = np.full(fused.shape[:2], -1)  # the keypoint object that each joint of each pose took
    able = np.flatnonzero(pose_scores > confidence)
    if len(able) and len(centres):
        order = np.argsort(joints, kind="stable")  # joints do not affect each other; within one, the order stays
        centre = np.asarray(centres, dtype=np.float64)[order]
        joint, score = joints[order], np.asarray(scores, dtype=np.float64)[order]
        match = _match(fused[able], centre, joint, score, distance)
        accepted = match >= 0
        # Where a joint took several objects one after the other, NumPy keeps the last, as the algorithm does.
        owner[able[match[accepted]], joint[accepted]] = order[accepted]
    pose, joint_index = np.nonzero(owner >= 0)
    taken = owner[pose, joint_index]
    fused[pose, joint_index] = np.asarray(centres)[taken]
    joint_scores = np.full(owner.shape, np.nan)
    joint_scores[pose, joint_index] = np.asarray(scores)[taken]
    return Fusion(fused, joint_scores, pose, joint_index, taken)


def _match(
    keypoints: np.ndarray, centres: np.ndarray, joints: np.ndarray, scores: np.ndarray, distance: float
) -> np.ndarray:
    """The pose that takes each keypoint object, [M], -1 for none; the M objects are sorted by joint.

    The algorithm is sequential: a joint that took an object has moved, and later objects see it there. So all decisions
    are made at once, then made again in the light of the first answers, until nothing changes. Each decision depends
    only on earlier objects, so round i settles at least the first i of them and the last round is the algorithm's
    answer; in practice it takes two or three rounds.
    """
    objects = np.arange(len(joints))
    first = np.searchsorted(joints, joints)  # the first object of the same joint
    # x and y apart, [N, M]: where each pose has its joint of the object's kind.
    start_x, start_y = (keypoints[..., axis].take(joints, axis=1) for axis in (0, 1))
    x, y = np.ascontiguousarray(centres.T)
    match = np.full(len(joints), -1)
    while True:
        took = np.full(start_x.shape, -1)
        took[match[match >= 0], objects[match >= 0]] = objects[match >= 0]
        latest = np.full(start_x.shape, -1)  # what the pose's joint had taken before this object
        np.maximum.accumulate(took[:, :-1], axis=1, out=latest[:, 1:])
        moved = latest >= first
        dx = np.where(moved, x[latest], start_x) - x
        dy = np.where(moved, y[latest], start_y) - y
        distances = np.sqrt(dx**2 + dy**2)
        nearest = distances.argmin(axis=0)
        held = np.where(moved[nearest, objects], scores[latest[nearest, objects]], 0.0)
        decided = np.where((distances[nearest, objects] < distance) & (held < scores), nearest, -1)
        if np.array_equal(decided, match):
            return match
        match = decided
