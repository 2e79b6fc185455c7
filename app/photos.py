"""Reading a visitor's photo, within the page's limits."""

from pathlib import Path

import numpy as np

from app.limits import PIXELS
from methods.errors import ImageError
from methods.images import read_image


def read_photo(path: str | Path) -> np.ndarray:
    """RGB uint8 [H, W, 3]. Raises ImageError as methods.images.read_image, and for more than PIXELS pixels."""
    image = read_image(path)
    height, width = image.shape[:2]
    if width * height > PIXELS:
        raise ImageError(
            f"{Path(path).name} has {width} x {height} pixels; this page takes {PIXELS / 1e6:.0f} million: make it"
            " smaller, or start the workbench on your own machine."
        )
    return image
