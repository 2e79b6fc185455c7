"""Images made worse on purpose: covered, cropped, shrunk, blurred, darkened, compressed, turned.

Each function takes an RGB uint8 image [H, W, 3] and a strength, of which 0 changes nothing, and gives a `Perturbed`
that knows the way back for keypoints.
"""

import io
import math
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image

GREY = (114, 114, 114)  # what covers, and what surrounds a turned image; networks here pad with it too
SAME = np.eye(2, 3)


@dataclass(frozen=True, eq=False)
class Perturbed:
    """A changed image, RGB uint8 [h, w, 3], and matrix [2, 3], which takes original to changed pixel coordinates."""

    image: np.ndarray
    matrix: np.ndarray

    def from_original(self, points: np.ndarray) -> np.ndarray:
        """Points [..., 2] of the original in pixels of the changed image; NaN stays NaN."""
        return np.asarray(points, np.float64) @ self.matrix[:, :2].T + self.matrix[:, 2]

    def to_original(self, points: np.ndarray) -> np.ndarray:
        """Points [..., 2] of the changed image in pixels of the original, float32; NaN stays NaN."""
        back = np.linalg.inv(self.matrix[:, :2])
        return ((np.asarray(points, np.float64) - self.matrix[:, 2]) @ back.T).astype(np.float32)


def cover(image: np.ndarray, box: np.ndarray, strength: float) -> Perturbed:
    """Grey over a box (x1, y1, x2, y2 in pixels) growing from its middle; strength 0..1 is the share of its sides."""
    x1, y1, x2, y2 = np.asarray(box, np.float64)
    middle, half = np.array([x1 + x2, y1 + y2]) / 2, strength * np.array([x2 - x1, y2 - y1]) / 2
    left, top, right, bottom = np.concatenate([middle - half, middle + half]).round().astype(int).clip(min=0)
    covered = image.copy()
    covered[top:bottom, left:right] = GREY
    return Perturbed(covered, SAME)


def hide_keypoints(image: np.ndarray, keypoints: np.ndarray, radii: np.ndarray) -> Perturbed:
    """A grey disc over each keypoint [J, 2], of radius [J] in pixels; NaN keypoints and radii below 0.5 hide
    nothing."""
    hidden = image.copy()
    for (x, y), radius in zip(keypoints.tolist(), radii.tolist(), strict=True):
        if math.isfinite(x + y) and radius >= 0.5:
            cv2.circle(hidden, (round(x), round(y)), round(radius), GREY, thickness=-1, lineType=cv2.LINE_AA)
    return Perturbed(hidden, SAME)


def crop(image: np.ndarray, strength: float) -> Perturbed:
    """Cut a share of width and height off at each border; strength 0 to below 0.5."""
    height, width = image.shape[:2]
    left, top = int(strength * width), int(strength * height)
    kept = np.ascontiguousarray(image[top : height - top, left : width - left])
    return Perturbed(kept, np.array([[1.0, 0, -left], [0, 1.0, -top]]))


def shrink(image: np.ndarray, strength: float) -> Perturbed:
    """Scale down by a factor of 1 + strength, averaging pixels; what is too fine is lost, as in a distant person."""
    height, width = image.shape[:2]
    size = max(1, round(width / (1 + strength))), max(1, round(height / (1 + strength)))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    return Perturbed(small, np.array([[size[0] / width, 0, 0], [0, size[1] / height, 0]]))


def blur(image: np.ndarray, strength: float) -> Perturbed:
    """Gaussian blur; strength is sigma in thousandths of the image's longer side."""
    sigma = strength * max(image.shape[:2]) / 1000
    return Perturbed(cv2.GaussianBlur(image, (0, 0), sigma) if sigma > 0.01 else image.copy(), SAME)


def darken(image: np.ndarray, strength: float) -> Perturbed:
    """Less light by that many stops (each halves it), in linear light of gamma 2.2, rounded to 8 bits."""
    levels = 255 * ((np.arange(256) / 255) ** 2.2 * 2.0**-strength) ** (1 / 2.2)
    return Perturbed(levels.round().astype(np.uint8)[image], SAME)


def compress(image: np.ndarray, strength: float) -> Perturbed:
    """JPEG of quality 100 - strength, strength 1..99; 0 leaves the image as it is."""
    if strength == 0:
        return Perturbed(image.copy(), SAME)
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "JPEG", quality=round(100 - strength))
    return Perturbed(np.array(Image.open(buffer)), SAME)


def rotate(image: np.ndarray, strength: float) -> Perturbed:
    """Turn clockwise by that many degrees; the image grows so that nothing is cut, with grey in its corners."""
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -strength, 1.0)
    cosine, sine = np.abs(matrix[0, :2])
    size = math.ceil(round(width * cosine + height * sine, 6)), math.ceil(round(width * sine + height * cosine, 6))
    matrix[:, 2] += [(size[0] - width) / 2, (size[1] - height) / 2]
    return Perturbed(cv2.warpAffine(image, matrix, size, flags=cv2.INTER_LINEAR, borderValue=GREY), matrix)
