"""The visibility filter leaves out keypoints by their probabilities."""

from dataclasses import replace

import numpy as np
import pytest

from app.analysis.filtering import leave_out
from methods.types import Poses


@pytest.fixture
def poses():
    """One person, whose first keypoint is absent with 0.7 and whose second is occluded with 0.6."""
    states = np.tile([0.1, 0.1, 0.8], (1, 17, 1))
    states[0, 0], states[0, 1] = [0.7, 0.2, 0.1], [0.1, 0.6, 0.3]
    return Poses(np.zeros((1, 4)), np.ones(1), np.ones((1, 17, 2)), np.ones((1, 17)), states)


@pytest.mark.parametrize(
    ("absent", "occluded", "gone"), [(0.5, 1, [0]), (0.75, 1, []), (0.5, 0.5, [0, 1]), (1, 0.5, [1])]
)
def test_thresholds_decide_which_keypoints_are_left_out(poses, absent, occluded, gone):
    left = leave_out(poses, absent, occluded)
    assert np.flatnonzero(np.isnan(left.keypoints[0, :, 0])).tolist() == gone
    assert np.array_equal(left.visibility, poses.visibility)


def test_poses_that_were_not_judged_are_refused(poses):
    with pytest.raises(ValueError, match="judge them first"):
        leave_out(replace(poses, visibility=None), 0.5, 0.5)
