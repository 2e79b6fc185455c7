"""Plotly figures fitted to the page: no ground of their own, so that they suit light and dark alike."""

import json
from pathlib import Path
from typing import Any

import gradio as gr
import plotly.graph_objects as go
from gradio.components.plot import PlotData

STATIC = Path(__file__).resolve().parents[1] / "static"
GREY = "#7b858c"  # readable on the light page and on the dark one
# Plotly's tools would hide the title on a phone, and their logo has the same id in every figure.
CONFIG = {"displayModeBar": False}
GRID, ZERO = "rgba(123,133,140,0.25)", "rgba(123,133,140,0.5)"


def plot(elem_id: str, visible: bool = True) -> gr.Plot:
    """Where a figure is drawn, without Plotly's tools."""
    made = gr.Plot(show_label=False, visible=visible, elem_id=elem_id)
    plain = made.postprocess

    def configured(value: Any) -> PlotData | None:
        data = plain(value)
        if data is not None:
            data.plot = json.dumps({**json.loads(data.plot), "config": CONFIG})
        return data

    # Not a subclass: Gradio writes a .pyi file beside the source of every component class.
    made.postprocess = configured  # type: ignore[method-assign]
    return made


def listener(script: str, call: str) -> gr.HTML:
    """Invisible; runs `call`, which is defined in a script of app/static and may use those of plots.js."""
    text = "\n".join((STATIC / name).read_text(encoding="utf-8") for name in ("plots.js", script))
    return gr.HTML(
        value=None, html_template="", js_on_load=f"{text}\n{call}", apply_default_css=False, elem_classes="listener"
    )


def fitted(figure: go.Figure, height: int | None = None, legend: float = -0.22, right: int = 12) -> go.Figure:
    """The same figure, changed: `height` in pixels (its own if None), the legend's place below the axes, and the pixels
    `right` of them."""
    figure.update_layout(
        template="none",
        title={"font": {"size": 15}, "x": 0.01},
        font={"color": GREY},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        margin={"l": 55, "r": right, "t": 42, "b": 45},
        legend={"orientation": "h", "y": legend},
        # A drag would zoom where one means to scroll.
        dragmode=False,
        height=height or figure.layout.height,
    )
    figure.update_xaxes(gridcolor=GRID, zerolinecolor=ZERO)
    figure.update_yaxes(gridcolor=GRID, zerolinecolor=ZERO, automargin=True)
    return figure
