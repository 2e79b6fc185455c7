"""Labels follow pixels through every map, and what is cut off is treated as the docstrings say."""

import math

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from methods.data.augment import (
    Augment,
    apply,
    area_ratio,
    compose,
    draw_affine,
    draw_centre,
    jitter_colour,
    mirror,
    shift,
    turn,
    warp_labels,
    warp_onto,
)
from methods.data.labels import Labels
from methods.data.mosaic import draw_mosaic
from methods.skeletons import COCO17

NOSE, LEFT_WRIST, RIGHT_WRIST = 0, 9, 10


def one_person(box, keypoints=None, visibility=2, **fields):
    points = np.full((1, 17, 2), 0.0, np.float32) + np.array(box, np.float32).reshape(2, 2).mean(0)
    flags = np.full((1, 17), visibility, np.int64)
    for keypoint, place in (keypoints or {}).items():
        points[0, keypoint] = place
    content = {
        "boxes": np.array([box], np.float32),
        "keypoints": points,
        "visibility": flags,
        "keypoint_weights": np.ones((1, 17), np.float32),
        "ignore": np.zeros(1, bool),
    }
    return Labels(**content | fields)


def dot_image(x, y, width=80, height=60):
    """Black, with a white square of 5 x 5 px whose centre is at x, y in continuous coordinates."""
    image = np.zeros((height, width, 3), np.uint8)
    image[y - 2 : y + 3, x - 2 : x + 3] = 255
    return image, (x + 0.5, y + 0.5)


def centroid(canvas):
    weight = canvas[..., 0].astype(float)
    rows, columns = np.indices(weight.shape) + 0.5
    return (columns * weight).sum() / weight.sum(), (rows * weight).sum() / weight.sum()


def test_maps_by_hand():
    assert apply(shift(3, -1), np.array([1.0, 1.0])).tolist() == [4, 0]
    assert apply(mirror(10), np.array([1.0, 5.0])).tolist() == [9, 5]
    # y points down, so a quarter turn takes right to down: clockwise on the screen.
    assert np.allclose(apply(turn(90, 2), np.array([1.0, 0.0])), [0, 2])
    assert np.allclose(apply(compose(shift(1, 0), turn(90, 1)), np.array([0.0, 0.0])), [0, 1])
    assert area_ratio(turn(30, 2)) == pytest.approx(4)
    assert area_ratio(mirror(5)) == -1


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 2**31),
    st.integers(10, 69),
    st.integers(10, 49),
    st.sampled_from([(0.5, 0.5), (1.0, 1.0), (0.3, 2.0)]),
)
def test_a_dot_stays_under_its_keypoint(seed, x, y, scale):
    augment = Augment(flip=0.5, scale=scale, rotate=180, translate=0.2)
    image, place = dot_image(x, y)
    matrix = draw_affine(np.random.default_rng(seed), augment, image.shape, size=128)
    canvas = np.zeros((128, 128, 3), np.uint8)
    warp_onto(canvas, image, matrix)
    expected = apply(matrix, np.array(place))
    reach = 4 * np.sqrt(abs(area_ratio(matrix)))
    if (expected > reach).all() and (expected < 128 - reach).all():  # the whole dot is inside
        assert np.abs(centroid(canvas) - expected).max() < 0.3


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**31))
def test_points_come_back_through_the_inverse_map(seed):
    augment = Augment(flip=0.5, scale=(0.2, 3), rotate=180, translate=0.5)
    matrix = draw_affine(np.random.default_rng(seed), augment, (60, 80, 3), size=64)
    points = np.random.default_rng(seed).uniform(0, 80, (5, 2))
    assert np.allclose(apply(np.linalg.inv(matrix), apply(matrix, points)), points, atol=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**31))
def test_boxes_hold_all_keypoints_that_are_inside(seed):
    rng = np.random.default_rng(seed)
    people = one_person((10, 10, 70, 50), dict(enumerate(rng.uniform((10, 10), (70, 50), (17, 2)))))
    augment = Augment(flip=0.5, scale=(0.3, 2), rotate=180, translate=0.3)
    found = warp_labels(people, draw_affine(rng, augment, (60, 80), 128), 128, COCO17)
    for i in range(len(found)):
        keypoints = found.keypoints[i][found.visibility[i] > 0]
        assert (keypoints >= found.boxes[i, :2] - 1e-3).all()
        assert (keypoints <= found.boxes[i, 2:] + 1e-3).all()
    assert (found.boxes >= 0).all()
    assert (found.boxes <= 128).all()


