"""Heat maps, part affinities and boxes that the first stage is taught."""

import numpy as np
import pytest
import torch

from methods.detposenet.detection import IGNORED, PERSON
from methods.detposenet.targets import DEVIATION, map_targets, true_boxes
from methods.skeletons import COCO17

FOREARM = COCO17.limbs.index((7, 9))


def spread(x: float, y: float) -> np.ndarray:
    """Keypoints 2 px apart in x from a start."""
    return np.stack([x + 2.0 * np.arange(17), np.full(17, y)], axis=1)


def test_a_gaussian_at_each_keypoint(make_people):
    maps = map_targets(make_people([spread(14, 26)]))
    assert float(maps.heatmaps[0, 0, 6, 3]) == pytest.approx(1)  # 14, 26 is the centre of cell 3, 6
    assert float(maps.heatmaps[0, 0, 6, 4]) == pytest.approx(np.exp(-1 / (2 * DEVIATION**2)))
    assert maps.heatmaps_count.all()
    assert maps.heatmaps.shape == (1, 17, 16, 16)


def test_of_two_people_the_nearer_keypoint_counts(make_people):
    maps = map_targets(make_people([spread(14, 26), spread(22, 26)]))
    assert float(maps.heatmaps[0, 0, 6, 3]) == pytest.approx(1)
    assert float(maps.heatmaps[0, 0, 6, 5]) == pytest.approx(1)
    assert float(maps.heatmaps[0, 0, 6, 4]) == pytest.approx(np.exp(-1 / (2 * DEVIATION**2)))


def test_a_limb_is_a_strip_of_unit_vectors(make_people):
    keypoints = spread(30, 10)
    keypoints[7], keypoints[9] = (10, 30), (42, 30)  # 32 px along x, in the row of cells 7
    field = map_targets(make_people([keypoints])).limbs[0, FOREARM]
    on = field.square().sum(0) > 0
    assert field[0][on].tolist() == [1] * int(on.sum())
    assert not field[1].any()
    rows, columns = on.nonzero().unbind(1)
    assert set(columns.tolist()) == set(range(2, 11))  # centres at 10 to 42 px
    assert set(rows.tolist()) == {6, 7, 8}  # 30 px is the middle of row 7, and a limb reaches one cell either way


def test_where_limbs_cross_the_mean_counts(make_people):
    first, second = spread(30, 10), spread(30, 10)
    first[7], first[9] = (10, 30), (42, 30)
    second[7], second[9] = (42, 30), (10, 30)
    field = map_targets(make_people([first, second])).limbs[0, FOREARM]
    assert not field.any()


def test_what_is_not_labelled_does_not_count_in_the_box(make_people):
    visibility = torch.full((1, 17), 2)
    visibility[0, 7] = 0
    people = make_people([spread(14, 26)], visibility=visibility, keypoint_weights=(visibility > 0).float())
    maps = map_targets(people)
    assert not maps.heatmaps_count[0, 7, 6, 3]
    assert maps.heatmaps_count[0, 7, 0, 0]
    assert maps.heatmaps_count[0, 8].all()
    assert not maps.limbs_count[0, FOREARM, 6, 3]
    assert not maps.heatmaps[0, 7].any()
    away = make_people([spread(14, 26)], visibility=visibility)  # known to be outside the picture
    assert map_targets(away).heatmaps_count[0, 7].all()


def test_ignored_people_are_neither_wanted_nor_denied(make_people):
    people = make_people([spread(14, 26)], ignore=torch.tensor([True]))
    maps = map_targets(people)
    assert not maps.heatmaps.any()
    assert not maps.heatmaps_count[0, :, 6, 3:12].any()
    assert maps.heatmaps_count[0, :, 0].all()
    ((_, labels),) = true_boxes(people)
    assert labels.tolist() == [IGNORED]


def test_boxes_go_to_their_images(make_people):
    people = make_people([spread(14, 26), spread(4, 6), spread(10, 50)], image_index=[1, 0, 1], images=3)
    found = true_boxes(people)
    assert [len(one.boxes) for one in found] == [1, 2, 0]
    assert found[0].boxes.tolist() == people.boxes[1:2].tolist()
    assert found[1].labels.tolist() == [PERSON, PERSON]


def test_nobody(make_people):
    maps = map_targets(make_people(np.zeros((0, 17, 2)), images=2))
    assert not maps.heatmaps.any()
    assert maps.limbs_count.all()
    assert [len(one.boxes) for one in true_boxes(make_people(np.zeros((0, 17, 2)), images=2))] == [0, 0]


def test_somebody_partly_outside(make_people):
    keypoints = spread(50, 60)
    maps = map_targets(make_people([keypoints]))
    assert torch.isfinite(maps.limbs).all()
    assert float(maps.heatmaps.max()) <= 1
