"""Crops of images around people: the one maker of them, for page and lab."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PIL import Image

from methods.data.coco import People
from methods.drawing import draw_poses
from methods.ops.oks import extents
from methods.skeletons import Skeleton
from methods.types import Poses

NARROW = 0.9
AROUND = 0.25  # of the longer side of what is shown, on each side
LEAST = 24  # px of the image that a crop shows at least
GREY = (70, 76, 84)  # in place of an image that is not there

Region = tuple[float, float, float, float]  # x1, y1, x2, y2 in pixels of the image


def true_poses(people: People) -> Poses:
    """Annotated people as poses: a keypoint without a label is not there, an occluded one is marked as such."""
    flags = people.visibility
    keypoints = np.where((flags > 0)[..., None], people.keypoints, np.nan)
    states = np.eye(3)[flags]
    return Poses(people.boxes, np.ones(len(people)), keypoints, np.full(flags.shape, np.nan), states)


def region_of(poses: Poses, size: tuple[int, int]) -> Region:
    """Where to look to see all of them: x1, y1, x2, y2 in an image of that width and height; all of it for nobody."""
    around = np.concatenate([poses.boxes, extents(poses.keypoints)])
    around = around[np.isfinite(around).all(axis=1)]
    width, height = size
    if not len(around):
        return 0, 0, width, height
    low, high = around[:, :2].min(axis=0), around[:, 2:].max(axis=0)
    margin = max(AROUND * (high - low).max(), (LEAST - (high - low).max()) / 2)
    x1, y1 = np.clip(low - margin, 0, [width - 1, height - 1])
    x2, y2 = np.clip(high + margin, [x1 + 1, y1 + 1], [width, height])
    return float(x1), float(y1), float(x2), float(y2)


def wide_region_of(people: Sequence[np.ndarray], size: tuple[int, int]) -> Region:
    """The same for people of whom only keypoints [K, 2] are known; no narrower than NARROW times its height."""
    keypoints = np.stack(people)
    poses = Poses(extents(keypoints), np.ones(len(keypoints)), keypoints, np.ones(keypoints.shape[:2]))
    x1, y1, x2, y2 = region_of(poses, size)
    width = min(max(x2 - x1, NARROW * (y2 - y1)), size[0])
    left = min(max((x1 + x2 - width) / 2, 0), size[0] - width)
    return left, y1, left + width, y2


def crop(image: np.ndarray | None, region: Region, side: int) -> np.ndarray:
    """RGB uint8, its longer side `side` pixels: that region of the image [H, W, 3], or grey where there is none."""
    x1, y1, x2, y2 = region
    scale = side / max(x2 - x1, y2 - y1)
    size = (max(1, round((x2 - x1) * scale)), max(1, round((y2 - y1) * scale)))
    if image is None:
        return np.full((size[1], size[0], 3), GREY, np.uint8)
    height, width = image.shape[:2]
    inside = (max(x1, 0), max(y1, 0), min(x2, width), min(y2, height))  # which rounding may have left
    return np.asarray(Image.fromarray(image).resize(size, Image.Resampling.BICUBIC, box=inside, reducing_gap=3.0))


def drawn_crop(image: np.ndarray | None, region: Region, side: int, poses: Poses, skeleton: Skeleton) -> np.ndarray:
    """The same with poses drawn on it."""
    x1, y1, x2, y2 = region
    scale = side / max(x2 - x1, y2 - y1)
    moved = replace(
        poses,
        boxes=(poses.boxes.reshape(-1, 2, 2) - [x1, y1]).reshape(-1, 4) * scale,
        keypoints=(poses.keypoints - [x1, y1]) * scale,
        skeleton=skeleton,
    )
    return draw_poses(crop(image, region, side), moved)
