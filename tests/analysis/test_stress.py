"""How far an answer drifts when the image gets worse."""

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
