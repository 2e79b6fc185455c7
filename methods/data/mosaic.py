"""Four images in one: more people, more scales and other neighbours in every training image (YOLOv4, section 3.4)."""

import numpy as np

from methods.data.augment import Augment, compose, mirror, shift, turn

TILES = 4
CENTRE = (0.25, 0.75)  # where the four images meet, as shares of the training size


def draw_mosaic(
    rng: np.random.Generator, augment: Augment, shapes: list[tuple[int, ...]], size: int
) -> list[np.ndarray]:
    """Random maps [3, 3] of four images of `shapes` [H, W, ...] into a square of `size` pixels.

    Each image lies in its own quadrant with one corner at a common random point, mirrored and scaled by itself; the
    whole is turned about that point. So no two images overlap, whatever their sizes.
    """
    meeting = size * rng.uniform(*CENTRE, size=2)
    angle = rng.uniform(-augment.rotate, augment.rotate)
    matrices = []
    for quadrant, (height, width, *_) in enumerate(shapes):
        flip = [mirror(width)] if rng.random() < augment.flip else []
        corner = shift(0 if quadrant % 2 else -width, 0 if quadrant >= 2 else -height)
        scale = size / max(height, width) * rng.uniform(*augment.mosaic_scale)
        matrices.append(compose(*flip, corner, turn(angle, scale), shift(*meeting)))
    return matrices
