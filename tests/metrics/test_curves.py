"""Precision-recall curves and operating points: hand-computed, the same AP as COCO's, and no matching again."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from methods.metrics.ap import summarise
from methods.metrics.curves import CurveSummary, OperatingPoint, curve
from methods.metrics.matching import match


@pytest.fixture
def found(make_data, make_person, make_detection):
    """Three people in two images; by falling score: true, false, true (and one of equal score that is false)."""
    data = make_data({1: [make_person(100, 100), make_person(400, 400)], 2: [make_person(100, 100)]})
    where = [(1, 100, 100, 0.9), (1, 250, 250, 0.8), (2, 100, 100, 0.6), (2, 300, 300, 0.6)]
    return match(data, [make_detection(*one) for one in where])


def test_points_of_the_curve(found) -> None:
    table = curve(found, 0.5).to_pandas()
    assert table["score"].tolist() == [0.9, 0.8, 0.6, 0.6]
    assert table["precision"].tolist() == pytest.approx([1, 1 / 2, 2 / 3, 1 / 2])
    assert table["recall"].tolist() == pytest.approx([1 / 3, 1 / 3, 2 / 3, 2 / 3])
    assert table["false_positives_per_image"].tolist() == [0, 0.5, 0.5, 1]


@pytest.mark.parametrize(
    ("score", "precision", "recall", "f1", "rate"),
    [
        (0.95, math.nan, 0, math.nan, 0),
        (0.9, 1, 1 / 3, 2 / 4, 0),
        (0.7, 1 / 2, 1 / 3, 2 / 5, 0.5),
        (0.6, 1 / 2, 2 / 3, 4 / 7, 1),  # equal scores are shown together
        (0.0, 1 / 2, 2 / 3, 4 / 7, 1),
    ],
)
def test_operating_points(found, score, precision, recall, f1, rate) -> None:
    point = curve(found, 0.5).at(score)
    measured = (point.precision, point.recall, point.f1, point.false_positives_per_image)
    assert measured == pytest.approx((precision, recall, f1, rate), nan_ok=True)
    assert (point.people, point.images) == (3, 2)
    assert OperatingPoint.from_json(point.to_json()).to_json() == point.to_json()


def test_the_best_point(found) -> None:
    best = curve(found, 0.5).best()
    assert (best.score, best.f1) == (0.6, pytest.approx(4 / 7))
    assert str(best) == "score 0.6, OKS 0.5: precision 0.500, recall 0.667, F1 0.571, 1.00 false positives an image"


@pytest.mark.parametrize(("recall", "score"), [(0.0, 0.9), (1 / 3, 0.9), (0.4, 0.6), (2 / 3, 0.6), (0.9, 0.6)])
def test_the_first_point_that_reaches_a_recall(found, recall, score) -> None:
    assert curve(found, 0.5).at_recall(recall).score == score


def test_precision_as_measured_lies_at_the_first_true_detection_that_reaches_a_recall(found) -> None:
    measured = curve(found, 0.5).measured()
    assert measured[[0, 33]].tolist() == [1, 1]
    assert measured[[34, 66]].tolist() == pytest.approx([2 / 3, 2 / 3])
    assert np.isnan(measured[67:]).all()
    summary = curve(found, 0.5).summary()
    assert (summary.ap, summary.best.score) == (pytest.approx(0.554, abs=1e-3), 0.6)
    assert CurveSummary.from_json(summary.to_json()).to_json() == summary.to_json()


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32 - 1))
def test_mean_over_thresholds_is_coco_ap(make_data, random_case, seed) -> None:
    content, detections = random_case(seed, levels=3)
    matching = match(make_data(content), detections)
    aps = [curve(matching, oks).ap for oks in matching.thresholds]
    assert np.mean(aps) == pytest.approx(summarise(matching).ap, abs=1e-12, nan_ok=True)
    large = [curve(matching, oks, "large").ap for oks in matching.thresholds]
    assert np.mean(large) == pytest.approx(summarise(matching).ap_large, abs=1e-12, nan_ok=True)


def test_a_curve_needs_neither_networks_nor_matching(found, monkeypatch) -> None:
    def forbidden(*args, **kwargs):
        raise AssertionError("matched again")

    monkeypatch.setattr("methods.metrics.matching.match_ranges", forbidden)
    monkeypatch.setattr("methods.metrics.matching.pairs_of", forbidden)
    assert [curve(found, oks).at(0.7).true_positives for oks in (0.5, 0.75, 0.95)] == [1, 1, 1]


def test_thresholds_and_ranges_that_were_not_matched(found) -> None:
    with pytest.raises(KeyError, match=r"no OKS threshold 0\.62 in this matching; there are 0\.5, 0\.55"):
        curve(found, 0.62)
    with pytest.raises(KeyError, match="no range 'small' in this matching; there are all, medium, large"):
        curve(found, 0.5, "small")


def test_any_threshold_can_be_matched(make_data, make_person, make_detection) -> None:
    data = make_data({1: [make_person(100, 100)]})
    matching = match(data, [make_detection(1, 100, 100, 0.9)], [0.1, 0.62])
    assert curve(matching, 0.62).at(0.5).recall == 1


@pytest.mark.parametrize("people", [True, False])
def test_nothing_found(make_data, make_person, people) -> None:
    empty = curve(match(make_data({1: [make_person(1, 1)] if people else []}), []), 0.5)
    assert len(empty.to_pandas()) == 0
    assert empty.ap == pytest.approx(0 if people else math.nan, nan_ok=True)
    point = empty.best()
    assert point.recall == pytest.approx(0 if people else math.nan, nan_ok=True)
    assert math.isnan(point.precision)
    assert np.isnan(empty.measured()).all()


def test_json_and_text(found) -> None:
    whole = curve(found, 0.5)
    assert '"columns":["score","precision","recall","false_positives_per_image"]' in whole.to_json()
    assert str(whole).startswith("AP 0.554 at OKS 0.5, best F1 at score 0.6")
