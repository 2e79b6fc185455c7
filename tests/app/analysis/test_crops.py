"""Crops of people: the right part of the image, and poses at their places."""

import numpy as np
import pytest

from app.analysis.crops import GREY, crop, drawn_crop, region_of, true_poses, wide_region_of
from methods.data.coco import People
from methods.skeletons import COCO17
from methods.types import Poses

SIDE = 420
SIZE = (200, 100)


@pytest.fixture
def image():
    return np.zeros((100, 200, 3), np.uint8)


@pytest.fixture
def poses():
    """One person all of whose keypoints are at 30, 20."""
    return Poses(np.array([[20, 10, 40, 30]]), [1], np.full((1, 17, 2), (30, 20)), np.ones((1, 17)))


def test_a_keypoint_is_drawn_where_it_is(image, poses):
    region = region_of(poses, SIZE)
    assert region == (15, 5, 45, 35)
    drawn = drawn_crop(image, region, SIDE, poses, COCO17)
    assert drawn.shape == (SIDE, SIDE, 3)
    where = np.argwhere(drawn.max(axis=2) > 128).mean(axis=0)
    assert where == pytest.approx([SIDE / 2, SIDE / 2], abs=1)


def test_nobody_is_looked_for_in_the_whole_image():
    assert region_of(Poses.empty(), SIZE) == (0, 0, *SIZE)


def test_without_a_image_there_is_grey():
    grey = crop(None, (0, 0, 20, 10), SIDE)
    assert grey.shape == (SIDE // 2, SIDE, 3)
    assert (grey == GREY).all()


def test_a_crop_holds_its_region_also_where_rounding_left_the_image(image):
    image[:, 100:] = 255
    right, left = crop(image, (100, 0, 200 + 1e-9, 100), 50), crop(image, (-1e-9, 0, 100, 100), 50)
    assert (right[:, 2:] == 255).all()  # the first columns are blended with what lies beside them
    assert (left[:, :-2] == 0).all()


def test_a_wide_region_is_no_narrower_than_most_of_its_height():
    upright = np.column_stack([np.full(17, 100.0), np.linspace(10, 90, 17)])
    x1, y1, x2, y2 = wide_region_of([upright], SIZE)
    assert (x2 - x1) == pytest.approx(0.9 * (y2 - y1))
    assert (x1 + x2) / 2 == pytest.approx(100)
    assert wide_region_of([upright - [99, 0]], SIZE)[0] == 0


def test_an_annotated_person_as_poses():
    flags = np.full((1, 17), 2, np.uint8)
    flags[0, :2] = 0, 1
    people = People(np.zeros((1, 4)), np.ones((1, 17, 2)), flags, np.ones(1), np.zeros(1, bool), ({},))
    poses = true_poses(people)
    assert np.isnan(poses.keypoints[0, 0]).all()
    assert poses.visibility[0, :3].argmax(axis=1).tolist() == [0, 1, 2]
