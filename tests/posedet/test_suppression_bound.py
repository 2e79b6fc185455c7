"""Upper bounds of suppression: two people 10 px apart, whose boxes overlap by two thirds and whose poses are unlike."""

import numpy as np
import pytest

from methods.posedet.studies.suppression_bound import measure_bounds, survivors_by_box, survivors_by_oks
from methods.skeletons import COCO17

SIGMAS = np.array(COCO17.sigmas)


@pytest.fixture
def pair(make_data, make_person):
    return make_data({1: [make_person(100, 100), make_person(110, 100)]})[0].people


def test_boxes_suppress_whom_poses_do_not(pair):
    """Boxes 50 px wide share 40 of 60; OKS is 0.20 (smallest: the eyes; keypoints count for 32 x 32 px)."""
    assert survivors_by_box(pair, 0.66) == [0]
    assert survivors_by_box(pair, 0.67) == [0, 1]
    alike = np.exp(-100 / (2 * 32**2 * (2 * SIGMAS) ** 2)).mean()
    assert survivors_by_oks(pair, alike - 1e-6, SIGMAS) == [0]
    assert survivors_by_oks(pair, alike + 1e-6, SIGMAS) == [0, 1]


def test_keypoints_that_are_not_labelled_of_both_do_not_count(make_data, make_person):
    """The nose is the only keypoint that both have; there they meet."""
    first = make_person(100, 100, keypoints=[100, 100, 2, 150, 150, 1] + [0, 0, 0] * 15)
    second = make_person(100, 100, keypoints=[100, 100, 2, 0, 0, 0, 150, 180, 1] + [0, 0, 0] * 14)
    people = make_data({1: [first, second]})[0].people
    assert survivors_by_oks(people, 0.99, SIGMAS) == [0]


def test_who_is_gone_suppresses_nobody(make_data, make_person):
    people = make_data({1: [make_person(x, 100) for x in (100, 112, 124)]})[0].people
    assert survivors_by_box(people, 0.5) == [0, 2]
    near, far = (np.exp(-(d**2) / (2 * 32**2 * (2 * SIGMAS) ** 2)).mean() for d in (12, 24))
    assert survivors_by_oks(people, (near + far) / 2, SIGMAS) == [0, 2]


def test_bounds_by_level(make_data, make_person):
    """Half of a hard image's people found: precision 1 up to recall 0.5, which is 51 of COCO's 101 recalls."""
    data = make_data({1: [make_person(300, 100)], 2: [make_person(100, 100), make_person(110, 100)], 3: []})
    found = measure_bounds(data, thresholds=[0.5], command="study")
    assert [(row.level, row.images, row.people, row.threshold) for row in found.rows] == [
        ("easy", 2, 1, 0.5),
        ("hard", 1, 2, 0.5),
        ("all", 3, 3, 0.5),
    ]
    assert [row.lost_oks for row in found.rows] == [0, 0, 0]
    assert [row.lost_box for row in found.rows] == [0, 1, 1]
    assert [row.ap_oks for row in found.rows] == pytest.approx([1, 1, 1])
    assert [row.ap_box for row in found.rows] == pytest.approx([1, 51 / 101, 67 / 101])
    assert found.to_pandas().shape == (3, 8)
    assert found.command == "study"
