"""Charts whose dots and bars can be chosen."""

from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go
import streamlit as st

ENTRY = 16  # px, of the height for each entry of a legend

Point = dict[str, Any]  # as Streamlit gives it: curve_number, point_index, x, y, customdata


def show_chart(figure: go.Figure, key: str) -> None:
    """Draw it."""
    st.plotly_chart(fitting(figure), key=key)


def choose_one(figure: go.Figure, key: str, chosen: Callable[[Point], None]) -> None:
    """Draw it; whatever is clicked on is told to `chosen` before the page is made again."""

    def tell() -> None:
        for point in st.session_state[key]["selection"]["points"][:1]:
            chosen(point)

    st.plotly_chart(fitting(figure), key=key, on_select=tell, selection_mode="points")


def clickable(figure: go.Figure) -> go.Figure:
    """The same figure with points on its lines, which show once they are clicked on; Plotly lets no line be chosen."""
    seen = {"marker": {"opacity": 1}}
    figure.update_traces(unselected=seen, selector={"mode": "markers"})
    figure.update_traces(
        mode="lines+markers",
        marker={"opacity": 0, "size": 10},
        selected=seen,
        unselected={"marker": {"opacity": 0}},
        selector={"mode": "lines"},
    )
    return figure


def choose_several(figure: go.Figure, key: str) -> list[int]:
    """Draw it; returns the customdata of all dots that are clicked on or lie in a box or lasso."""
    found = st.plotly_chart(fitting(figure), key=key, on_select="rerun", selection_mode=("points", "box", "lasso"))
    return [int(number(point["customdata"])) for point in found["selection"]["points"]]


def fitting(figure: go.Figure) -> go.Figure:
    """The same figure, changed: below the axes' names there is room for a legend, which on a phone is a long column."""
    named = {trace.name for trace in figure.data if trace.showlegend is not False}
    place = {"xref": "container", "x": 0, "yref": "container", "y": 0, "yanchor": "bottom"}
    return figure.update_layout(legend=place, height=figure.layout.height + ENTRY * len(named))


def number(custom: Any) -> float:
    """A dot's customdata, which may come as a list or a dictionary of one."""
    if isinstance(custom, dict):
        custom = list(custom.values())
    return custom[0] if isinstance(custom, list) else custom
