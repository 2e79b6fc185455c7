"""Close-ups of people with poses drawn on them."""

import numpy as np
from PIL import Image

from methods.data.coco import People
from methods.drawing import draw_poses
from methods.ops.oks import extents
from methods.skeletons import Skeleton
from methods.types import Poses

SIDE = 420  # px, the longer side of a close-up
AROUND = 0.25  # of the longer side of what is shown, on each side
LEAST = 24  # px of the photo that a close-up shows at least
GREY = (70, 76, 84)  # in place of a photo that is not there


def true_poses(people: People) -> Poses:
    """Annotated people as poses: a joint without a label is not there, an occluded one is marked as such."""
    flags = people.visibility
    joints = np.where((flags > 0)[..., None], people.keypoints, np.nan)
    states = np.eye(3)[flags]
    return Poses(people.boxes, np.ones(len(people)), joints, np.full(flags.shape, np.nan), states)


def region_of(poses: Poses, size: tuple[int, int]) -> tuple[float, float, float, float]:
    """Where to look to see all of them: x1, y1, x2, y2 in a photo of that width and height; all of it for nobody."""
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


def close_up(
    photo: np.ndarray | None, region: tuple[float, float, float, float], poses: Poses, skeleton: Skeleton
) -> np.ndarray:
    """RGB uint8, SIDE pixels long: that region of the photo [H, W, 3], or a grey one, with the poses drawn on it."""
    x1, y1, x2, y2 = region
    scale = SIDE / max(x2 - x1, y2 - y1)
    size = (max(1, round((x2 - x1) * scale)), max(1, round((y2 - y1) * scale)))
    if photo is None:
        picture = Image.new("RGB", size, GREY)
    else:
        picture = Image.fromarray(photo).resize(size, Image.Resampling.BICUBIC, box=region)
    moved = Poses(
        (poses.boxes.reshape(-1, 2, 2) - [x1, y1]).reshape(-1, 4) * scale,
        poses.scores,
        (poses.keypoints - [x1, y1]) * scale,
        poses.keypoint_scores,
        poses.visibility,
    )
    return draw_poses(np.asarray(picture), moved, skeleton=skeleton)
