"""Coarse-pose based proposal filtering (section III-B, Algorithm 1): a pure function."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import torch

from methods.detposenet.grouping import Proposals, box_of, inside
from methods.ops.nms import box_nms
from methods.skeletons import COCO17

AREA_OF_BOX = 0.53  # a person's area, which OKS is relative to, over that of the box (CrowdPose's evaluation)
LEAST_HEIGHT = 0.06  # mean height of all keypoints of a pose that is recovered, 0 for those that were not found
HELD = 0.5  # the share of its keypoints that are in the box that a pose is recovered from


class Verdict(IntEnum):
    """What becomes of a proposal. The last one is no case of the paper's: its detector keeps the best boxes only."""

    KEPT = 0
    TOO_FEW_KEYPOINTS = 1
    SAME_POSE = 2
    RECOVERED = 3  # it has no box of its own, or one of too low a score, but lies in another's
    NOT_RECOVERED = 4  # would have been, but recovering is switched off
    UNSURE = 5  # its box has too low a score to be looked at, and no other holds it


@dataclass(frozen=True)
class Filtered:
    """verdicts [T], of Verdict; same_as [T]: the kept proposal of the same pose, else -1; boxes [T, 4] to refine in."""

    verdicts: np.ndarray
    same_as: np.ndarray
    boxes: np.ndarray

    @property
    def kept(self) -> np.ndarray:
        """Numbers of the proposals to be refined."""
        return np.flatnonzero(np.isin(self.verdicts, (Verdict.KEPT, Verdict.RECOVERED)))


def filter_proposals(
    proposals: Proposals, least_score: float, min_keypoints: float, same_pose: float, recover: bool = True
) -> Filtered:
    """Algorithm 1 on proposals in their order; `min_keypoints` is its delta_kpt, `same_pose` the OKS of equal poses.

    A pose must have more than `min_keypoints` keypoints. One that is more alike to a kept pose than `same_pose` goes. B
    of the algorithm are the boxes whose score is at least `least_score`. A pose of which none of them is the own one,
    but one holds it, is recovered with a new box around its own keypoints, if `recover`: it need not have a score.
    """
    count = len(proposals)
    verdicts = np.full(count, Verdict.KEPT, dtype=np.int64)
    same_as, boxes = np.full(count, -1), proposals.boxes.copy()
    keypoints = (~np.isnan(proposals.poses[..., 2])).sum(axis=1)
    areas = AREA_OF_BOX * np.clip(boxes[:, 2:] - boxes[:, :2], 1, None).prod(axis=1)
    sure = (proposals.holders == np.arange(count)) & (proposals.scores >= least_score)
    held = _held(proposals.poses, proposals.boxes[sure])
    closest, most_alike = np.full(count, -1), np.zeros(count)  # of the kept proposals so far
    for i in range(count):
        if not sure[i] and not held[i]:
            verdicts[i] = Verdict.UNSURE
            continue
        if keypoints[i] <= min_keypoints:  # likely a false detection
            verdicts[i] = Verdict.TOO_FEW_KEYPOINTS
            continue
        if most_alike[i] > same_pose:
            verdicts[i], same_as[i] = Verdict.SAME_POSE, closest[i]
            continue
        if not sure[i]:  # a likely missed detection: the box is another person's
            verdicts[i] = Verdict.RECOVERED if recover else Verdict.NOT_RECOVERED
            boxes[i] = box_of(proposals.poses[i : i + 1])[0]
        if verdicts[i] != Verdict.NOT_RECOVERED:
            alike = similarity(proposals.poses[i], proposals.poses, (areas[i] + areas) / 2)
            closest[alike > most_alike] = i
            most_alike = np.maximum(most_alike, alike)
    return Filtered(verdicts, same_as, boxes)


def _held(poses: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Which poses [n, K, 3] could be recovered from one of boxes [P, 4], bool [n]."""
    most = inside(poses, boxes).sum(axis=2).max(axis=1, initial=0)
    there = ~np.isnan(poses[..., 2])
    high = np.nansum(poses[..., 2], axis=1) >= LEAST_HEIGHT * poses.shape[1]
    return high & (most >= HELD * np.maximum(there.sum(axis=1), 1))


def similarity(pose: np.ndarray, others: np.ndarray, areas: np.ndarray) -> np.ndarray:
    """OKS of a coarse pose [K, 3] with others [n, K, 3], over the keypoints that the poorer of both has; [n] in 0..1.

    areas [n] in square pixels. A keypoint that only one of them has is as unlike as can be; so a part of a pose is like
    the whole.
    """
    squared = ((pose[:, :2] - others[..., :2]) ** 2).sum(axis=-1)  # [n, K]
    variances = (2 * np.array(COCO17.sigmas)) ** 2
    alike = np.nan_to_num(np.exp(-squared / (2 * variances * areas[:, None])), nan=0.0).sum(axis=1)
    fewer = np.minimum((~np.isnan(pose[:, 2])).sum(), (~np.isnan(others[..., 2])).sum(axis=1))
    return alike / np.maximum(fewer, 1)


def lost_to_box_suppression(boxes: np.ndarray, scores: np.ndarray, iou: float) -> np.ndarray:
    """Which of people with boxes [N, 4] and scores [N] suppression by boxes alone would drop, bool [N] (Figure 1)."""
    lost = np.ones(len(boxes), dtype=bool)
    lost[box_nms(torch.from_numpy(boxes), torch.from_numpy(scores), iou, len(boxes)).numpy()] = False
    return lost
