"""Several data sets as one, each taking part as often as its weight says."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from methods.data.coco import AnnotatedImage, CocoKeypoints
from methods.errors import DataError


@dataclass(frozen=True, eq=False)
class Source:
    """A data set; in each epoch every image of it is seen `weight` times (0.25: a quarter of the images, once)."""

    images: CocoKeypoints
    weight: float = 1.0


class Mixture:
    """The images of all sources in a row, and random orders of them.

    Raises DataError where a weight is not positive, skeletons differ or there is no image at all.
    """

    def __init__(self, sources: Sequence[Source]) -> None:
        for source in sources:
            if source.weight <= 0:
                raise DataError(f"{source.images.name} has weight {source.weight:g}; give a number above 0.")
        if len({source.images.skeleton for source in sources}) > 1:
            raise DataError(
                "The data sets to be mixed have different skeletons; give data sets with the same keypoints."
            )
        self.images: tuple[AnnotatedImage, ...] = tuple(image for source in sources for image in source.images)
        if not self.images:
            raise DataError("There is no image to train on; give at least one data set that is not empty.")
        self.skeleton = sources[0].images.skeleton
        self._sizes = np.array([len(source.images) for source in sources])
        self._starts = np.concatenate([[0], np.cumsum(self._sizes)[:-1]])
        self._weights = np.array([source.weight for source in sources])
        shares = self._weights * self._sizes
        self._shares = np.cumsum(shares / shares.sum())

    def __len__(self) -> int:
        return len(self.images)

    @property
    def times(self) -> np.ndarray:
        """How often each of `images` is seen in an epoch, on average: its source's weight."""
        return np.repeat(self._weights, self._sizes)

    def epoch_order(self, seed: int, epoch: int) -> np.ndarray:
        """Indices into `images` in the order of one epoch; the same for the same seed and epoch.

        Each image comes floor(weight) times, and a random part of them once more to make up for the fraction.
        """
        rng = np.random.default_rng((seed, epoch))
        parts = []
        for start, size, weight in zip(self._starts, self._sizes, self._weights, strict=True):
            whole, rest = divmod(round(weight * size), size) if size else (0, 0)
            parts += [np.tile(np.arange(size), whole), rng.permutation(size)[:rest]]
            parts[-2:] = [part + start for part in parts[-2:]]
        return rng.permutation(np.concatenate(parts))

    def draw(self, rng: np.random.Generator, count: int) -> np.ndarray:
        """`count` random indices into `images`, each source as likely as it is in an epoch."""
        source = np.searchsorted(self._shares, rng.random(count), side="right").clip(max=len(self._sizes) - 1)
        return self._starts[source] + (rng.random(count) * self._sizes[source]).astype(int)