@pytest.mark.parametrize("seed", range(4))
def test_around_a_person_their_middle_is_the_middle(seed):
    people = Labels.concatenate(
        [one_person((10, 10, 30, 50), {0: (12, 12)}), one_person((50, 0, 70, 20), {0: (60, 5)})]
    )
    people.ignore[0] = True
    augment = Augment(around_person=1, flip=0.5, scale=(0.5, 1.5), rotate=30)
    rng = np.random.default_rng(seed)
    middle = draw_centre(rng, augment, people)
    assert middle.tolist() == [60, 10]
    matrix = draw_affine(rng, augment, (60, 80), 128, middle)
    assert np.allclose(apply(matrix, middle), 64)


def test_without_a_person_the_image_is_centred():
    nobody = one_person((10, 10, 30, 50), {0: (12, 12)})
    nobody.ignore[0] = True
    rng = np.random.default_rng(0)
    assert draw_centre(rng, Augment(around_person=1), nobody) is None
    assert draw_centre(rng, Augment(), one_person((10, 10, 30, 50), {0: (12, 12)})) is None
    assert np.allclose(apply(draw_affine(rng, Augment(), (60, 80), 128), np.array([40, 30])), 64)


def test_mirroring_swaps_left_and_right():
    people = one_person((0, 0, 100, 100), {LEFT_WRIST: (80, 50), RIGHT_WRIST: (20, 60)})
    people.visibility[0, LEFT_WRIST] = 1
    people.keypoint_weights[0, LEFT_WRIST] = 0.5
    found = warp_labels(people, mirror(100), 100, COCO17)
    # What was the left wrist, at the right of the picture, is a right wrist at the left of the mirrored one.
    assert found.keypoints[0, RIGHT_WRIST].tolist() == [20, 50]
    assert found.keypoints[0, LEFT_WRIST].tolist() == [80, 60]
    assert found.visibility[0, [LEFT_WRIST, RIGHT_WRIST]].tolist() == [2, 1]
    assert found.keypoint_weights[0, [LEFT_WRIST, RIGHT_WRIST]].tolist() == [1, 0.5]
    back = warp_labels(found, mirror(100), 100, COCO17)
    assert np.allclose(back.keypoints, people.keypoints)
    assert (back.visibility == people.visibility).all()


def test_keypoints_outside_are_absent_but_known_to_be():
    people = one_person((0, 0, 60, 60), {LEFT_WRIST: (5, 30)})
    found = warp_labels(people, shift(-10, 0), 60, COCO17)
    assert found.visibility[0, LEFT_WRIST] == 0
    assert found.keypoint_weights[0, LEFT_WRIST] == 1
    assert found.visibility[0, NOSE] == 2
    assert found.boxes[0].tolist() == [0, 0, 50, 60]
    assert not found.ignore[0]


@pytest.mark.parametrize(
    ("moved", "expected"),
    [
        (shift(-70, 0), True),  # 10 of 80 px are left: less than a fifth of the box, all keypoints gone
        (shift(-30, 0), False),
        (turn(0, 0.09), True),  # 7.2 px wide
        (turn(0, 0.2), False),
    ],
)
def test_what_is_left_too_small_is_ignored(moved, expected):
    assert warp_labels(one_person((0, 0, 80, 80)), moved, 100, COCO17).ignore.tolist() == [expected]


def test_a_person_without_a_keypoint_inside_is_ignored():
    people = one_person((0, 0, 100, 100), dict.fromkeys(range(17), (90, 90)))
    assert warp_labels(people, shift(0, 0), 80, COCO17).ignore.tolist() == [True]


def test_a_person_outside_is_dropped():
    people = one_person((0, 0, 50, 50))
    assert len(warp_labels(people, shift(200, 0), 100, COCO17)) == 0
    assert len(warp_labels(people[np.zeros(1, bool)], shift(0, 0), 100, COCO17)) == 0


def test_ignore_regions_stay_ignored():
    crowd = one_person((10, 10, 60, 60), visibility=0, ignore=np.ones(1, bool))
    found = warp_labels(crowd, shift(5, 5), 100, COCO17)
    assert found.ignore.tolist() == [True]
    assert found.boxes[0].tolist() == [15, 15, 65, 65]


