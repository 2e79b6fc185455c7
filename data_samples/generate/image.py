"""From a clean rendering to something like an image: shake, grain, and a JPEG file."""

from pathlib import Path

import numpy as np
from PIL import Image

from data_samples.generate.scene import Scene

QUALITY = 82


def develop(scene: Scene, clean: np.ndarray) -> np.ndarray:
    """RGB uint8 [H, W, 3] with the scene's motion blur and grain."""
    image = clean.astype(np.float32) / 255
    length, direction = scene.blur
    if length > 1:
        image = _shaken(image, length, direction)
    generator = np.random.default_rng([scene.seed, 7])
    # Grain is stronger in the dark, as in a sensor.
    spread = scene.noise * (1.2 - 0.7 * image.mean(axis=2, keepdims=True))
    grain = generator.normal(0, 1, (*image.shape[:2], 1)) * 0.7 + generator.normal(0, 1, image.shape) * 0.5
    return np.clip((image + spread * grain) * 255 + 0.5, 0, 255).astype(np.uint8)


def _shaken(image: np.ndarray, length: float, direction: float) -> np.ndarray:
    """The mean over a straight, centred movement of `length` pixels."""
    steps = np.linspace(-0.5, 0.5, 2 * int(np.ceil(length)) + 1) * length
    moved = [_shifted(image, step * np.cos(direction), step * np.sin(direction)) for step in steps]
    return np.mean(moved, axis=0)


def _shifted(image: np.ndarray, dx: float, dy: float) -> np.ndarray:
    """The image moved by a fraction of a pixel (bilinear), its border repeated."""
    for axis, offset in ((1, dx), (0, dy)):
        whole = int(np.floor(offset))
        share = offset - whole
        image = (1 - share) * _rolled(image, whole, axis) + share * _rolled(image, whole + 1, axis)
    return image


def _rolled(image: np.ndarray, offset: int, axis: int) -> np.ndarray:
    count = image.shape[axis]
    return image.take(np.clip(np.arange(count) - offset, 0, count - 1), axis=axis)


def save(image: np.ndarray, path: Path) -> None:
    """Write a JPEG; the file appears only when it is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    Image.fromarray(image).save(draft, format="JPEG", quality=QUALITY, optimize=True)
    draft.replace(path)
