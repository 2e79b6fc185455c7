"""Keypoints at any score: hand-computed, the same as mAPK where both pair alike, and what a filter changes."""

import numpy as np
import pytest

from methods.analysis.error_types import find_errors
from methods.analysis.keypoint_points import keypoint_curve, not_wrong
from methods.analysis.report import poses_of
from methods.metrics.mapk import measure_mapk
from methods.metrics.matching import match

RIGHT = [0.1] * 17


@pytest.fixture
def people(make_person):
    """Two people far apart; the second's ankles have no labels."""
    return [make_person(100, 100), make_person(400, 100, keypoints=[400, 100, 2] * 15 + [0, 0, 0] * 2)]


@pytest.fixture
def results(make_detection):
    """Both exactly, and a false pose; the second's ankles are called wrong, and nothing else."""
    return [
        make_detection(1, 100, 100, 0.9, wrong=RIGHT),
        make_detection(1, 400, 100, 0.6, wrong=[0.1] * 15 + [0.9] * 2),
        make_detection(1, 250, 300, 0.3, wrong=RIGHT),
    ]


@pytest.fixture
def errors(make_data, people, results):
    return find_errors(match(make_data({1: people}), results))


def test_points_as_the_score_falls(errors):
    curve = keypoint_curve(errors)
    first, second, third = (curve.at(score) for score in (0.9, 0.6, 0.0))
    # Of seven parts six have two people's keypoints, the ankles only one's.
    assert (first.precision, first.recall) == (1, pytest.approx((6 * 0.5 + 1) / 7))
    assert (second.precision, second.recall) == (pytest.approx((6 + 0.5) / 7), 1)
    assert (third.precision, third.recall) == (pytest.approx((6 * 2 / 3 + 1 / 3) / 7), 1)
    assert (np.isnan(curve.at(0.95).precision), curve.at(0.95).recall) == (True, 0)


def test_the_filter_drops_what_is_wrong_and_keeps_recall(errors, results):
    kept = not_wrong(errors, results, 0.5)
    after = keypoint_curve(errors, kept).at(0.6)
    assert (after.precision, after.recall) == (1, 1)
    assert not_wrong(errors, results, 0.9).all()  # only what lies above the threshold goes
    assert not_wrong(errors, [{**each, "wrong": None} for each in results], 0.5) is None


@pytest.mark.parametrize("score", [0.9, 0.6, 0.3])
def test_it_is_mapk_where_both_pair_alike(errors, make_data, people, results, score):
    data = make_data({1: people})
    poses = poses_of([each for each in results if each["score"] >= score], 17)
    expected = measure_mapk(data, [poses]).mean
    found = keypoint_curve(errors).at(score)
    assert (found.precision, found.recall) == (pytest.approx(expected.precision), pytest.approx(expected.recall))


def test_nobody(make_data):
    curve = keypoint_curve(find_errors(match(make_data({1: []}), [])))
    point = curve.at(0.5)
    assert np.isnan([point.precision, point.recall]).all()
    assert str(point) == "score 0.5: precision -, recall -"
