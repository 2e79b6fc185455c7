"""Precision against recall, with the point at which each method works."""

import math
from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from methods.figures.labels import label_ends
from methods.figures.style import method_colours, styled
from methods.metrics.curves import RECALLS, CurveSummary, OperatingPoint
from methods.metrics.results import score_text

LABELS_WIDTH = 130  # px right of the axes, for the methods' names
EDGE = 0.02  # of the axes' length beyond the data


def precision_recall(
    curves: Mapping[str, CurveSummary],
    points: Mapping[str, OperatingPoint] | None = None,
    title: str = "Precision and recall",
) -> go.Figure:
    """Each method's precision as measured, its AP in the legend, and its operating point: that of the best F1 unless
    given.

    A line goes through its point and has its name at its end. The traces of a method have its name as `legendgroup`.
    """
    figure = go.Figure()
    colour = method_colours(curves)
    shown = points or {name: one.best for name, one in curves.items()}
    lines = {name: _line(one, shown[name]) for name, one in curves.items()}
    for name, (recall, precision) in lines.items():
        figure.add_scatter(
            x=recall,
            y=precision,
            name=f"{name}, AP {score_text(curves[name].ap)}",
            legendgroup=name,
            mode="lines",
            line={"color": colour[name]},
            hovertemplate="recall %{x:.2f}, precision %{y:.3f}",
        )
    for name in curves:
        point = shown[name]
        told = f"F1 {score_text(point.f1)}, {point.false_positives_per_image:.2f} false positives an image"
        figure.add_scatter(
            x=[point.recall],
            y=[point.precision],
            name=name,
            legendgroup=name,
            mode="markers",
            showlegend=False,
            marker={"color": colour[name], "size": 11, "line": {"color": "white", "width": 1}},
            hovertemplate=f"score {point.score:.3g}: precision %{{y:.3f}}, recall %{{x:.3f}}, {told}",
        )
    styled(figure, title, "recall", "precision")
    figure.update_layout(margin={"r": LABELS_WIDTH}, legend={"tracegroupgap": 0})
    fit_axes(figure, [line for line in lines.values() if len(line[0])])
    ends = {name: (float(x[-1]), float(y[-1])) for name, (x, y) in lines.items() if len(x)}
    label_ends(figure, ends, colour)
    return figure


def _line(curve: CurveSummary, point: OperatingPoint) -> tuple[np.ndarray, np.ndarray]:
    """Recall and precision of the measured curve with the point in its place."""
    precision = np.array(curve.precision)
    there = np.isfinite(precision)
    recall, precision = RECALLS[there], precision[there]
    if math.isnan(point.recall) or math.isnan(point.precision):
        return recall, precision
    place = np.searchsorted(recall, point.recall, side="right")
    return np.insert(recall, place, point.recall), np.insert(precision, place, point.precision)


def fit_axes(figure: go.Figure, lines: list[tuple[np.ndarray, np.ndarray]]) -> None:
    """Axes of recall and precision as long as lines of these recalls and precisions need."""
    right = max((recall[-1] for recall, _ in lines), default=1.0)
    low = min((precision.min() for _, precision in lines), default=0.0)
    figure.update_xaxes(range=[0, right * (1 + EDGE)])
    figure.update_yaxes(range=[low - EDGE * (1 - low), 1 + EDGE * (1 - low)])
