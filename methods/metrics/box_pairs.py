"""Annotated people and poses, paired one to one by their boxes."""

import numpy as np
import torch
from scipy.optimize import linear_sum_assignment
from torchvision.ops import box_iou

from methods.data.coco import People
from methods.types import Poses

SAME_PERSON_IOU = 0.5


def paired(people: People, poses: Poses) -> tuple[np.ndarray, np.ndarray]:
    """Indices of annotated people [M] and of the poses [M] that are paired with them.

    See `paired_boxes`.
    """
    return paired_boxes(people.boxes, poses.boxes)


def paired_boxes(people: np.ndarray, poses: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same of boxes [N, 4] and [M, 4].

    The largest sum of box IoUs decides (Hungarian algorithm); pairs of an IoU below SAME_PERSON_IOU do not count.
    """
    overlap = box_iou(torch.tensor(people), torch.tensor(poses)).nan_to_num().numpy()
    person, pose = linear_sum_assignment(overlap, maximize=True)
    good = overlap[person, pose] >= SAME_PERSON_IOU
    return person[good], pose[good]


def share_inside(boxes: np.ndarray, regions: np.ndarray) -> np.ndarray:
    """Which share [N, M] of each box [N, 4] lies inside each region [M, 4]; 0 for boxes without an area."""
    low = np.maximum(boxes[:, None, :2], regions[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], regions[None, :, 2:])
    area = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)[:, None]
    return np.where(area > 0, (high - low).clip(min=0).prod(axis=2) / np.where(area > 0, area, 1), 0.0)
