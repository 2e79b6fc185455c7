"""Disagreement between methods: hand-made people."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from methods.analysis.agreement import same_people
from methods.analysis.disagreement import disagreement
from methods.ops.oks import pose_oks
from methods.skeletons import COCO17

SIGMAS = np.array(COCO17.sigmas)
PATTERN = np.random.default_rng(0).uniform(size=(17, 2)) * 200


def at(x):
    return (PATTERN + np.array([x, 0]))[None]


def test_two_methods_disagree_by_what_is_missing_to_an_oks_of_1():
    found = disagreement([at(0), at(6)], [[0], [0]], SIGMAS)
    assert found.people == pytest.approx(1 - pose_oks(at(0), at(6), SIGMAS)[0])
    assert found.keypoints.mean() == pytest.approx(found.people[0])
    assert found.keypoints[0, 1] > found.keypoints[0, 11]  # six pixels are more for an eye than for a hip


def test_identical_poses_agree_fully():
    found = disagreement([at(0), at(0), at(0)], [[4], [4], [4]], SIGMAS)
    assert found.numbers.tolist() == [4]
    assert found.people.tolist() == [0]
    assert (found.keypoints == 0).all()


def test_a_person_whom_one_of_three_missed():
    found = disagreement([at(0), at(0), at(0)[:0]], [[0], [0], []], SIGMAS)
    assert found.people == pytest.approx([2 / 3])  # one pair agrees, two do not
    assert (found.keypoints == 0).all()  # the keypoints themselves are agreed on
    assert found.found.tolist() == [[True, True, False]]


def test_a_person_whom_one_method_alone_found_is_the_most_disagreed_about():
    found = disagreement([np.concatenate([at(0), at(900)]), at(2)], [[0, 1], [0]], SIGMAS)
    assert found.numbers.tolist() == [1, 0]
    assert found.people[0] == 1
    assert np.isnan(found.keypoints[0]).all()
    assert found.mean_by_keypoint() == pytest.approx(found.keypoints[1])


def test_a_keypoint_left_out_by_both_is_agreed_on_and_by_one_is_not():
    neither, one = at(0).copy(), at(0).copy()
    neither[0, :2] = np.nan
    one[0, 0] = np.nan
    keypoints = disagreement([neither, one], [[0], [0]], SIGMAS).keypoints[0]
    assert keypoints[:3].tolist() == [0, 1, 0]


def test_one_method_alone_or_nobody_at_all():
    alone = disagreement([at(0)], [[0]], SIGMAS)
    assert np.isnan(alone.people).all()
    nobody = disagreement([at(0)[:0]] * 2, [[], []], SIGMAS)
    assert len(nobody.numbers) == 0
    assert np.isnan(nobody.mean_by_keypoint()).all()
    assert len(disagreement([], [], SIGMAS).numbers) == 0


@given(st.lists(st.lists(st.floats(0, 800), max_size=4), min_size=2, max_size=4))
@settings(max_examples=30)
def test_disagreement_stays_within_bounds_and_falls(places):
    poses = [np.concatenate([at(0)[:0], *(at(x) for x in row)]) for row in places]
    found = disagreement(poses, same_people(poses, SIGMAS), SIGMAS)
    assert ((found.people >= -1e-9) & (found.people <= 1 + 1e-9)).all()
    assert (np.diff(found.people) <= 0).all()
