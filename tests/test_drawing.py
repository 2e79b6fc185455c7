"""Poses on an image: the right colours at the right places, whatever a method leaves out."""

import numpy as np
import pytest
from skimage.color import rgb2lab

from methods.drawing import CASING, LEFT, MIDDLE, PERSON_COLOURS, RIGHT, draw_poses
from methods.skeletons import COCO17
from methods.types import Poses

GREY = np.full((200, 300, 3), 90, np.uint8)
# Machado, Oliveira and Fernandes 2009, severity 1.0; for linear RGB.
DICHROMACY = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def person(points: dict[str, tuple[float, float]], **states: int) -> Poses:
    """One person with the named keypoints, NaN elsewhere; `states` gives COCO flags of keypoints."""
    keypoints = np.full((1, 17, 2), np.nan)
    for name, point in points.items():
        keypoints[0, COCO17.keypoints.index(name)] = point
    visibility = None
    if states:
        visibility = np.tile([0.0, 0.0, 1.0], (1, 17, 1))
        for name, flag in states.items():
            visibility[0, COCO17.keypoints.index(name)] = np.eye(3)[flag]
    return Poses(np.array([[0, 0, 300, 200]]), np.ones(1), keypoints, np.ones((1, 17)), visibility)


def at(image: np.ndarray, x: int, y: int) -> tuple[int, ...]:
    return tuple(int(level) for level in image[y, x])


SHOULDERS = {"left_shoulder": (250.0, 40.0), "right_shoulder": (50.0, 40.0)}
ARMS = {**SHOULDERS, "left_elbow": (250.0, 160.0), "right_elbow": (50.0, 160.0)}


def test_sides_have_their_colours_and_the_input_is_not_touched():
    image = GREY.copy()
    drawn = draw_poses(image, person(ARMS))
    np.testing.assert_array_equal(image, GREY)
    assert drawn.shape == GREY.shape
    assert drawn.dtype == np.uint8
    assert at(drawn, 250, 100) == LEFT
    assert at(drawn, 50, 100) == RIGHT
    assert at(drawn, 150, 40) == MIDDLE
    assert at(drawn, 250, 40) == LEFT  # the keypoint itself
    assert at(drawn, 150, 100) == (90, 90, 90)


def test_one_colour_a_person_counted_round():
    for number in (0, 3, 3 + len(PERSON_COLOURS)):
        drawn = draw_poses(GREY, person(ARMS), numbers=[number])
        expected = PERSON_COLOURS[number % len(PERSON_COLOURS)]
        assert {at(drawn, 250, 100), at(drawn, 50, 100), at(drawn, 150, 40), at(drawn, 50, 160)} == {expected}


def test_visibility_shows_as_disc_ring_and_cross():
    visible = draw_poses(GREY, person(ARMS, left_elbow=2))
    np.testing.assert_array_equal(visible, draw_poses(GREY, person(ARMS)))
    occluded = draw_poses(GREY, person(ARMS, left_elbow=1))
    assert at(occluded, 250, 160) == CASING  # hollow
    assert at(occluded, 250, 100) == LEFT  # its limb stays
    misplaced = np.array([[name == "left_elbow" for name in COCO17.keypoints]])
    triangle = draw_poses(GREY, person(ARMS), misplaced=misplaced)
    assert at(triangle, 250, 160) == LEFT  # filled
    assert at(triangle, 250, 100) == LEFT  # its limb stays
    assert (triangle != draw_poses(GREY, person(ARMS))).any()
    absent = draw_poses(GREY, person(ARMS, left_elbow=0))
    assert at(absent, 250, 100) == (90, 90, 90)  # no limb
    assert at(absent, 250, 160) == LEFT  # the middle of the cross
    assert at(absent, 50, 100) == RIGHT


def test_missing_keypoints_and_people_draw_nothing():
    np.testing.assert_array_equal(draw_poses(GREY, Poses.empty()), GREY)
    np.testing.assert_array_equal(draw_poses(GREY, person({})), GREY)
    alone = draw_poses(GREY, person({"nose": (100.0, 100.0)}))
    changed = np.argwhere((alone != GREY).any(axis=2))
    assert at(alone, 100, 100) == MIDDLE
    np.testing.assert_allclose(changed.mean(axis=0), (99.5, 99.5), atol=0.6)  # a disc round the keypoint, nothing else
    assert np.ptp(changed, axis=0).max() < 12


def test_keypoints_off_the_picture_are_cut_off():
    inside = {"left_shoulder": (290.0, 20.0), "left_elbow": (1e6, 20.0), "left_wrist": (-1e6, -1e6)}
    drawn = draw_poses(GREY, person(inside))
    assert at(drawn, 296, 20) == LEFT
    np.testing.assert_array_equal(draw_poses(GREY, person({"left_eye": (-500.0, -500.0), "nose": (-400, -9)})), GREY)


@pytest.mark.parametrize("shape", [(1, 1), (1, 4000), (3000, 2)])
def test_tiny_and_narrow_pictures(shape):
    image = np.zeros((*shape, 3), np.uint8)
    assert draw_poses(image, person({"nose": (0.5, 0.5), "left_eye": (1.5, 0.5)})).shape == image.shape


def test_best_person_lies_on_top():
    one = person({"nose": (100.0, 100.0)})
    two = Poses(
        np.zeros((2, 4)), np.array([0.2, 0.9]), np.repeat(one.keypoints, 2, axis=0), np.ones((2, 17))
    )  # Poses puts the score of 0.9 first
    assert at(draw_poses(GREY, two, numbers=[4, 6]), 100, 100) == PERSON_COLOURS[4]


def test_large_people_get_thicker_limbs():
    small, large = ({"left_hip": (150.0, 20.0), "left_knee": (150.0, 20.0 + length)} for length in (20, 900))
    image = np.zeros((1000, 2000, 3), np.uint8)
    widths = [(draw_poses(image, person(keypoints))[30, :, 2] > 128).sum() for keypoints in (small, large)]
    assert 1 <= widths[0] < widths[1]


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="numbers has 2 entries for 1 people"):
        draw_poses(GREY, person(ARMS), numbers=[0, 1])


@pytest.mark.parametrize("kind", ["normal", *DICHROMACY])
@pytest.mark.parametrize("palette", [PERSON_COLOURS, (LEFT, RIGHT, MIDDLE)], ids=["people", "sides"])
def test_colours_are_told_apart_by_everybody(palette, kind):
    """Any two colours differ by more than 10 in CIE Lab, about four times what is just noticeable."""
    encoded = np.array(palette) / 255
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    seen = (linear @ np.array(DICHROMACY.get(kind, np.eye(3))).T).clip(0, 1)
    encoded = np.where(seen <= 0.0031308, seen * 12.92, 1.055 * seen ** (1 / 2.4) - 0.055)
    lab = rgb2lab(encoded[None])[0]
    apart = np.linalg.norm(lab[:, None] - lab[None], axis=-1)[~np.eye(len(palette), dtype=bool)]
    assert apart.min() > 10
