"""The page's interface for programs: `gradio_client.Client(url).predict(..., api_name="/compare")`.

With the package mcp installed and GRADIO_MCP_SERVER=True set, the same is a tool for language models.
"""

from collections.abc import Mapping
from typing import Any

import gradio as gr

from app import exports
from app.events import GATE
from app.messages import NO_IMAGE, NO_METHOD
from app.models import methods_of, offered
from app.server.gate import Upload
from app.state.photo_session import PhotoSession
from app.state.uploads import read_image_upload
from app.state.visibility import judge_people
from methods.errors import SettingsError, WorkbenchError
from methods.method import Method
from methods.settings import Settings


def add(image: gr.Image, methods: gr.CheckboxGroup) -> None:
    """Add the endpoint /compare; `image` and `methods` are the page's own components, whose checks it shares."""
    settings = gr.JSON(value={}, label="Settings by method", visible=False)
    settings.api_info = _settings_schema  # type: ignore[method-assign]  # else Gradio's, which is no valid schema
    answer = gr.JSON(label="Results", visible=False)
    gr.Button(visible=False).click(
        compare,
        [image, methods, settings],
        answer,
        api_name="compare",
        **GATE,
    )


def compare(image: Upload | None, methods: list[str], settings: dict[str, dict[str, Any]] | None) -> dict[str, Any]:
    """Find people and their keypoints in an image with several methods; errors are one sentence.

    Args:
        image: An image file.
        methods: Names of the methods.
        settings: For a method what differs from its demo settings, such as {"yolo11n-pose": {"pose_confidence": 0.3}}.

    Returns:
        The image's size and, by method, the number of people and COCO keypoint results, with each keypoint's state.
    """
    try:
        if image is None:
            raise WorkbenchError(NO_IMAGE)
        if not methods:
            raise WorkbenchError(NO_METHOD)
        changed = _read_settings(settings or {}, methods_of(methods))
        chosen = methods_of(methods, changed)
        session = PhotoSession(read_image_upload(image), image.name)
        session.infer(chosen)
        found = session.decode(chosen, changed)
        judge_people(session, found)
        return exports.results(session, found)
    except WorkbenchError as error:
        raise gr.Error(str(error), print_exception=False) from None


def _settings_schema() -> dict[str, Any]:
    """The JSON schema of what `compare` takes as settings: every method's, each with its range and meaning."""
    by_method = {}
    for name, method in offered().items():
        schema = method.Settings.model_json_schema()
        by_method[name] = {"type": "object", "properties": schema["properties"]}
    return {"type": "object", "properties": by_method, "description": "settings by method"}


def _read_settings(given: Any, methods: Mapping[str, Method]) -> dict[str, Settings]:
    example = '{"yolo11n-pose": {"pose_confidence": 0.3}}'
    if not isinstance(given, dict):
        raise SettingsError(f"Settings are a {type(given).__name__}; give them by method, such as {example}.")
    for name, values in given.items():
        if name not in methods:
            raise SettingsError(f"Settings are given for {name}, which is not among the methods: {', '.join(methods)}.")
        if not isinstance(values, dict):
            raise SettingsError(f"Settings of {name} are {values!r}; give them by name, such as {example}.")
    return {name: method.Settings(**given.get(name, {})) for name, method in methods.items()}
