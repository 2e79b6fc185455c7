"""How well a method tells keypoints' visibility: each state's ROC, precision and recall, calibration, and map
scores."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from methods.figures.style import COLOURS, DOUBTFUL, styled
from methods.metrics.curves import RECALLS
from methods.metrics.labelled_keypoints import KeypointVisibility
from methods.metrics.results import score_text
from methods.metrics.state_curves import RATES, CalibrationBin, StateCurve


def state_rocs(curves: Sequence[StateCurve], title: str = "") -> go.Figure:
    """True against false positive rate of each state."""
    figure = go.Figure()
    _diagonal(figure)
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


def calibration(bins: Sequence[CalibrationBin], title: str = "") -> go.Figure:
    """How often the likeliest state is right against how likely it is said to be; larger dots are more keypoints."""
    filled = [one for one in bins if one.keypoints]
    most = max((one.keypoints for one in filled), default=1)
    figure = go.Figure()
    _diagonal(figure)
    figure.add_scatter(
        x=[one.confidence for one in filled],
        y=[one.right for one in filled],
        mode="lines+markers",
        showlegend=False,
        line={"color": COLOURS[0]},
        marker={"size": [6 + 18 * (one.keypoints / most) ** 0.5 for one in filled]},
        customdata=[one.keypoints for one in filled],
        hovertemplate="said %{x:.2f}, right %{y:.2f}; %{customdata} keypoints",
    )
    figure.update_xaxes(range=[0, 1.02])
    figure.update_yaxes(range=[0, 1.02])
    return styled(figure, title or "Calibration", "probability of the likeliest state", "how often it is right")


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


def _diagonal(figure: go.Figure) -> None:
    line = {"color": DOUBTFUL, "dash": "dot", "width": 1}
    figure.add_scatter(x=[0, 1], y=[0, 1], mode="lines", showlegend=False, line=line, hoverinfo="skip")
