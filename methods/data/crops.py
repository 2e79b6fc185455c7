"""Training crops of single people, for networks that look at one person at a time."""

from dataclasses import replace

import numpy as np
import torch
from pydantic import BaseModel, ConfigDict, Field
from torch.utils.data import Dataset

from methods.data.augment import Augment, compose, jitter_colour, mirror, shift, turn, warp_labels, warp_onto
from methods.data.batch import Key
from methods.data.coco import AnnotatedImage
from methods.data.decoded import DecodedImages
from methods.data.labels import Labels
from methods.data.masking import mask_keypoints
from methods.data.mixture import Mixture
from methods.ops.crops import fit_boxes
from methods.ops.letterbox import PAD_VALUE


class Crops(BaseModel):
    """How people are cut out."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    aspect: float = Field(default=0.75, gt=0, le=4, description="width over height of a crop")
    padding: float = Field(default=1.25, ge=1, le=4, description="by what factor a box is enlarged before it is fitted")
    everybody: bool = Field(
        default=False, description="an epoch sees all people once, instead of one of each image at random"
    )

    def shape(self, height: int) -> tuple[int, int]:
        """Height and width in pixels of a crop of that `height`."""
        return height, round(height * self.aspect)


class TrainingCrops(Dataset):
    """Augmented crops by Key, as (RGB uint8 [H, W, 3], Labels of one person); the same key gives the same crop.

    A key's image is seen by one of its people at random, and its size is the crop's height. A crop that augmentation
    has moved so far that its person can no longer be told is made anew without augmentation.
    """

    def __init__(self, mixture: Mixture, decoded: DecodedImages, augment: Augment, seed: int, crops: Crops) -> None:
        self.mixture, self.decoded, self.augment, self.seed, self.crops = mixture, decoded, augment, seed, crops
        self.labels = [Labels.of(image) for image in mixture.images]

    def __getitem__(self, key: Key) -> tuple[np.ndarray, Labels]:
        rng = np.random.default_rng((self.seed, key.epoch, key.position))
        everybody = self.labels[key.image]
        person = everybody[rng.choice(np.flatnonzero(learnable(everybody)), 1)]
        shape = self.crops.shape(key.size)
        for augment in (self.augment, Augment()):
            matrix = draw_crop(rng, augment, person.boxes[0], shape, self.crops.padding)
            labels = warp_labels(person, matrix, (shape[1], shape[0]), self.mixture.skeleton)
            if len(labels) and not labels.ignore.any():
                break
        if not len(labels):  # of a box that lies outside its own crop nothing can be told
            labels = person
        crop = np.full((*shape, 3), PAD_VALUE, dtype=np.uint8)
        warp_onto(crop, self.decoded[key.image], matrix)
        labels = mask_keypoints(rng, self.augment, crop, labels)
        return jitter_colour(rng, self.augment, crop), labels


def learnable(labels: Labels) -> np.ndarray:
    """Whom a crop may be made of, bool [N]: nobody to be ignored, and some keypoint whose label weighs something."""
    weighs = (labels.keypoint_weights * (labels.visibility > 0)).any(axis=1)
    return weighs & ~labels.ignore & (labels.boxes[:, 2:] > labels.boxes[:, :2]).all(axis=1)


def has_somebody(image: AnnotatedImage) -> bool:
    """Whether a crop can be made of an image."""
    return bool(learnable(Labels.of(image)).any())


def one_by_one(image: AnnotatedImage) -> list[AnnotatedImage]:
    """The image once for each person of whom a crop can be made, with that person alone."""
    return [replace(image, people=image.people[np.array([i])]) for i in np.flatnonzero(learnable(Labels.of(image)))]


def draw_crop(
    rng: np.random.Generator, augment: Augment, box: np.ndarray, shape: tuple[int, int], padding: float
) -> np.ndarray:
    """A random map [3, 3] of an image to a crop of `shape` (height, width) round the person with `box` [4]."""
    _, frame = fit_boxes(torch.from_numpy(box[None]), shape, padding)
    middle = (box[:2] + box[2:]) / 2
    size = np.array([shape[1], shape[0]])
    centre = size * (0.5 + rng.uniform(-augment.translate, augment.translate, size=2))
    flip = [mirror(2 * middle[0])] if rng.random() < augment.flip else []
    spread = turn(rng.uniform(-augment.rotate, augment.rotate), float(frame.scales[0]) * rng.uniform(*augment.scale))
    return compose(*flip, shift(*-middle), spread, shift(*centre))
