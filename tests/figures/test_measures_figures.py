"""Figures of the measures beside OKS show their numbers."""

import numpy as np
import pytest

from methods.analysis.measures import measure
from methods.figures.calibration import calibration_bars, reliability
from methods.figures.measures import agreement_dots, bland_altman, endpoint_bars, pck_curves
from methods.metrics.angles import AngleError, AnglePairs
from methods.metrics.matching import match


@pytest.fixture(scope="module")
def measured(make_data, make_person, make_detection):
    found = [make_detection(1, 100, 106, 0.9)]
    return measure(match(make_data({1: [make_person(100, 100), make_person(400, 100)]}), found), found)


def test_pck(measured) -> None:
    pixels = measured.pck[-1]
    figure = pck_curves({"a": pixels, "b": pixels})
    assert [line.name for line in figure.data] == ["a", "b"]
    assert (figure.data[0].y[5], figure.data[0].y[6]) == (0, 0.5)
    assert figure.layout.xaxis.title.text == "threshold in px"


def test_endpoint_errors(measured) -> None:
    bars = endpoint_bars({"a": measured.endpoint}).data[0]
    assert set(bars.y) == {6}
    assert bars.x[1] == "left eye"
    assert list(bars.customdata[0]) == [6, 6, 1, 2]


def test_reliability(measured) -> None:
    line = reliability({"a": measured.calibration.people.bins}).data[1]
    assert (list(line.x), list(line.y), list(line.customdata)) == ([0.9], [1], [1])
    bars = calibration_bars({"a": measured.calibration}).data[0]
    assert bars.y[0] == pytest.approx(measured.calibration.each_keypoint[0].error)


def test_angles(measured) -> None:
    assert agreement_dots({"a": measured.angles}).data[0].x[0] == "left elbow"
    pairs = AnglePairs("left knee", np.array([3, 5]), np.array([90.0, 100]), np.array([100.0, 104]))
    error = AngleError(
        joint="left knee", annotated=2, found=2, bias=7, deviation=4.24, low=-1.3, high=15.3, mean_absolute=7
    )
    figure = bland_altman(pairs, error)
    dots = figure.data[0]
    assert (list(dots.x), list(dots.y), list(dots.customdata)) == ([95, 102], [10, 4], [3, 5])
    assert [line.y0 for line in figure.layout.shapes] == [7, -1.3, 15.3]
