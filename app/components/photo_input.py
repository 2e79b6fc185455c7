"""Where a photo comes in: drop, file dialogue, clipboard or webcam."""

from typing import Any

import gradio as gr


class PhotoInput(gr.Image):
    """gr.Image that hands over the uploaded file's path without looking into it.

    gr.Image itself decodes uploads, without a limit on pixels and with an error of its own for a broken file;
    here methods.images.read_image alone decides what is read and what the visitor is told.
    """

    is_template = True  # Gradio then draws it as the gr.Image it derives from

    def preprocess(self, payload: Any) -> str | None:
        """Path of the uploaded file; None where there is none. Data URLs are refused: no limit on size covers them."""
        if payload is None:
            return None
        if not payload.path or (payload.url or "").startswith("data:"):
            raise gr.Error("The photo came as a data URL; upload it as a file.", print_exception=False)
        return payload.path


def photo_input() -> PhotoInput:
    """A drop zone; the page empties it as soon as the photo is read, so it never shows a picture itself."""
    return PhotoInput(
        sources=["upload", "clipboard", "webcam"],
        type="filepath",
        label="Your photo",
        height=190,
        buttons=[],
        elem_id="photo",
        placeholder="Drop a photo, paste one, or click to choose",
    )