def test_a_turned_box_is_that_of_the_ellipse_inside():
    people = one_person((-30, -10, 30, 10), dict.fromkeys(range(17), (0, 0)))
    quarter = warp_labels(people, compose(turn(90, 1), shift(50, 50)), 100, COCO17)
    assert np.allclose(quarter.boxes, [[40, 20, 60, 80]])
    eighth = warp_labels(people, compose(turn(45, 1), shift(50, 50)), 100, COCO17)
    reach = np.sqrt((30**2 + 10**2) / 2)
    assert np.allclose(eighth.boxes, [[50 - reach, 50 - reach, 50 + reach, 50 + reach]])


def test_warping_paints_only_where_the_image_is():
    canvas = np.full((50, 50, 3), 114, np.uint8)
    warp_onto(canvas, np.full((20, 20, 3), 200, np.uint8), shift(10, 20))
    painted = canvas[..., 0] == 200
    rows, columns = painted.any(1).nonzero()[0], painted.any(0).nonzero()[0]
    assert (columns[0], rows[0]) == (10, 20)
    assert (columns[-1], rows[-1]) in {(28, 38), (29, 39)}  # bilinear sampling may leave the last row and column out
    assert (canvas[~painted] == 114).all()


def test_strong_shrinking_averages_instead_of_skipping():
    stripes = np.zeros((80, 80, 3), np.uint8)
    stripes[:, ::2] = 255
    canvas = np.zeros((20, 20, 3), np.uint8)
    warp_onto(canvas, stripes, turn(0, 0.25))
    assert np.abs(canvas[1:-1, 1:-1].astype(int) - 128).max() <= 2


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**31), st.lists(st.tuples(st.integers(30, 90), st.integers(30, 90)), min_size=4, max_size=4))
def test_mosaic_tiles_never_overlap(seed, sizes):
    augment = Augment(flip=0.5, mosaic_scale=(0.3, 2), rotate=45)
    shapes = [(height, width, 3) for width, height in sizes]
    matrices = draw_mosaic(np.random.default_rng(seed), augment, shapes, 96)
    counts = np.zeros((96, 96), int)
    for matrix, (height, width, _) in zip(matrices, shapes, strict=True):
        canvas = np.zeros((96, 96, 3), np.uint8)
        warp_onto(canvas, np.full((height, width, 3), 255, np.uint8), matrix)
        painted = (canvas[..., 0] > 128).astype(np.uint8)
        reach = math.ceil(math.sqrt(abs(area_ratio(matrix))) / 2)  # OpenCV 4 paints half of an image's pixel more
        counts += cv2.erode(painted, np.ones((2 * reach + 1, 2 * reach + 1)))
    assert counts.max() <= 1


def test_a_mosaic_has_its_four_images_in_their_quadrants():
    augment = Augment(mosaic_scale=(0.5, 0.5))
    matrices = draw_mosaic(np.random.default_rng(3), augment, [(40, 40, 3)] * 4, 100)
    centres = np.array([apply(matrix, np.array([20.0, 20.0])) for matrix in matrices])
    meeting = centres.mean(0)
    assert np.allclose(centres - meeting, [[-25, -25], [25, -25], [-25, 25], [25, 25]])
    assert (meeting >= 25).all()
    assert (meeting <= 75).all()


def test_colour_changes_nothing_at_strength_zero():
    image = np.random.default_rng(0).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    assert jitter_colour(np.random.default_rng(0), Augment(), image) is image


def test_brightness_scales_grey_evenly():
    grey = np.full((4, 4, 3), 100, np.uint8)
    found = jitter_colour(np.random.default_rng(1), Augment(brightness=0.5), grey)
    factor = 1 + np.random.default_rng(1).uniform(-1, 1, 3)[2] * 0.5
    assert (found == found[0, 0, 0]).all()
    assert abs(int(found[0, 0, 0]) - 100 * factor) <= 1


@pytest.mark.parametrize("values", [{"flip": 1.5}, {"scale": (2, 1)}, {"scale": (0, 1)}, {"blur": 1}])
def test_impossible_strengths_are_refused(values):
    with pytest.raises(ValidationError):
        Augment(**values)
