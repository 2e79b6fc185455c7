"""Names of lines at their ends, none over another."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

ROOM = 0.052  # of the axis' length that a name needs
LETTERS = 18  # of a name


def label_ends(figure: go.Figure, ends: Mapping[str, tuple[float, float]], colours: Mapping[str, str]) -> None:
    """Write each name right of the figure's axes, level with its line's end x, y, or as near to that as there is room.

    A line in the method's colour leads to it. The axes need a range. Names that would not all fit are left out.
    """
    (_, right), (low, high) = figure.layout.xaxis.range, figure.layout.yaxis.range
    gap = ROOM * (high - low)
    if len(ends) * gap > high - low:
        return
    # Of lines that end at one height the one further to the right is above, so that no leader crosses another.
    order = sorted(ends, key=lambda name: (ends[name][1], ends[name][0]))
    places = spread([ends[name][1] for name in order], gap, low + gap / 2, high - gap / 2)
    for name, place in zip(order, places, strict=True):
        x, y = ends[name]
        figure.add_annotation(
            x=x, y=y, ax=right, ay=place, axref="x", ayref="y", xanchor="left", align="left",
            text=name if len(name) <= LETTERS else f"{name[: LETTERS - 1]}…",
            showarrow=True, arrowhead=0, arrowwidth=1.5, arrowcolor=colours[name], font={"size": 12},
        )  # fmt: skip


def spread(places: list[float], gap: float, low: float, high: float) -> np.ndarray:
    """Rising places moved so that they are `gap` apart and within low..high, where they fit."""
    moved = np.array(places, dtype=float)
    for i in range(len(moved)):
        moved[i] = max(moved[i], moved[i - 1] + gap if i else low)
    for i in reversed(range(len(moved))):
        moved[i] = min(moved[i], moved[i + 1] - gap if i + 1 < len(moved) else high)
    return moved
