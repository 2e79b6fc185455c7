"""Reading a visitor's photo, within the page's limits."""

import numpy as np

from app.limits import PIXELS
from app.server.gate import Upload
from methods.errors import ImageError
from methods.images import read_image


def read_photo(upload: Upload) -> np.ndarray:
    """RGB uint8 [H, W, 3]. Raises ImageError as methods.images.read_image, and for more than PIXELS pixels."""
    with upload.open() as file:
        image = read_image(file, upload.name)
    height, width = image.shape[:2]
    if width * height > PIXELS:
        raise ImageError(
            f"{upload.name} has {width} x {height} pixels; this page takes {PIXELS / 1e6:.0f} million: make it"
            " smaller, or start the workbench on your own machine."
        )
    return image
