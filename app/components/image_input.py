"""Where an image comes in: drop, file dialogue, clipboard or webcam."""

from typing import TypeVar

import gradio as gr

from app.server.gate import upload_of, uploads_of

T = TypeVar("T", gr.Image, gr.File, gr.UploadButton)


def image_input() -> gr.Image:
    """A drop zone for one image, see `file_input`.

    gr.Image itself decodes uploads, without a limit on pixels and with an error of its own for a broken file; here
    methods.images.read_image alone decides what is read and what the visitor is told. The page empties the zone as
    soon as the image is read, so it never shows an image itself.
    """
    zone = gr.Image(
        sources=["upload", "clipboard", "webcam"],
        webcam_options=gr.WebcamOptions(mirror=False),  # a mirrored picture would change left and right keypoints
        type="filepath",
        label="Your image",
        height=92,
        buttons=[],
        elem_id="image",
        placeholder="Drop an image, paste one, or click to choose",
    )
    return file_input(zone)


def file_input(component: T, several: bool = False) -> T:
    """The component, which now hands over the Upload, or with `several` a list of them, without looking into it."""
    # Not a subclass: Gradio writes a .pyi file beside the source of every component class.
    component.preprocess = uploads_of if several else upload_of  # type: ignore[method-assign, assignment]
    return component
