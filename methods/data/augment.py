"""Random changes to a training image that keep its labels true: one affine map, and colour.

Maps are 3 x 3 matrices over continuous pixel coordinates, in which the image covers 0..width and 0..height and the
centre of the first pixel is at 0.5, 0.5.
"""

import math
from functools import reduce

import cv2
import numpy as np
from pydantic import BaseModel, ConfigDict, Field, PositiveFloat, field_validator

from methods.data.labels import Labels
from methods.ops.crops import SHARPEST_SHRINK
from methods.skeletons import Skeleton

MIN_SIDE = 8  # px in the training image; the finest grid has stride 8, so nothing smaller can be told apart
MIN_SHARE = 0.2  # of a person's box; what is left of a person cut off further is too little to learn from


Scale = tuple[PositiveFloat, PositiveFloat]


class Augment(BaseModel):
    """How strongly to change images; the defaults change nothing but fit the image into the training size."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    mosaic: float = Field(default=0.0, ge=0, le=1, description="probability of four images in one")
    flip: float = Field(default=0.0, ge=0, le=1, description="probability of mirroring each image")
    scale: Scale = Field(default=(1.0, 1.0), description="smallest and largest size of a single image; 1: it just fits")
    mosaic_scale: Scale = Field(
        default=(0.5, 0.5), description="the same for an image in a mosaic; four at 0.5 about fill it"
    )
    around_person: float = Field(
        default=0.0, ge=0, le=1, description="probability that a single image is centred on one of its people"
    )
    rotate: float = Field(default=0.0, ge=0, le=180, description="largest rotation either way in degrees")
    translate: float = Field(
        default=0.0, ge=0, le=0.5, description="largest shift either way as a share of the training size"
    )
    hue: float = Field(default=0.0, ge=0, le=0.5, description="largest relative change of hue either way")
    saturation: float = Field(default=0.0, ge=0, le=1, description="largest relative change of saturation either way")
    brightness: float = Field(default=0.0, ge=0, le=1, description="largest relative change of brightness either way")
    hide_keypoint: float = Field(
        default=0.0, ge=0, le=1, description="probability for each person that background is pasted over a keypoint"
    )
    double_keypoint: float = Field(
        default=0.0,
        ge=0,
        le=1,
        description="probability for each person that a keypoint is pasted onto background nearby",
    )

    @field_validator("scale", "mosaic_scale")
    @classmethod
    def _in_order(cls, scale: Scale) -> Scale:
        if scale[0] > scale[1]:
            raise ValueError("the smallest size comes first")
        return scale


def compose(*matrices: np.ndarray) -> np.ndarray:
    """One map that applies the given ones from first to last."""
    return reduce(lambda total, matrix: matrix @ total, matrices)


def shift(x: float, y: float) -> np.ndarray:
    return np.array([[1.0, 0, x], [0, 1.0, y], [0, 0, 1.0]])


def mirror(width: float) -> np.ndarray:
    return np.array([[-1.0, 0, width], [0, 1.0, 0], [0, 0, 1.0]])


def turn(degrees: float, scale: float) -> np.ndarray:
    """Rotation about the origin, clockwise as seen on the screen, and scaling."""
    angle = math.radians(degrees)
    c, s = scale * math.cos(angle), scale * math.sin(angle)
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1.0]])


def area_ratio(matrix: np.ndarray) -> float:
    """By how much a map enlarges areas; negative where it mirrors."""
    return matrix[0, 0] * matrix[1, 1] - matrix[0, 1] * matrix[1, 0]


def apply(matrix: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Points [..., 2] through a map."""
    return points @ matrix[:2, :2].T + matrix[:2, 2]


def draw_centre(rng: np.random.Generator, augment: Augment, labels: Labels) -> np.ndarray | None:
    """The middle x, y of the box of a random person who is not to be ignored, or None for that of the image."""
    people = np.flatnonzero(~labels.ignore)
    if not augment.around_person or not len(people) or rng.random() >= augment.around_person:
        return None
    box = labels.boxes[rng.choice(people)]
    return (box[:2] + box[2:]) / 2


def draw_affine(
    rng: np.random.Generator, augment: Augment, shape: tuple[int, ...], size: int, middle: np.ndarray | None = None
) -> np.ndarray:
    """A random map of one image of `shape` [H, W, ...] into a square of `size` pixels.

    `middle` x, y (default: of the image) comes to the middle of the square, but for the shift.
    """
    height, width = shape[:2]
    x, y = (width / 2, height / 2) if middle is None else middle
    fit = size / max(height, width)
    centre = size * (0.5 + rng.uniform(-augment.translate, augment.translate, size=2))
    flip = [mirror(2 * x)] if rng.random() < augment.flip else []
    spread = turn(rng.uniform(-augment.rotate, augment.rotate), fit * rng.uniform(*augment.scale))
    return compose(*flip, shift(-x, -y), spread, shift(*centre))


