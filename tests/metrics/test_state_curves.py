"""ROC, precision and recall, and calibration of keypoints' states."""

import math

import numpy as np
import pytest

from methods.metrics.calibration import BINS
from methods.metrics.roc import roc_auc
from methods.metrics.state_curves import RATES, state_calibration, state_curves


def test_a_state_by_hand() -> None:
    """Absent keypoints are said to be so with 0.9 and 0.4, the visible one with 0.6: one of two pairs is in order."""
    ground_truth = np.array([0, 2, 0])
    said = np.array([[0.9, 0.0, 0.1], [0.6, 0.0, 0.4], [0.4, 0.0, 0.6]])
    absent, occluded, visible = state_curves(ground_truth, said)
    assert (absent.state, absent.keypoints, absent.auc) == ("absent", 2, 0.5)
    # One of two is found before the false one, and the other after it: precision 1 up to recall 0.5, then 2/3.
    assert absent.precision[50] == pytest.approx(1)
    assert absent.precision[51] == absent.precision[100] == pytest.approx(2 / 3)
    assert absent.ap == pytest.approx((51 + 50 * 2 / 3) / 101)
    assert (absent.roc[0], absent.roc[-1]) == (0.5, 1)
    assert occluded.keypoints == 0
    assert math.isnan(occluded.auc)
    assert visible.auc == 0.5


def test_equal_probabilities_count_half() -> None:
    absent = state_curves(np.array([0, 1, 0, 1]), np.full((4, 3), 1 / 3))[0]
    assert absent.auc == 0.5
    np.testing.assert_allclose(absent.roc, RATES)
    assert absent.ap == pytest.approx(0.5)


def test_auc_is_that_of_ranks() -> None:
    rng = np.random.default_rng(0)
    ground_truth = rng.integers(0, 3, 200)
    said = rng.dirichlet(np.ones(3), 200).round(1)
    for state, found in enumerate(state_curves(ground_truth, said)):
        assert found.auc == pytest.approx(roc_auc(ground_truth == state, said[:, state]))
        assert found.from_json(found.to_json()) == found


def test_bins() -> None:
    said = np.array([[0.05, 0.0, 0.95], [0.05, 0.0, 0.95], [0.0, 0.45, 0.55]])
    found = state_calibration(np.array([2, 0, 1]), said)
    assert len(found) == BINS
    assert [one.count for one in found] == [0] * 5 + [1, 0, 0, 0, 2]
    assert (found[9].confidence, found[9].right) == pytest.approx((0.95, 0.5))
    assert found[5].right == 0
    assert math.isnan(found[0].confidence)
