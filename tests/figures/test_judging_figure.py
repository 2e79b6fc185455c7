"""Precision and recall of the paper's filter, a method's own score and the combined one."""

import numpy as np
import pytest

from methods.figures.judging import three_ways
from methods.metrics.curves import RECALLS
from methods.visibility.studies.judged import Judged
from methods.visibility.studies.judging import JudgeEffects, effect


@pytest.fixture
def measured():
    """Of four keypoints in one image two are right and three are labelled; the combined score has these two first."""
    right, flags, kept = np.array([1.0, 1, 0, 0]), np.array([2, 2, 0, 1]), np.array([True, True, True, False])
    own, combined = np.array([0.1, 0.2, 0.8, 0.9]), np.array([0.9, 0.8, 0.2, 0.1])
    keypoints = Judged(np.zeros(4, int), right, own, combined, kept, flags, np.eye(3)[[2, 2, 0, 1]], np.zeros(4))
    methods = tuple(effect(name, [keypoints], np.array([3])) for name in ("kapao-n", "mine"))
    return JudgeEffects(data="drawn", images=1, people=1, command="study", exact=True, methods=methods)


def test_each_method_has_both_curves_as_far_as_they_reach_with_bands_and_the_filters_point(measured):
    figure = three_ways(measured)
    own_band, own, combined_band, combined, filtered = figure.data[:5]
    assert [own.name, combined.name, filtered.name] == ["own score", "combined score", "the paper's filter"]
    assert list(own.x) == list(combined.x) == RECALLS[:67].tolist()  # two of three are found
    assert set(own.y) == {0.5}
    assert set(combined.y) == {1.0}
    assert list(own_band.x[:3]) == pytest.approx([0, 0.1, 0.2])
    assert len(own_band.x) == len(combined_band.y) == 2 * 7
    assert (filtered.x[0], filtered.y[0]) == pytest.approx((2 / 3, 2 / 3))
    assert [each.text for each in figure.layout.annotations] == ["kapao-n", "mine"]
    assert [each.showlegend for each in figure.data if each.name == "own score"] == [True, False]


def test_a_curve_that_reaches_nothing_is_empty(measured):
    nothing = tuple([0.0] * len(RECALLS))
    methods = (measured.methods[0].model_copy(update={"own_curve": nothing}),)
    figure = three_ways(measured.model_copy(update={"methods": methods}))
    assert len(figure.data[0].x) == len(figure.data[1].x) == 0
    assert len(figure.data[3].x) > 0
