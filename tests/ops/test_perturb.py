"""Images made worse, and keypoints brought back from them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from methods.ops import perturb

RNG = np.random.default_rng(0)


@pytest.fixture
def image():
    return RNG.integers(0, 256, (60, 90, 3), dtype=np.uint8)


SIMPLE = {
    "crop": (perturb.crop, 0.2),
    "shrink": (perturb.shrink, 2.0),
    "blur": (perturb.blur, 20.0),
    "darken": (perturb.darken, 2.0),
    "compress": (perturb.compress, 80.0),
    "rotate": (perturb.rotate, 30.0),
}


@pytest.mark.parametrize("name", SIMPLE)
def test_strength_0_changes_nothing_and_the_image_itself_is_never_touched(image, name):
    function, strength = SIMPLE[name]
    before = image.copy()
    same = function(image, 0)
    assert np.array_equal(same.image, image)
    assert np.allclose(same.matrix, np.eye(2, 3))
    worse = function(image, strength)
    assert worse.image.shape != image.shape or not np.array_equal(worse.image, image)
    assert worse.image.dtype == np.uint8
    assert np.array_equal(image, before)


@pytest.mark.parametrize("name", SIMPLE)
@given(st.floats(0, 89), st.floats(0, 59), st.floats(0, 1))
def test_keypoints_come_back_to_where_they_were(name, x, y, share):
    function, strongest = SIMPLE[name]
    worse = function(np.zeros((60, 90, 3), np.uint8), share * strongest)
    points = np.array([[x, y], [np.nan, 1.0]])
    back = worse.to_original(worse.from_original(points))
    assert np.allclose(back[0], points[0], atol=1e-3)
    assert np.isnan(back[1]).any()


@pytest.mark.parametrize("name", ["crop", "shrink", "rotate"])
def test_a_bright_spot_lies_where_the_matrix_says(name):
    function, strength = SIMPLE[name]
    image = np.zeros((240, 360, 3), np.uint8)
    image[126:135, 96:105] = 255
    worse = function(image, strength)
    rows, columns = np.nonzero(worse.image[..., 0] > 200)
    spot = [columns.mean(), rows.mean()]
    assert spot == pytest.approx(worse.from_original(np.array([100, 130])).tolist(), abs=0.8)


def test_turning_keeps_the_whole_image():
    worse = perturb.rotate(np.full((60, 90, 3), 255, np.uint8), 90)
    assert worse.image.shape == (90, 60, 3)
    assert (worse.image > 200).mean() > 0.95
    corners = worse.from_original(np.array([[0, 0], [89, 0]]))
    assert corners[0].tolist() == pytest.approx([59, 0], abs=0.6)  # the upper left corner goes to the upper right


def test_covering_grows_from_the_middle_of_the_box(image):
    box = np.array([10, 20, 50, 40])
    half = perturb.cover(image, box, 0.5)
    changed = (half.image != image).any(axis=2)
    assert changed[25:35, 20:40].all()
    assert changed.sum() == 200
    assert np.array_equal(perturb.cover(image, box, 0).image, image)
    perturb.cover(image, np.array([-50, -50, 500, 500]), 1.0)  # reaches beyond the image


def test_discs_hide_the_named_keypoints_only(image):
    keypoints = np.array([[20.0, 20.0], [np.nan, 5.0], [70.0, 40.0]])
    hidden = perturb.hide_keypoints(image, keypoints, np.array([5.0, 5.0, 0.0])).image
    changed = (hidden != image).any(axis=2)
    assert changed[20, 20]
    assert not changed[40, 70]
    assert 60 < changed.sum() < 130


def test_a_stop_halves_the_light():
    dark = perturb.darken(np.full((1, 1, 3), 200, np.uint8), 1).image[0, 0, 0]
    assert (dark / 255) ** 2.2 == pytest.approx((200 / 255) ** 2.2 / 2, rel=0.02)
