"""From annotated images to batches of augmented ones, each reproducible from seed, epoch and position."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

from methods.data.augment import Augment, draw_affine, draw_centre, jitter_colour, warp_labels, warp_onto
from methods.data.decoded import DecodedImages
from methods.data.labels import Labels
from methods.data.masking import mask_keypoints
from methods.data.mixture import Mixture
from methods.data.mosaic import TILES, draw_mosaic
from methods.errors import DataError
from methods.ops.letterbox import PAD_VALUE
from methods.ops.people import PeopleBatch


class Key(NamedTuple):
    """Which sample: `position` in the order of `epoch`, there image number `image`, made `size` pixels square."""

    epoch: int
    position: int
    image: int
    size: int


class TrainingImages(Dataset):
    """Augmented images by Key, as (RGB uint8 [size, size, 3], Labels); the same key always gives the same sample.

    With `unlabelled`, people without a labelled keypoint are learned as boxes; else they are ignored, see Labels.
    """

    def __init__(
        self, mixture: Mixture, decoded: DecodedImages, augment: Augment, seed: int, unlabelled: bool = False
    ) -> None:
        self.mixture, self.decoded, self.augment, self.seed = mixture, decoded, augment, seed
        self.labels = [Labels.of(image, unlabelled) for image in mixture.images]
        self.unlabelled = unlabelled

    def __getitem__(self, key: Key) -> tuple[np.ndarray, Labels]:
        rng = np.random.default_rng((self.seed, key.epoch, key.position))
        if rng.random() < self.augment.mosaic:
            indices = [key.image, *self.mixture.draw(rng, TILES - 1)]
            matrices = draw_mosaic(rng, self.augment, [self.decoded[i].shape for i in indices], key.size)
        else:
            indices = [key.image]
            middle = draw_centre(rng, self.augment, self.labels[key.image])
            matrices = [draw_affine(rng, self.augment, self.decoded[key.image].shape, key.size, middle)]
        canvas = np.full((key.size, key.size, 3), PAD_VALUE, dtype=np.uint8)
        parts = []
        for index, matrix in zip(indices, matrices, strict=True):
            warp_onto(canvas, self.decoded[index], matrix)
            parts.append(warp_labels(self.labels[index], matrix, key.size, self.mixture.skeleton, self.unlabelled))
        labels = mask_keypoints(rng, self.augment, canvas, Labels.concatenate(parts))
        return jitter_colour(rng, self.augment, canvas), labels


@dataclass(frozen=True)
class EpochBatches:
    """Batches of keys for one epoch, `batch_size` each, an incomplete last one left out.

    Each batch has one size out of `sizes`. Of `world` processes the one with `rank` gets every world-th batch, all the
    same number. Raises DataError where an epoch has no whole batch for each.
    """

    mixture: Mixture
    epoch: int
    seed: int
    batch_size: int
    sizes: Sequence[int]
    rank: int = 0
    world: int = 1

    def __post_init__(self) -> None:
        if not len(self):
            images, wanted = len(self.mixture.epoch_order(self.seed, self.epoch)), self.batch_size * self.world
            raise DataError(
                f"An epoch has {images} images, fewer than a batch of {wanted}; give the sources more weight or lower"
                " batch_size."
            )

    def __len__(self) -> int:
        return len(self.mixture.epoch_order(self.seed, self.epoch)) // (self.batch_size * self.world)

    def __iter__(self) -> Iterator[list[Key]]:
        order = self.mixture.epoch_order(self.seed, self.epoch)
        sizes = np.random.default_rng((self.seed, self.epoch, 0, 1)).choice(self.sizes, len(order))
        for number in range(self.rank, len(self) * self.world, self.world):
            start = number * self.batch_size
            chosen = enumerate(order[start : start + self.batch_size], start)
            yield [Key(self.epoch, position, int(index), int(sizes[number])) for position, index in chosen]


def collate(samples: Sequence[tuple[np.ndarray, Labels]]) -> PeopleBatch:
    """Samples of one size to a batch; the images lie in memory as channels_last."""
    images = torch.from_numpy(np.stack([image for image, _ in samples])).permute(0, 3, 1, 2)
    people = Labels.concatenate([labels for _, labels in samples])
    counts = [len(labels) for _, labels in samples]
    return PeopleBatch(
        images,
        torch.from_numpy(np.repeat(np.arange(len(samples)), counts)),
        torch.from_numpy(people.boxes),
        torch.from_numpy(people.keypoints),
        torch.from_numpy(people.visibility),
        torch.from_numpy(people.keypoint_weights),
        torch.from_numpy(people.ignore),
    )


def epoch_loader(images: Dataset, batches: EpochBatches, workers: int = 0) -> DataLoader:
    """A loader of PeopleBatch for one epoch; with `workers` 0 the training process prepares its batches itself."""
    # Images are small: sharing one among threads costs more than it saves, and training needs the cores.
    cv2.setNumThreads(1)
    return DataLoader(images, batch_sampler=batches, collate_fn=collate, num_workers=workers)  # type: ignore[arg-type]
