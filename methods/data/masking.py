"""Keypoint masking (DetPoseNet, section III-C4): keypoints that are hidden or seem to be there twice."""

import numpy as np

from methods.data.augment import Augment
from methods.data.labels import Labels

VISIBLE = 2  # or LABELLED, which mostly means visible
PATCH = (0.08, 0.2)  # side of a patch as a share of the longer side of the person's box; the paper gives none
TRIES = 8  # random places to look for background in, before going without
NEARBY = 1.0  # how far background for a second keypoint may be from the keypoint, as a share of the same side


def mask_keypoints(rng: np.random.Generator, augment: Augment, image: np.ndarray, labels: Labels) -> Labels:
    """Paste patches within `image` RGB uint8 [H, W, 3], in place, and give the labels that are then true.

    With probability `augment.hide_keypoint` each person has one keypoint covered by a patch of background (Figure 8c),
    and with `augment.double_keypoint` the patch of one keypoint is pasted onto background nearby (Figure 8d). Keypoints
    of anybody under a pasted patch that were visible become occluded. Where no background is found, nothing is pasted.
    """
    if not (augment.hide_keypoint or augment.double_keypoint):
        return labels
    visibility = labels.visibility.copy()
    for i in np.flatnonzero(~labels.ignore):
        for share, hide in ((augment.hide_keypoint, True), (augment.double_keypoint, False)):
            seen = np.flatnonzero(visibility[i] >= VISIBLE)
            if rng.random() >= share or not len(seen):
                continue
            keypoint = labels.keypoints[i, rng.choice(seen)]
            longer = float((labels.boxes[i, 2:] - labels.boxes[i, :2]).max())
            side = max(2, round(longer * rng.uniform(*PATCH)))
            taken = labels.keypoints[visibility > 0]
            reach = None if hide else NEARBY * longer
            ground = _find_background(rng, image.shape, keypoint, side, taken, reach)
            here = _corner(keypoint, side, image.shape)
            if ground is not None and here is not None:
                start, end = (ground, here) if hide else (here, ground)
                _paste(image, start, end, side)
                visibility[_under(labels.keypoints, end, side) & (visibility >= VISIBLE)] = 1
    return Labels(labels.boxes, labels.keypoints, visibility, labels.keypoint_weights, labels.ignore)


def _find_background(
    rng: np.random.Generator,
    shape: tuple[int, ...],
    keypoint: np.ndarray,
    side: int,
    taken: np.ndarray,
    reach: float | None,
) -> np.ndarray | None:
    """Corner x, y of a square of the image without any of the keypoints `taken` [n, 2]; within `reach` of
    `keypoint`."""
    limit = np.array([shape[1], shape[0]]) - side
    if (limit < 0).any():
        return None
    low, high = np.zeros(2), limit.astype(float)
    if reach is not None:
        low, high = np.clip(keypoint - reach - side / 2, 0, limit), np.clip(keypoint + reach - side / 2, 0, limit)
    for _ in range(TRIES):
        corner = rng.uniform(low, high).astype(int)
        if not _under(taken, corner, side).any():
            return corner
    return None


def _corner(keypoint: np.ndarray, side: int, shape: tuple[int, ...]) -> np.ndarray | None:
    """Corner of the square around a keypoint, moved into the image; None where the image is smaller than it."""
    limit = np.array([shape[1], shape[0]]) - side
    return None if (limit < 0).any() else np.clip(keypoint - side / 2, 0, limit).astype(int)


def _under(points: np.ndarray, corner: np.ndarray, side: int) -> np.ndarray:
    """Which points [..., 2] lie in a square."""
    return np.asarray(((points >= corner) & (points < corner + side)).all(axis=-1))


def _paste(image: np.ndarray, start: np.ndarray, end: np.ndarray, side: int) -> None:
    patch = image[start[1] : start[1] + side, start[0] : start[0] + side].copy()
    image[end[1] : end[1] + side, end[0] : end[0] + side] = patch
