"""The viewer as one HTML file that works without the workbench, a server or a network."""

import json
from collections.abc import Mapping
from typing import Any

from app.components import viewer
from app.outputs.layers import names_of
from app.shown_images import compared, image_value
from app.state.photo_session import PhotoSession
from methods.types import Prediction

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main id="viewer" class="viewer">{template}</main>
<footer>Made with the pose workbench. Everything is in this file; it asks no server.</footer>
<script type="application/json" id="data">{data}</script>
<script>
{script}
const {{ image, value }} = JSON.parse(document.getElementById("data").textContent);
mountViewer(document.getElementById("viewer"), {{ image, value: JSON.stringify(value) }}, () => {{}}, () => {{}});
</script>
</body>
</html>
"""
# The variables that the viewer's style takes from Gradio's theme inside the page.
STYLE = """
:root { color-scheme: light dark;
  --body-text-color: light-dark(#23292e, #f2efe8); --body-text-color-subdued: light-dark(#66625b, #a8a297);
  --block-label-text-color: light-dark(#55534e, #cdc6b8); --body-background-fill: light-dark(#faf8f4, #101418);
  --block-background-fill: light-dark(#fff, #181d22); --background-fill-secondary: light-dark(#f2efe8, #23292e);
  --border-color-primary: light-dark(#e4dfd4, #3a3d40); --color-accent: light-dark(#2b7d87, #4a9aa3); }
body { margin: 0 auto; max-width: 1500px; padding: 20px; background: var(--body-background-fill);
  color: var(--body-text-color); font: 16px/1.5 system-ui, sans-serif; }
footer { margin-top: 24px; font-size: 0.82rem; color: var(--body-text-color-subdued); }
"""


def to_html(session: PhotoSession, predictions: Mapping[str, Prediction]) -> bytes:
    """The viewer with image, poses and every layer of intermediate outputs, as UTF-8 HTML."""
    everything = {name: names_of(prediction) for name, prediction in predictions.items()}
    value = compared(session, predictions, asked=everything)
    return PAGE.format(
        title=_escape(f"Poses in {session.name}"),
        style=STYLE + viewer.style(),
        template=viewer.template(),
        data=_json({"image": image_value(session), "value": value}),
        script=viewer.script(),
    ).encode()


def _json(data: Any) -> str:
    """JSON that cannot end its script element, whatever is in it."""
    return json.dumps(data, allow_nan=False).replace("<", "\\u003c")


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
