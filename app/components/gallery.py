"""The sample images to click on."""

from collections.abc import Sequence

import gradio as gr
import numpy as np
from PIL import Image

from app.samples import Offer
from methods.images import read_image

COLUMNS = 4
THUMBNAIL = 240  # px; the longer side, enough for a phone's dense screen


def gallery(samples: Sequence[Offer]) -> gr.Gallery:
    """A row of small images; a click selects one by its index."""
    return gr.Gallery(
        [(_thumbnail(sample), sample.title) for sample in samples],
        label="Samples",
        show_label=False,
        format="jpeg",
        columns=COLUMNS,
        object_fit="cover",
        allow_preview=False,
        interactive=False,
        buttons=[],
        elem_id="samples",
    )


def _thumbnail(sample: Offer) -> np.ndarray:
    image = Image.fromarray(read_image(sample.path))
    image.thumbnail((THUMBNAIL, THUMBNAIL))
    return np.asarray(image)
