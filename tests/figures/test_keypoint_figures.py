"""Where a filter moves the points of keypoints."""

import numpy as np

from methods.analysis.keypoint_points import KeypointCurve, KeypointPoint
from methods.figures.keypoints import filter_arrows
from methods.figures.style import method_colours


def test_an_arrow_leads_from_each_point_to_the_filtered_one() -> None:
    curve = KeypointCurve(np.array([0.9, 0.5]), np.array([[1.0], [1.0]]), np.array([[1], [2]]), np.array([2]))
    before, after = (
        KeypointPoint(score=0.5, precision=0.5, recall=0.5),
        KeypointPoint(score=0.5, precision=0.8, recall=0.4),
    )
    figure = filter_arrows({"a": curve, "b": curve}, {"a": before, "b": before}, {"b": after})
    assert [trace.name for trace in figure.data] == ["a", "a", "b", "b"]
    assert list(figure.data[0].x) == [0.5, 0.5]
    assert list(figure.data[0].y) == [1, 0.5]
    (arrow,) = [each for each in figure.layout.annotations if not each.text]
    assert (arrow.ax, arrow.ay, arrow.x, arrow.y, arrow.arrowcolor) == (0.5, 0.5, 0.4, 0.8, method_colours(["b"])["b"])
    labels = {each.text: each.arrowcolor for each in figure.layout.annotations if each.text}
    assert labels == method_colours(["a", "b"])
    assert {trace.legendgroup for trace in figure.data} == {"a", "b"}
    assert figure.layout.xaxis.range[1] < 0.6  # as long as the lines
