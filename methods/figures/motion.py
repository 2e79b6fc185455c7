"""A keypoint's motion through a video, a line a method."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from methods.analysis.motion import Motion
from methods.figures.style import method_colours, styled

ROWS = ("x, px", "y, px", "jitter, px")


def keypoint_motion(motions: Mapping[str, Motion], title: str) -> go.Figure:
    """Path (x and y) and jitter against time; a gap where a method does not have the keypoint."""
    figure = make_subplots(rows=len(ROWS), cols=1, shared_xaxes=True, vertical_spacing=0.06)
    colours = method_colours(motions)
    for name, one in motions.items():
        values = (one.path[:, 0], one.path[:, 1], one.jitter)
        for row, each in enumerate(values, 1):
            figure.add_scatter(
                x=one.seconds.tolist(), y=[None if np.isnan(value) else round(float(value), 2) for value in each],
                name=name, legendgroup=name, showlegend=row == 1, mode="lines+markers",
                line={"color": colours[name]}, marker={"size": 5}, row=row, col=1,
            )  # fmt: skip
    styled(figure, title, "", "", 560)
    for row, text in enumerate(ROWS, 1):
        figure.update_yaxes(title_text=text, row=row, col=1)
    figure.update_yaxes(autorange="reversed", row=2, col=1)  # as in the image, where y grows downwards
    figure.update_xaxes(title_text="seconds", row=len(ROWS), col=1)
    return figure
