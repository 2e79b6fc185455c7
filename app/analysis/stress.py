"""What a visitor's image, made worse step by step, does to each method's predictions."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from app.analysis.ground_truth import keypoints_of
from app.coco_keypoints import predict
from app.limits import STRESS_SIDE
from methods.analysis.stress import Drift, drift
from methods.data.coco import People
from methods.method import Method
from methods.ops import perturb
from methods.ops.oks import extent_area
from methods.ops.perturb import Perturbed
from methods.settings import Settings
from methods.skeletons import COCO17
from methods.types import Poses, Prediction


@dataclass(frozen=True)
class Target:
    """Where to cover: a box (x1, y1, x2, y2 in pixels), keypoints by index, and the people [N, K, 2] who have them."""

    box: np.ndarray
    keypoints: Sequence[int]
    people: np.ndarray


@dataclass(frozen=True)
class Reference:
    """Annotated people: keypoints [N, K, 2] in pixels, NaN where none is labelled, and areas [N] in square pixels."""

    keypoints: np.ndarray
    areas: np.ndarray

    @classmethod
    def of(cls, ground_truth: People, scale: float) -> "Reference":
        """The people of an image that was made `scale` times as large."""
        return cls(keypoints_of(ground_truth) * scale, ground_truth.areas * scale**2)


@dataclass(frozen=True)
class Kind:
    """One way of making an image worse: its strengths from weak to strong, their unit, and what does it."""

    name: str
    unit: str
    strengths: tuple[float, ...]
    apply: Callable[[np.ndarray, float, Target], Perturbed]


def _cover(image: np.ndarray, strength: float, target: Target) -> Perturbed:
    return perturb.cover(image, target.box, strength / 100)


def _hide(image: np.ndarray, strength: float, target: Target) -> Perturbed:
    keypoints = target.people[:, list(target.keypoints)]
    sizes = np.sqrt(extent_area(target.people)) * strength / 100
    return perturb.hide_keypoints(image, keypoints.reshape(-1, 2), np.repeat(sizes, keypoints.shape[1]))


def _plain(function: Callable[[np.ndarray, float], Perturbed], unit: float = 1) -> Any:
    return lambda image, strength, target: function(image, strength * unit)


HIDE = "Hide keypoints"
KINDS = (
    Kind("Cover a region", "% of the box's sides", (25, 50, 75, 100), _cover),
    Kind(HIDE, "disc's radius, % of the person's size", (3, 6, 10, 15), _hide),
    Kind("Crop", "% cut off at each border", (5, 10, 20, 30), _plain(perturb.crop, 0.01)),
    Kind("Scale down", "times smaller, less 1", (1, 2, 4, 7), _plain(perturb.shrink)),
    Kind("Blur", "sigma, thousandths of the longer side", (2, 4, 8, 16), _plain(perturb.blur)),
    Kind("Darken", "stops", (1, 2, 4, 6), _plain(perturb.darken)),
    Kind("JPEG", "100 less quality", (70, 85, 93, 98), _plain(perturb.compress)),
    Kind("Rotate", "degrees clockwise", (15, 45, 90, 180), _plain(perturb.rotate)),
)


def find_kind(name: str) -> Kind:
    """The kind of that name."""
    return next(kind for kind in KINDS if kind.name == name)


@dataclass(frozen=True)
class Level:
    """One strength: the changed image and, by method, what was found in it and how far that drifted.

    `predictions` and `known`, the people [N, K, 2] who have numbers, are in the changed image's pixels.
    """

    strength: float
    image: np.ndarray
    predictions: dict[str, Prediction]
    drifts: dict[str, Drift]
    known: np.ndarray

    @property
    def title(self) -> str:
        """What it is called."""
        return f"strength {self.strength:g}"


def shrunk(image: np.ndarray) -> np.ndarray:
    """The image, RGB uint8 [H, W, 3], with at most STRESS_SIDE pixels to a side."""
    height, width = image.shape[:2]
    scale = STRESS_SIDE / max(height, width)
    if scale >= 1:
        return image
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA)


def levels(
    image: np.ndarray, kind: Kind, box: np.ndarray, keypoints: Sequence[int], methods: Mapping[str, Method],
    settings: Mapping[str, Settings], known: np.ndarray, ground_truth: Reference | None = None,
) -> Iterator[Level]:  # fmt: skip
    """The image at strength 0, then at each of the kind's; every method runs on each.

    image: as `shrunk` gives it; box: what "Cover a region" covers; keypoints: whose places "Hide keypoints" hides,
    where the first method that found anybody in the clean image has them; known: people [N, K, 2] in the image who have
    numbers; ground_truth: what the predictions are held against, in place of what each method finds in the clean
    image. Of "Hide keypoints" the shift is that of the hidden ones.
    """
    hidden = keypoints if kind.name == HIDE else None
    clean: dict[str, Poses] = {}
    target = Target(box, keypoints, np.zeros((0, len(COCO17), 2)))
    for strength in (0.0, *kind.strengths):
        worse = kind.apply(image, strength, target) if strength else Perturbed(image, perturb.SAME)
        found = predict(worse.image, methods, settings)
        if not strength:
            clean = {name: prediction.poses for name, prediction in found.items()}
            people = next((poses.keypoints for poses in clean.values() if len(poses)), target.people)
            target = Target(box, keypoints, people)
        drifts = {
            name: drift(
                ground_truth.keypoints if ground_truth else clean[name].keypoints,
                worse.to_original(prediction.poses.keypoints),
                COCO17.sigmas,
                ground_truth.areas if ground_truth else None,
                hidden,
            )
            for name, prediction in found.items()
        }
        bare = {name: Prediction(prediction.poses, prediction.timing) for name, prediction in found.items()}
        yield Level(strength, worse.image, bare, drifts, worse.from_original(known).astype(np.float32))