def warp_onto(canvas: np.ndarray, image: np.ndarray, matrix: np.ndarray) -> None:
    """Paint `image` [h, w, 3] through `matrix` onto `canvas` [H, W, 3] in place; the rest of the canvas stays."""
    scale = math.sqrt(abs(area_ratio(matrix)))
    while scale < SHARPEST_SHRINK and min(image.shape[:2]) >= 2:
        # Halving exactly is several times faster, so an odd last row or column is left out.
        height, width = image.shape[0] // 2, image.shape[1] // 2
        image = cv2.resize(image[: 2 * height, : 2 * width], (width, height), interpolation=cv2.INTER_AREA)
        matrix = matrix @ np.diag([2.0, 2.0, 1.0])
        scale *= 2
    height, width = image.shape[:2]
    corners = apply(matrix, np.array([[0, 0], [width, 0], [0, height], [width, height]]))
    x1, y1 = np.clip(np.floor(corners.min(0)), 0, canvas.shape[1::-1]).astype(int)
    x2, y2 = np.clip(np.ceil(corners.max(0)), 0, canvas.shape[1::-1]).astype(int)
    if x2 > x1 and y2 > y1:
        # OpenCV counts from pixel centres, hence the halves. Only the part that the image reaches is painted.
        to_part = compose(shift(0.5, 0.5), matrix, shift(-x1 - 0.5, -y1 - 0.5))
        part = canvas[y1:y2, x1:x2]
        cv2.warpAffine(image, to_part[:2], (x2 - x1, y2 - y1), dst=part, borderMode=cv2.BORDER_TRANSPARENT)


def warp_labels(
    labels: Labels, matrix: np.ndarray, size: int | tuple[int, int], skeleton: Skeleton, unlabelled: bool = False
) -> Labels:
    """Take labels through `matrix` into a square of `size` pixels, or an image of `size` width and height.

    Keypoints outside become absent (visibility 0, weight kept: we know that they are not there). Boxes are clipped. A
    person of whom nothing is inside is dropped; one with no labelled keypoint left inside (unless `unlabelled` people
    are learned, see Labels), less than MIN_SHARE of the box, or a box side under MIN_SIDE becomes an ignore region:
    something is there, but too little to call right or wrong.
    """
    keypoints = apply(matrix, labels.keypoints).astype(np.float32)
    visibility, weights = labels.visibility, labels.keypoint_weights
    if area_ratio(matrix) < 0:
        order = list(skeleton.flip_order)
        keypoints, visibility, weights = keypoints[:, order], visibility[:, order], weights[:, order]
    boxes = _warp_boxes(labels, matrix, keypoints, visibility > 0)
    limit = np.broadcast_to(size, 2)
    clipped = np.clip(boxes, 0, np.tile(limit, 2))
    inside = ((keypoints >= 0) & (keypoints < limit)).all(-1)
    visibility = np.where(inside, visibility, 0)
    sides, whole = clipped[:, 2:] - clipped[:, :2], boxes[:, 2:] - boxes[:, :2]
    share = sides.prod(1) / np.maximum(whole.prod(1), 1e-6)
    too_little = (share < MIN_SHARE) | (sides.min(1) < MIN_SIDE)
    if not unlabelled:
        too_little |= ~(visibility > 0).any(1)
    warped = Labels(clipped.astype(np.float32), keypoints, visibility, weights, labels.ignore | too_little)
    return warped[sides.min(1) > 0]


def _warp_boxes(labels: Labels, matrix: np.ndarray, keypoints: np.ndarray, labelled: np.ndarray) -> np.ndarray:
    """Boxes [N, 4] round the turned people, not yet clipped.

    The box of the turned ellipse inside the box (the box of the turned box would be far too large), widened to hold
    every labelled keypoint.
    """
    centres = apply(matrix, (labels.boxes[:, :2] + labels.boxes[:, 2:]) / 2)
    halves = (labels.boxes[:, 2:] - labels.boxes[:, :2]) / 2
    reach = np.sqrt(halves**2 @ (matrix[:2, :2] ** 2).T)
    low = np.where(labelled[..., None], keypoints, np.inf).min(1, initial=np.inf)
    high = np.where(labelled[..., None], keypoints, -np.inf).max(1, initial=-np.inf)
    return np.concatenate([np.minimum(centres - reach, low), np.maximum(centres + reach, high)], axis=1)


def jitter_colour(rng: np.random.Generator, augment: Augment, image: np.ndarray) -> np.ndarray:
    """`image` RGB uint8 [H, W, 3] with hue, saturation and brightness each multiplied by a random factor near 1."""
    reach = np.array([augment.hue, augment.saturation, augment.brightness])
    if not reach.any():
        return image
    factors = 1 + rng.uniform(-1, 1, size=3) * reach
    values = np.arange(256)
    tables = np.stack([values * factors[0] % 180, *np.clip(values * factors[1:, None], 0, 255)], axis=-1)
    hsv = cv2.cvtColor(image, cv2.COLOR_RGB2HSV)
    return cv2.cvtColor(cv2.LUT(hsv, tables.astype(np.uint8)[None]), cv2.COLOR_HSV2RGB)
