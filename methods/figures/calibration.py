"""Reliability: how often what a method says is right, against how sure it is."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from methods.figures.style import diagonal, method_colours, styled
from methods.metrics.calibration import CalibrationBin
from methods.metrics.score_calibration import ScoreCalibration


def reliability(
    bins: Mapping[str, Sequence[CalibrationBin]], title: str = "Calibration", confidence: str = "score"
) -> go.Figure:
    """A curve for each method, on the dotted line where scores are probabilities; larger dots are more of them."""
    figure = go.Figure()
    diagonal(figure)
    colour = method_colours(bins)
    for name, each in bins.items():
        filled = [one for one in each if one.count]
        most = max((one.count for one in filled), default=1)
        figure.add_scatter(
            x=[one.confidence for one in filled],
            y=[one.right for one in filled],
            name=name,
            mode="lines+markers",
            line={"color": colour[name]},
            marker={"size": [6 + 18 * (one.count / most) ** 0.5 for one in filled]},
            customdata=[one.count for one in filled],
            hovertemplate="said %{x:.2f}, right %{y:.2f}; %{customdata} of them",
        )
    figure.update_xaxes(range=[0, 1.02])
    figure.update_yaxes(range=[0, 1.02])
    styled(figure, title, confidence, "how often it is right")
    return figure.update_layout(legend={"itemsizing": "constant"})


def calibration_bars(found: Mapping[str, ScoreCalibration], title: str = "") -> go.Figure:
    """The expected calibration error of each keypoint's scores, for the methods whose keypoints have any."""
    figure = go.Figure()
    colour = method_colours(found)
    for name, one in found.items():
        figure.add_bar(
            x=[row.name for row in one.each_keypoint],
            y=[row.error for row in one.each_keypoint],
            name=name,
            marker={"color": colour[name], "line": {"width": 0}},
            customdata=[[row.count, row.score, row.right] for row in one.each_keypoint],
            hovertemplate="%{x}: %{y:.3f}; mean score %{customdata[1]:.2f}, right %{customdata[2]:.2f},"
            " of %{customdata[0]}",
        )
    meaning = "expected calibration error"
    return styled(figure, title or "Calibration of each keypoint's scores", "", meaning)
