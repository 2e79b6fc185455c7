"""Motion of a keypoint, computed by hand."""

import numpy as np
import pytest

from methods.analysis.motion import motion_of, motion_table, path_of


def test_speed_and_jitter_know_uneven_times():
    found = motion_of([0, 1, 3, 4], [[0, 0], [10, 0], [30, 0], [40, 6]])
    assert found.speed.tolist() == pytest.approx([np.nan, 10, 10, np.hypot(10, 6)], nan_ok=True)
    # The third frame is two thirds of the way from (10, 0) to (40, 6) in time, which is (30, 4).
    assert found.jitter.tolist() == pytest.approx([np.nan, 0, 4, np.nan], nan_ok=True)
    assert found.mean_jitter == pytest.approx(2)


def test_a_frame_without_the_keypoint_is_a_gap():
    found = motion_of([0, 1, 2, 3], [[0, 0], [np.nan, np.nan], [4, 0], [6, 0]])
    assert np.isnan(found.jitter).all()
    assert np.isnan(found.speed).tolist() == [True, True, True, False]
    assert np.isnan(found.mean_jitter)


@pytest.mark.parametrize(("times", "places"), [([0, 0], [[1, 1], [2, 2]]), ([0], [[1, 1], [2, 2]])])
def test_times_that_do_not_fit_are_refused(times, places):
    with pytest.raises(ValueError, match="give rising times"):
        motion_of(times, places)


def test_a_person_is_followed_by_number_and_the_table_has_every_method():
    one = np.arange(8).reshape(2, 2, 2)
    frames = [(np.array([5, 3]), one), (np.array([3]), one[:1]), (np.array([], int), one[:0])]
    path = path_of(frames, person=3, keypoint=1)
    assert path.tolist() == pytest.approx(np.array([[6, 7], [2, 3], [np.nan, np.nan]]), nan_ok=True)
    table = motion_table({"a": motion_of([0, 1, 2], path), "b": motion_of([0, 1, 2], path)})
    assert table.columns.tolist() == ["method", "frame", "seconds", "x", "y", "speed", "jitter"]
    assert table["method"].tolist() == ["a"] * 3 + ["b"] * 3
    assert motion_table({}).empty
