"""The filter on poses made by hand, whatever method they might be from."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from methods.types import Poses
from methods.visibility.filtering import above, annotate, combined_scores, leave_out, own_scores

ABSENT, OCCLUDED, VISIBLE = [0.8, 0.1, 0.1], [0.2, 0.5, 0.3], [0.1, 0.1, 0.8]


def pose(states: list[list[float]] | None, scores: list[float]) -> Poses:
    """One person of as many keypoints as there are scores, whose score is 0.9."""
    count = len(scores)
    keypoints = np.arange(2 * count, dtype=float).reshape(1, count, 2)
    return Poses(np.array([[0, 0, 9, 9]]), [0.9], keypoints, [scores], None if states is None else [states])


def test_absent_keypoints_become_nan_and_the_rest_stays_as_it_was():
    before = pose([ABSENT, OCCLUDED, VISIBLE], [0.5, 0.6, 0.7])
    after = leave_out(before)
    assert np.isnan(after.keypoints[0, 0]).all()
    assert after.keypoints[0, 1:].tolist() == before.keypoints[0, 1:].tolist()
    assert after.keypoint_scores.tolist() == before.keypoint_scores.tolist()
    assert after.visibility.tolist() == before.visibility.tolist()


def test_occluded_keypoints_go_only_when_asked():
    after = leave_out(pose([ABSENT, OCCLUDED, VISIBLE], [0.5, 0.6, 0.7]), occluded=True)
    assert np.isnan(after.keypoints[0, :, 0]).tolist() == [True, True, False]
    assert np.isfinite(leave_out(pose([ABSENT], [0.5]), absent=False).keypoints).all()


def test_the_combined_score_is_the_keypoints_times_the_chance_that_it_is_there():
    poses = pose([ABSENT, VISIBLE], [0.5, np.nan])
    assert own_scores(poses)[0].tolist() == pytest.approx([0.5, 0.9])
    assert combined_scores(poses)[0].tolist() == pytest.approx([0.5 * 0.2, 0.9 * 0.9])


def test_keypoints_of_a_lower_score_than_the_threshold_go_whatever_their_state():
    """The third keypoint has no score of its own and counts with its person's, 0.9."""
    poses = pose([ABSENT] * 3, [0.5, 0.49, np.nan])
    assert np.isnan(above(poses, 0.5).keypoints[0, :, 0]).tolist() == [False, True, False]
    assert above(poses, 0) == poses


def test_poses_without_visibility_cannot_be_filtered():
    for work in (leave_out, combined_scores):
        with pytest.raises(ValueError, match="annotate them first"):
            work(pose(None, [0.5]))


@given(arrays(np.float64, (3, 5, 3), elements=st.floats(0.01, 1)))
def test_filtering_twice_is_filtering_once_and_takes_only_keypoints_away(states):
    states /= states.sum(axis=2, keepdims=True)
    keypoints = np.random.default_rng(0).uniform(0, 9, (3, 5, 2))
    poses = Poses(np.zeros((3, 4)), [0.9, 0.8, 0.7], keypoints, np.full((3, 5), 0.5), states)
    once = leave_out(poses)
    assert leave_out(once) == once
    left = np.isfinite(once.keypoints)
    assert (once.keypoints[left] == poses.keypoints[left]).all()
    harder = np.isfinite(leave_out(poses, occluded=True).keypoints)
    assert not (harder & ~left).any()


def test_annotate_fills_in_what_the_model_says_of_each_box(method):
    rng = np.random.default_rng(0)
    images = [rng.integers(0, 256, (90, 120, 3), dtype=np.uint8) for _ in range(2)]
    boxes = np.array([[10, 10, 60, 80], [50, 20, 110, 85.0]])
    found = [Poses(boxes, [0.9, 0.5], np.full((2, 17, 2), 30.0), np.full((2, 17), np.nan)), Poses.empty()]
    judged = annotate(method, images, found)
    assert [len(each) for each in judged] == [2, 0]
    assert judged[1].visibility.shape == (0, 17, 3)
    wanted = method.infer(images[:1], boxes=[boxes])[0].outputs["visibility"].numpy()
    np.testing.assert_allclose(judged[0].visibility, wanted, atol=1e-5)
    np.testing.assert_allclose(judged[0].visibility.sum(axis=2), 1, atol=1e-5)
    assert judged[0].boxes.tolist() == boxes.tolist()
    assert not np.allclose(judged[0].visibility[0], judged[0].visibility[1])
