"""F1 of states, checked by hand."""

import math

import numpy as np
import pytest

from methods.metrics.calibration import calibration_error
from methods.metrics.state_curves import state_calibration
from methods.metrics.visibility import StateScores, f1_scores, total_interval

# Ten keypoints: of four absent ones three are found, of two occluded ones one, of four visible ones all; the absent one
# that is missed is called visible, the occluded one absent.
TRUTH = np.array([0, 0, 0, 0, 1, 1, 2, 2, 2, 2])
SAID = np.array([0, 0, 0, 2, 1, 0, 2, 2, 2, 2])


def test_f1_of_each_class_and_their_mean_by_size():
    found = StateScores.of(TRUTH, SAID)
    # absent: 3 right of 4 claimed and 4 there; occluded: 1 of 1 and 2; visible: 4 of 5 and 4.
    assert found.f1 == pytest.approx({"absent": 6 / 8, "occluded": 2 / 3, "visible": 8 / 9})
    assert found.total == pytest.approx((4 * 6 / 8 + 2 * 2 / 3 + 4 * 8 / 9) / 10)
    assert found.accuracy == 0.8
    assert found.confusion == [[3, 0, 1], [1, 1, 0], [0, 0, 4]]


def test_the_total_is_the_papers():
    """Table 1, S3: with 7% occluded keypoints and any shares of the others, 0.77, 0.37 and 0.80 give 0.76."""
    for absent in (0.35, 0.40, 0.45):
        total = absent * 0.77 + 0.07 * 0.37 + (0.93 - absent) * 0.80
        assert round(total, 2) == 0.76


def test_a_class_that_is_nowhere_is_undefined_and_does_not_count():
    scores, total = f1_scores(np.diag([3, 0, 2]))
    assert math.isnan(scores[1])
    assert total == 1
    assert math.isnan(f1_scores(np.zeros((3, 3), int))[1])


def test_the_interval_holds_the_total_and_is_a_point_for_equal_images():
    ground_truth, said = np.tile(TRUTH, (6, 1)), np.tile(SAID, (6, 1))
    low, high = total_interval(ground_truth, said, np.arange(6), 6)
    assert low == high == pytest.approx(StateScores.of(ground_truth, said).total)
    said[:3] = ground_truth[:3]
    low, high = total_interval(ground_truth, said, np.arange(6), 6)
    assert low < StateScores.of(ground_truth, said).total < high


def test_calibration_error_is_the_gap_between_confidence_and_ground_truth():
    said = np.array([[0.05, 0.05, 0.9]] * 4 + [[0.6, 0.3, 0.1]] * 4)
    ground_truth = np.array([2, 2, 2, 0, 0, 0, 1, 2])  # three of four right at 0.9, two of four at 0.6
    assert calibration_error(state_calibration(ground_truth, said)) == pytest.approx((4 * 0.15 + 4 * 0.1) / 8)
    assert calibration_error(state_calibration(np.array([2]), np.array([[0, 0, 1.0]]))) == 0
