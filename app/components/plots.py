"""Plotly figures fitted to the page: no ground of their own, so that they suit light and dark alike."""

import json
from typing import Any

import gradio as gr
import plotly.graph_objects as go
from gradio.components.plot import PlotData

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


def fitted(figure: go.Figure, height: int | None = None, legend: float = -0.22) -> go.Figure:
    """The same figure, changed: `height` in pixels (its own if None), the legend's place below the axes."""
    figure.update_layout(
        template="none",
        title={"font": {"size": 15}, "x": 0.01},
        font={"color": GREY},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        margin={"l": 55, "r": 12, "t": 42, "b": 45},
        legend={"orientation": "h", "y": legend},
        # A drag would zoom where one means to scroll.
        dragmode=False,
        height=height or figure.layout.height,
    )
    figure.update_xaxes(gridcolor=GRID, zerolinecolor=ZERO)
    figure.update_yaxes(gridcolor=GRID, zerolinecolor=ZERO, automargin=True)
    return figure
