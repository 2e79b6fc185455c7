"""Curves over the strength of a stress, one line a method."""

import math
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from app.colours import method_colours
from app.components.plots import fitted


def curves(title: str, unit: str, strengths: Sequence[float], values: Mapping[str, Sequence[float]]) -> go.Figure:
    """A line for each method, in its fixed colour and dash; NaN leaves a gap."""
    figure, colours = go.Figure(), method_colours(values)
    for index, (name, line) in enumerate(values.items()):
        figure.add_scatter(
            x=list(strengths),
            y=[None if math.isnan(value) else round(value, 3) for value in line],
            name=name,
            mode="lines+markers",
            line={"color": colours[name], "dash": ("solid", "dash", "dot")[index // 4 % 3]},
        )
    figure.update_layout(title={"text": title}, xaxis={"title": unit}, yaxis={"rangemode": "tozero"})
    return fitted(figure, 380, legend=-0.36)
