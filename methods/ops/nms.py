"""Non-maximum suppression: of several answers for one person, keep the best."""

import numpy as np
import torch
from torchvision.ops import nms

from methods.ops.oks import pose_oks


def box_nms(boxes: torch.Tensor, scores: torch.Tensor, iou: float, limit: int) -> torch.Tensor:
    """Indices of the boxes [N, 4] (x1, y1, x2, y2) that survive, best score first, at most `limit` of them.

    A box goes when it overlaps a better one by more than `iou` (intersection over union). Greedy, as in
    torchvision.ops.nms. N = 0 gives no index.
    """
    return nms(boxes, scores, iou)[:limit]


def oks_nms(keypoints: np.ndarray, scores: np.ndarray, sigmas: np.ndarray, threshold: float, limit: int) -> np.ndarray:
    """Indices of the poses [N, K, 2] (x, y in pixels) that survive, best score first, at most `limit` of them.

    A pose goes when its object keypoint similarity to a better one that stays is above `threshold`. sigmas [K] as in
    methods.skeletons. Unlike boxes, two people who hug keep their own poses. N = 0 gives no index.
    """
    similar = pose_oks(keypoints, keypoints, sigmas) > threshold
    kept: list[int] = []
    for i in np.argsort(-np.asarray(scores), kind="stable"):
        if len(kept) < limit and not similar[i, kept].any():
            kept.append(int(i))
    return np.array(kept, dtype=int)
