"""How far a prediction drifts when the image gets worse."""

import numpy as np
import pytest

from methods.analysis.stress import drift
from methods.skeletons import COCO17

PATTERN = np.random.default_rng(0).uniform(size=(17, 2)) * 200
NOBODY = np.zeros((0, 17, 2))


def people(*places):
    return np.stack([PATTERN + np.array([x, 0]) for x in places])


def test_an_unchanged_answer_has_not_drifted():
    found = drift(people(0, 500), people(0, 500), COCO17.sigmas)
    assert (found.lost, found.shift, found.oks, found.new) == (0, 0, pytest.approx(1), 0)


def test_one_of_two_is_lost_the_other_moved_and_somebody_new_appeared():
    found = drift(people(0, 500), people(3, 2000), COCO17.sigmas)
    assert found.lost == 0.5
    assert found.shift == pytest.approx(3)
    assert 0.8 < found.oks < 1
    assert found.new == 1


def test_nobody_before_or_after():
    assert np.isnan(drift(NOBODY, people(0), COCO17.sigmas).lost)
    gone = drift(people(0), NOBODY, COCO17.sigmas)
    assert gone.lost == 1
    assert np.isnan(gone.shift)


def test_keypoints_left_out_do_not_count_for_the_shift():
    now = people(4)
    now[0, :5] = np.nan
    assert drift(people(0), now, COCO17.sigmas).shift == pytest.approx(4)


def test_a_pose_that_resembles_the_reference_too_little_is_lost():
    far = drift(people(0), people(142), COCO17.sigmas)
    assert (far.lost, far.new) == (1, 1)


def test_only_the_named_keypoints_count_for_the_shift():
    now = people(0)
    now[0, [9, 10]] += [30, 40]
    assert drift(people(0), now, COCO17.sigmas).shift == 0
    assert drift(people(0), now, COCO17.sigmas, keypoints=[9, 10]).shift == pytest.approx(50)


def test_unlabelled_keypoints_of_the_ground_truth_do_not_count():
    annotated, now = people(0), people(0)
    now[0, :9] += 500
    annotated[0, :9] = np.nan
    found = drift(annotated, now, COCO17.sigmas, areas=np.array([4e4]))
    assert (found.lost, found.shift, found.oks) == (0, 0, pytest.approx(1))
