"""Where a photo comes in: drop, file dialogue, clipboard or webcam."""

from typing import Any

import gradio as gr


def photo_input() -> gr.Image:
    """A drop zone that hands over the uploaded file's path without looking into it.

    gr.Image itself decodes uploads, without a limit on pixels and with an error of its own for a broken file; here
    methods.images.read_image alone decides what is read and what the visitor is told. The page empties the zone as
    soon as the photo is read, so it never shows a picture itself.
    """
    zone = gr.Image(
        sources=["upload", "clipboard", "webcam"],
        type="filepath",
        label="Your photo",
        height=190,
        buttons=[],
        elem_id="photo",
        placeholder="Drop a photo, paste one, or click to choose",
    )
    # Not a subclass: Gradio writes a .pyi file beside the source of every component class.
    zone.preprocess = path_of  # type: ignore[method-assign, assignment]
    return zone


def path_of(upload: Any) -> str | None:
    """Path of an uploaded file; None where there is none. Data URLs are refused: no limit on size covers them."""
    if upload is None:
        return None
    if not upload.path or (upload.url or "").startswith("data:"):
        raise gr.Error("The photo came as a data URL; upload it as a file.", print_exception=False)
    return upload.path
