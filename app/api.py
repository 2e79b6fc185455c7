"""The page's interface for programs: `gradio_client.Client(url).predict(..., api_name="/compare")`."""

from typing import Any

import gradio as gr

from app import exports
from app.models import GATE, offered
from app.session.visit import Visit
from app.wording import NO_METHOD, NO_PHOTO
from methods.errors import SettingsError, WorkbenchError
from methods.images import read_image


def add(photo: gr.Image, methods: gr.CheckboxGroup) -> None:
    """Add the endpoint /compare; `photo` and `methods` are the page's own components, whose checks it shares."""
    settings = gr.JSON(value={}, label="Settings by method", visible=False)
    answer = gr.JSON(label="Results", visible=False)
    gr.Button(visible=False).click(
        compare,
        [photo, methods, settings],
        answer,
        api_name="compare",
        concurrency_id=GATE,
        concurrency_limit=1,
    )


def compare(photo: str | None, methods: list[str], settings: dict[str, dict[str, Any]] | None) -> dict[str, Any]:
    """Find people with several methods.

    photo: an image file; methods: names; settings: for a method what differs from its demo settings, such as
    {"yolo11n-pose": {"pose_confidence": 0.3}}. Gives size of the image and, for each method, the number of people,
    milliseconds, and a list in COCO's keypoint results format. Errors are one sentence.
    """
    try:
        if photo is None:
            raise WorkbenchError(NO_PHOTO)
        if not methods:
            raise WorkbenchError(NO_METHOD)
        chosen = {name: offered()[name] for name in methods}
        unknown = set(settings or {}) - set(chosen)
        if unknown:
            raise SettingsError(f"Settings are given for {', '.join(sorted(unknown))}, which is not among the methods.")
        changed = {name: method.Settings(**(settings or {}).get(name, {})) for name, method in chosen.items()}
        visit = Visit(read_image(photo), "photo")
        visit.infer(chosen)
        return exports.results(visit, visit.decode(chosen, changed))
    except WorkbenchError as error:
        raise gr.Error(str(error), print_exception=False) from None
