"""An image on which the visitor drags a box."""

from pathlib import Path
from typing import Any

import gradio as gr

SCRIPT = Path(__file__).resolve().parents[1] / "static" / "region.js"
TEMPLATE = """
<div class="region" hidden>
  <p class="pv-hint">Drag a box over what to cover. Arrow keys move it, with Shift they size it.</p>
  <svg tabindex="0" role="application" aria-label="Box to cover on the image"><image></image><rect></rect></svg>
</div>
"""


def region() -> gr.HTML:
    """The component; its value is what `shown` gives, its event `select` carries `box`: x1, y1, x2, y2 in pixels."""
    return gr.HTML(
        value=None,
        html_template=TEMPLATE,
        js_on_load=f"{SCRIPT.read_text(encoding='utf-8')}\nmountRegion(element, props, watch, trigger);",
        apply_default_css=False,
        elem_id="region",
    )


def shown(image: dict[str, Any], box: list[float]) -> dict[str, Any]:
    """An image as the viewer's, with the box to begin with."""
    return {"src": image["src"], "width": image["width"], "height": image["height"], "box": box}
