"""Curves over the strength of a stress, one line a method."""

import math
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from app.components.plots import fitted
from methods.figures.style import method_colours


def curves(title: str, unit: str, strengths: Sequence[float], values: Mapping[str, Sequence[float]]) -> go.Figure:
    """A line for each method, in its colour; NaN leaves a gap."""
    figure, colours = go.Figure(), method_colours(values)
    for name, line in values.items():
        figure.add_scatter(
            x=list(strengths),
            y=[None if math.isnan(value) else round(value, 3) for value in line],
            name=name,
            mode="lines+markers",
            line={"color": colours[name]},
            hovertemplate="%{y:.3~g} at %{x:.3~g}",
        )
    figure.update_layout(title={"text": title}, xaxis={"title": unit}, yaxis={"rangemode": "tozero"})
    return fitted(figure, 380, legend=-0.36)
