"""The viewer: image and poses of several methods in panels that share zoom and pan. Drawn in the browser.

Gradio's Plot would send the image once more with every change of a threshold, knows no clicks, and cannot be zoomed
with two fingers; so the panels are SVG of our own inside `gr.HTML`, and a new threshold sends only the poses.
"""

import base64
import io
import json
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
from PIL import Image

from app.components.viewer_schema import Value
from app.limits import SHOWN_SIDE

STATIC = Path(__file__).resolve().parents[1] / "static"
SCRIPTS = (
    "view.js", "thresholds.js", "overlay.js", "marks.js", "maps.js", "bars.js", "inside.js", "table.js", "person.js",
    "ranking.js", "slide.js", "panel.js", "stepper.js", "tip.js", "viewer.js",
)  # fmt: skip


def viewer(elem_id: str = "viewer", kind: str = "") -> gr.HTML:
    """The component, in a page with `head`; its value is what `sent` gives, its prop `image` what `image_value`
    gives.

    Its event `select` carries `layers`: for each method the names of the layers of intermediate outputs that the
    visitor wants; `input` carries `confidence`, one for all methods; `expand` carries `methods`, whose candidates the
    prop `candidates` is to get, as JSON text. kind: a class for the style, such as "steps" for a pipeline's.
    """
    return gr.HTML(
        html_template=template(),
        js_on_load="mountViewer(element, props, watch, trigger);",
        apply_default_css=False,
        elem_id=elem_id,
        elem_classes=["viewer", *([kind] if kind else [])],
        image=None,
        candidates=None,
    )


def sent(value: Value) -> str:
    """A value as the viewer gets it: text, because Gradio copies whatever is none with every event of the page."""
    return json.dumps(value, allow_nan=False)


def cleared() -> Any:
    """What a viewer shows again whose image was forgotten: nothing."""
    return gr.update(value=None, image={}, candidates="")  # Gradio sends no prop that is None


def script() -> str:
    """The viewer's JavaScript, which defines `mountViewer`."""
    return "\n".join((STATIC / name).read_text(encoding="utf-8") for name in SCRIPTS)


def head() -> str:
    """`script` for the page's head: sent once, however many viewers the page has, and defining `mountViewer` alone."""
    return f"<script>\nwindow.mountViewer = (() => {{\n{script()}\nreturn mountViewer;\n}})();\n</script>"


def template() -> str:
    """The viewer's HTML."""
    return (STATIC / "viewer.html").read_text(encoding="utf-8")


def style() -> str:
    """The viewer's CSS."""
    return (STATIC / "viewer.css").read_text(encoding="utf-8")


def image_value(image: np.ndarray, name: str, credit: str = "", caption: str = "") -> dict[str, Any]:
    """The image, RGB uint8 [H, W, 3], for the browser; `name` tells it apart from any other.

    A data URL (so that it lies in no file and under no address that others could ask for), at most SHOWN_SIDE pixels
    long, and the size in pixels that coordinates refer to; `caption` says what to look at.
    """
    height, width = image.shape[:2]
    shown = Image.fromarray(image)
    shown.thumbnail((SHOWN_SIDE, SHOWN_SIDE), reducing_gap=2.0)
    buffer = io.BytesIO()
    shown.save(buffer, "JPEG", quality=88)
    source = "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
    return {"id": name, "src": source, "width": width, "height": height, "credit": credit, "caption": caption}
