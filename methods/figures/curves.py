"""Precision against recall, with the point at which each method works."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from methods.figures.style import method_colours, styled
from methods.metrics.curves import RECALLS, OperatingPoint
from methods.metrics.results import score_text


def precision_recall(
    curves: Mapping[str, Sequence[float] | np.ndarray],
    points: Mapping[str, OperatingPoint] | None = None,
    title: str = "Precision and recall",
) -> go.Figure:
    """Each method's interpolated precision at RECALLS (Curve.interpolated), and its operating point as measured.

    A point may lie below its curve: interpolated precision is the highest at that recall or beyond.
    """
    figure = go.Figure()
    colour = method_colours(curves)
    for name, precision in curves.items():
        figure.add_scatter(
            x=RECALLS,
            y=list(precision),
            name=name,
            mode="lines",
            line={"color": colour[name]},
            hovertemplate="recall %{x:.2f}, precision %{y:.3f}",
        )
    for name, point in (points or {}).items():
        told = f"F1 {score_text(point.f1)}, {point.false_positives_per_image:.2f} false positives an image"
        figure.add_scatter(
            x=[point.recall],
            y=[point.precision],
            name=name,
            mode="markers",
            showlegend=False,
            marker={"color": colour[name], "size": 11, "line": {"color": "white", "width": 1}},
            hovertemplate=f"score {point.score:.3g}: precision %{{y:.3f}}, recall %{{x:.3f}}, {told}",
        )
    figure.update_xaxes(range=[0, 1])
    figure.update_yaxes(range=[0, 1.02])
    return styled(figure, title, "recall", "precision")
