"""Object keypoint similarity (OKS), COCO's measure of how close two poses are."""

import numpy as np

MIN_EXTENT = 32  # px; the side below which a keypoint extent says little about a person's size


def oks(
    found: np.ndarray,
    ground_truth: np.ndarray,
    areas: np.ndarray,
    sigmas: np.ndarray,
    labelled: np.ndarray | None = None,
) -> np.ndarray:
    """OKS of every found pose with every true pose, [N, M] in 0..1, as pycocotools defines it.

    found [N, K, 2] and ground truth [M, K, 2] in pixels; areas in square pixels, broadcast to [N, M]; sigmas [K];
    labelled [M, K] says which true keypoints count (None: all). A keypoint that is NaN in either pose is as wrong as
    can be and still counts; a true pose without labelled keypoints gives 0.
    """
    similarity = keypoint_oks(found[:, None], ground_truth[None], areas, sigmas)  # [N, M, K]
    counted = np.ones(ground_truth.shape[:2], bool) if labelled is None else np.asarray(labelled, bool)
    return (similarity * counted).sum(-1) / np.maximum(counted.sum(-1), 1)


def keypoint_oks(first: np.ndarray, second: np.ndarray, areas: np.ndarray, sigmas: np.ndarray) -> np.ndarray:
    """Each keypoint's part of OKS, [..., K] in 0..1: 1 where both poses have it at one place; 0 where one is NaN.

    Poses [..., K, 2] in pixels, whose leading axes broadcast; areas in square pixels, broadcast to [...]; sigmas [K].
    """
    across = first - second
    squared = across[..., 0] ** 2 + across[..., 1] ** 2  # quicker than summing over so short an axis
    variances = (2 * np.asarray(sigmas, dtype=np.float64)) ** 2
    scale = np.broadcast_to(areas, squared.shape[:-1])[..., None] + np.spacing(1)
    return np.nan_to_num(np.exp(-squared / (2 * variances * scale)), nan=0.0)


def pose_oks(first: np.ndarray, second: np.ndarray, sigmas: np.ndarray) -> np.ndarray:
    """OKS between predictions, [N, M]; the area is the mean of both keypoint extents, each at least 32 x 32 px.

    first [N, K, 2] and second [M, K, 2] in pixels. Symmetric: pose_oks(a, b) is pose_oks(b, a) transposed.
    """
    areas = (extent_area(first)[:, None] + extent_area(second)[None]) / 2
    return oks(first, second, areas, sigmas)


def extent_area(keypoints: np.ndarray) -> np.ndarray:
    """Area [N] of the box around each pose's keypoints [N, K, 2], each side at least 32 px; NaN keypoints are left
    out."""
    corners = extents(keypoints)
    return np.maximum(corners[:, 2:] - corners[:, :2], MIN_EXTENT).prod(axis=1)


def extents(keypoints: np.ndarray) -> np.ndarray:
    """The box [N, 4] (x1, y1, x2, y2) around each pose's keypoints [N, K, 2]; NaN keypoints are left out.

    A pose without keypoints has the box inf, inf, -inf, -inf.
    """
    there = ~np.isnan(keypoints)
    low = np.where(there, keypoints, np.inf).min(axis=1, initial=np.inf)
    high = np.where(there, keypoints, -np.inf).max(axis=1, initial=-np.inf)
    return np.concatenate([low, high], axis=1)
