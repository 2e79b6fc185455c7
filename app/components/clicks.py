"""Presses on the bars of a Plotly figure, which gr.Plot does not tell of."""

from pathlib import Path

import gradio as gr

SCRIPT = Path(__file__).resolve().parents[1] / "static" / "clicks.js"


def clicks(plot_id: str) -> gr.HTML:
    """Invisible; its event `select` carries `name`, that of the pressed trace, and `row`, the bar's place on y."""
    return gr.HTML(
        value=None,
        html_template="",
        js_on_load=f'{SCRIPT.read_text(encoding="utf-8")}\nmountClicks(element, "{plot_id}", trigger);',
        apply_default_css=False,
        elem_classes="clicks",
    )
