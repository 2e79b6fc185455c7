"""Takes the open view away: a link to it, one HTML file that works offline, paper."""

from pathlib import Path
from typing import Any

import gradio as gr

SCRIPT = Path(__file__).resolve().parents[1] / "static" / "share.js"
TEMPLATE = """<div class="share" role="group" aria-label="Share this view">
<button type="button" data-share="link" title="Copy a link to this view">Link</button>
<button type="button" data-share="save" title="Save this view as one HTML file that works offline">Save</button>
<button type="button" data-share="print" title="Print this view, or save it as PDF">Print</button>
<span role="status"></span></div>"""


def head() -> str:
    """What the page's head needs: the script."""
    return f"<script>{SCRIPT.read_text(encoding='utf-8')}</script>"


def share() -> gr.HTML:
    """The component; its event `select` asks for a link, which `link` answers with."""
    return gr.HTML(
        value=None,
        html_template=TEMPLATE,
        js_on_load="mountShare(element, props, watch, trigger);",
        apply_default_css=False,
        elem_id="share",
    )


def link(query: str, note: str, count: int) -> dict[str, Any]:
    """A link's query to copy, and what it leaves out; `count` tells it from the one before."""
    return {"query": query, "note": note, "count": count}
