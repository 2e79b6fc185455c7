"""How well a method tells keypoints' visibility: each state's ROC, precision and recall, and map scores."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from methods.figures.style import COLOURS, diagonal, styled
from methods.metrics.curves import RECALLS
from methods.metrics.labelled_keypoints import KeypointVisibility
from methods.metrics.results import score_text
from methods.metrics.state_curves import RATES, StateCurve


def state_rocs(curves: Sequence[StateCurve], title: str = "") -> go.Figure:
    """True against false positive rate of each state."""
    figure = go.Figure()
    diagonal(figure)
    for number, one in enumerate(curves):
        _line(figure, RATES, one.roc, f"{one.state}, AUC {score_text(one.auc)}", number)
    return styled(figure, title or "Each state against the others", "false positive rate", "true positive rate")


def state_precisions(curves: Sequence[StateCurve], title: str = "") -> go.Figure:
    """Precision against recall of each state."""
    figure = go.Figure()
    for number, one in enumerate(curves):
        _line(figure, RECALLS, one.precision, f"{one.state}, AP {score_text(one.ap)}", number)
    figure.update_yaxes(range=[0, 1.02])
    return styled(figure, title or "Precision and recall of each state", "recall", "precision")


def map_scores(everything: KeypointVisibility, title: str = "") -> go.Figure:
    """Shares of keypoints with and without a label by what the visibility map says at them (HybridPose's Figure 7)."""
    figure = go.Figure()
    kinds = {"labelled": everything.labelled, "not labelled": everything.unlabelled}
    for number, (name, scores) in enumerate(kinds.items()):
        width = 1 / len(scores.histogram)
        figure.add_bar(
            x=[(b + 0.5) * width for b in range(len(scores.histogram))],
            y=[count / max(scores.count, 1) for count in scores.histogram],
            name=f"{name} ({scores.count})",
            marker={"color": COLOURS[number]},
            hovertemplate="%{y:.1%} of them",
        )
    return styled(figure, title or "What visibility maps say", "visibility score", "share of keypoints")


def _line(figure: go.Figure, x: np.ndarray, y: Sequence[float], name: str, number: int) -> None:
    figure.add_scatter(
        x=x, y=list(y), name=name, mode="lines", line={"color": COLOURS[number]}, hovertemplate="%{y:.3f}"
    )
