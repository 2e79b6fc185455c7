"""Decoded images kept in memory: decoding an image takes longer than all the rest of preparing it for training."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from methods.data.coco import AnnotatedImage


class DecodedImages:
    """Pixels of `images` by index; as many as fit into `memory` bytes are decoded at once, the others on each use.

    `on_image` is called after each image that was decoded at once, for a progress bar. Worker processes forked
    afterwards share the pixels. Raises DataError where an image cannot be read.
    """

    def __init__(
        self, images: Sequence[AnnotatedImage], memory: int, on_image: Callable[[], None] = lambda: None
    ) -> None:
        self._images = images
        ends = np.cumsum([image.height * image.width * 3 for image in images])
        fitting = images[: int(np.searchsorted(ends, memory, side="right"))]
        self._kept: list[np.ndarray] = []
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for pixels in pool.map(AnnotatedImage.read, fitting):
                self._kept.append(pixels)
                on_image()

    def __getitem__(self, index: int) -> np.ndarray:
        """RGB uint8 [H, W, 3]; not to be written to."""
        return self._kept[index] if index < len(self._kept) else self._images[index].read()
