"""Calibration of scores: people and keypoints that are right as often as said, or not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from methods.metrics.calibration import BINS, calibration_bins, calibration_error
from methods.metrics.matching import match
from methods.metrics.score_calibration import ScoreCalibration, score_calibration


def spread(x: float, third: float) -> list[float]:
    return [n for k in range(17) for n in (x + 10 * (k % 4), 100 + 10 * (k // 4), third)]


def test_bins_and_their_error() -> None:
    confidence, right = np.array([0.95, 0.95, 0.15, 1.0]), np.array([True, False, False, True])
    bins = calibration_bins(confidence, right)
    assert [one.count for one in bins] == [0, 1, *[0] * 7, 3]
    assert bins[9].right == pytest.approx(2 / 3)
    assert calibration_error(bins) == pytest.approx((1 * 0.15 + 3 * abs(2.9 / 3 - 2 / 3)) / 4)
    assert np.isnan(calibration_error(calibration_bins(np.zeros(0), np.zeros(0, bool))))


@given(seed=st.integers(0, 2**32 - 1))
def test_an_error_is_at_least_the_gap_of_the_means(seed) -> None:
    rng = np.random.default_rng(seed)
    confidence, right = rng.random(50), rng.random(50) < 0.4
    error = calibration_error(calibration_bins(confidence, right))
    assert abs(confidence.mean() - right.mean()) - 1e-9 <= error <= 1


def test_people_by_hand(make_data, make_person, make_detection) -> None:
    """Of four detections two find somebody, one nobody, and one a crowd, which is not counted."""
    people = [make_person(100, 100), make_person(300, 100), make_person(500, 100, iscrowd=1)]
    found = [make_detection(1, x, 100, score) for x, score in ((100, 0.9), (300, 0.7), (200, 0.7), (500, 0.6))]
    said = score_calibration(match(make_data({1: people}), found), found).people
    assert (said.count, said.right) == (3, pytest.approx(2 / 3))
    assert said.error == pytest.approx((0.1 + 2 * 0.2) / 3)


def test_keypoints_by_hand(make_data, make_person, make_detection) -> None:
    """All said with 0.8; the nose is far off, an eye has no label, the other no score, the ears are not found."""
    annotated, found = spread(100, 2), spread(100, 0.8)
    found[0] += 60
    annotated[5] = 0
    found[8] = 0
    found[9:15] = [0] * 6
    detections = [
        make_detection(1, 0, 0, 0.9, keypoints=found),
        make_detection(1, 0, 0, 0.5, keypoints=spread(400, 0.1)),  # means nobody
    ]
    data = make_data({1: [make_person(0, 0, keypoints=annotated)]})
    said = score_calibration(match(data, detections), detections)
    assert said.keypoints.count == 13
    assert said.keypoints.right == pytest.approx(12 / 13)
    assert said.keypoints.error == pytest.approx(12 / 13 - 0.8)
    each = {one.name: one for one in said.each_keypoint}
    assert [each[name].count for name in ("nose", "left eye", "right eye", "left ear", "left hip")] == [1, 0, 0, 0, 1]
    assert (each["nose"].error, each["left hip"].error) == pytest.approx((0.8, 0.2))
    assert said.class_error == pytest.approx((0.8 + 12 * 0.2) / 13)
    assert said.notes == ()


def test_scores_that_are_no_probabilities_are_not_judged(make_data, make_person, make_detection) -> None:
    found = [make_detection(1, 100, 100, 3.5)]
    said = score_calibration(match(make_data({1: [make_person(100, 100)]}), found), found)
    assert (said.people, said.keypoints, said.each_keypoint) == (None, None, ())
    assert said.notes[0].startswith("People's scores are not all from 0 to 1")
    assert said.notes[1].startswith("Keypoints' scores are not all from 0 to 1")
    assert len(said.to_pandas()) == 0


@pytest.mark.parametrize("people", [0, 1])
def test_nothing_found(make_data, make_person, people) -> None:
    said = score_calibration(match(make_data({1: [make_person(1, 1)] * people}), []), [])
    assert (said.people.count, said.keypoints) == (0, None)
    assert said.notes == ("No keypoint of somebody found has a score.",)
    assert len(said.people.bins) == BINS
    assert ScoreCalibration.from_json(said.to_json()).to_json() == said.to_json()
