"""CrowdPose's crowd index (Li et al. 2019, "CrowdPose", equation 2)."""

import numpy as np

BANDS = {"low": (0.0, 0.1), "middle": (0.1, 0.8), "high": (0.8, 1.0)}  # the paper's easy, medium and hard


def crowd_index(boxes: np.ndarray, keypoints: np.ndarray, counted: np.ndarray) -> float:
    """How much people's keypoints lie in each other's boxes: 0 apart, 1 thoroughly mixed.

    The mean over people of (others' keypoints in a person's box) / (own keypoints in it), at most 1. Boxes [N, 4] are
    x1, y1, x2, y2; keypoints [N, 17, 2]; `counted` [N, 17] says which keypoints are in the image. 0 for nobody.
    """
    ratios = []
    for person, (x1, y1, x2, y2) in enumerate(boxes):
        inside = counted & (keypoints >= (x1, y1)).all(axis=-1) & (keypoints <= (x2, y2)).all(axis=-1)
        own = inside[person].sum()
        if own:
            ratios.append((inside.sum() - own) / own)
    return min(float(np.mean(ratios)), 1.0) if ratios else 0.0
