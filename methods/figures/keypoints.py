"""Precision and recall of single keypoints, and where a visibility filter moves them."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from methods.analysis.keypoint_points import KeypointCurve, KeypointPoint
from methods.figures.curves import LABELS_WIDTH, fit_axes
from methods.figures.labels import label_ends
from methods.figures.style import method_colours, styled

POINTS = 150  # of a curve; as many as can be told apart on a screen


def filter_arrows(
    curves: Mapping[str, KeypointCurve],
    points: Mapping[str, KeypointPoint],
    filtered: Mapping[str, KeypointPoint],
    title: str = "Keypoints: precision and recall",
) -> go.Figure:
    """Each method's curve and operating point; an arrow to where the point lies once keypoints are left out."""
    figure = go.Figure()
    colour = method_colours(curves)
    lines = {}
    for name, one in curves.items():
        precision, recall = one.means()
        every = slice(None, None, max(1, len(recall) // POINTS))
        recall, precision = recall[every], precision[every]
        there = np.isfinite(precision)
        lines[name] = recall[there], precision[there]
        figure.add_scatter(
            x=recall,
            y=precision,
            name=name,
            legendgroup=name,
            mode="lines",
            line={"color": colour[name], "width": 1},
            hovertemplate="recall %{x:.2f}, precision %{y:.3f}",
        )
        figure.add_scatter(
            x=[points[name].recall],
            y=[points[name].precision],
            name=name,
            legendgroup=name,
            mode="markers",
            showlegend=False,
            marker={"color": colour[name], "size": 11, "line": {"color": "white", "width": 1}},
            hovertemplate="precision %{y:.3f}, recall %{x:.3f}",
        )
    for name, after in filtered.items():
        before = points[name]
        figure.add_annotation(
            x=after.recall, y=after.precision, ax=before.recall, ay=before.precision,
            xref="x", yref="y", axref="x", ayref="y", arrowhead=2, arrowwidth=2.5, arrowcolor=colour[name],
        )  # fmt: skip
    styled(figure, title, "recall of keypoints", "precision of keypoints")
    figure.update_layout(margin={"r": LABELS_WIDTH}, legend={"tracegroupgap": 0})
    drawn = {name: line for name, line in lines.items() if len(line[0])}
    fit_axes(figure, list(drawn.values()))
    ends = {name: (float(recall[-1]), float(precision[-1])) for name, (recall, precision) in drawn.items()}
    label_ends(figure, ends, colour)
    return figure
