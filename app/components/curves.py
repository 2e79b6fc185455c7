"""Curves over the strength of a stress, one line a method."""

import math
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from app.colours import LINES

GREY = "#7b858c"  # readable on the light page and on the dark one


def curves(title: str, unit: str, strengths: Sequence[float], values: Mapping[str, Sequence[float]]) -> go.Figure:
    """A line for each method, in its fixed colour and dash; NaN leaves a gap."""
    figure = go.Figure()
    for index, (name, line) in enumerate(values.items()):
        figure.add_scatter(
            x=list(strengths),
            y=[None if math.isnan(value) else round(value, 3) for value in line],
            name=name,
            mode="lines+markers",
            line={"color": LINES[index % len(LINES)], "dash": ("solid", "dash", "dot")[index // 4 % 3]},
        )
    grid = {"gridcolor": "rgba(123,133,140,0.25)", "zerolinecolor": "rgba(123,133,140,0.5)"}
    return figure.update_layout(
        title={"text": title, "font": {"size": 15}},
        xaxis={"title": unit, **grid},
        yaxis={"rangemode": "tozero", **grid},
        font={"color": GREY},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        margin={"l": 50, "r": 10, "t": 40, "b": 45},
        legend={"orientation": "h", "y": -0.28},
        height=330,
    )
