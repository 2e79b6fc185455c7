"""Which places and which cells of the maps are told what, on cases small enough to count by hand."""

import math

import pytest
import torch

from methods.hybridpose.targets import build_targets
from methods.pose_grid.grid import ANCHORS

ANCHOR_BOXES = torch.tensor(ANCHORS).float()
ONE = ANCHOR_BOXES[:, 1:2]  # at stride 8 44 x 40 pixels


def test_targets_are_relative_to_the_cell_in_cells(people):
    batch = people([[60, 80, 100, 120]], points=[(0, 0, 70, 90, 2)])  # centre 80, 100: cells 10.0, 12.5
    target = build_targets(batch, ONE)[0]
    assert list(zip(target.row.tolist(), target.column.tolist(), strict=True)) == [(12, 10), (12, 9)]
    assert target.boxes.tolist() == [[0.0, 0.5, 5.0, 5.0], [1.0, 0.5, 5.0, 5.0]]
    assert target.keypoints[:, 0].tolist() == [[-1.25, -0.75], [-0.25, -0.75]]
    assert target.keypoint_weights[0].tolist() == [1.0] + [0.0] * 16


def test_a_person_is_in_the_maps_of_the_anchors_and_scales_that_are_to_find_it_only(people):
    batch = people([[20, 40, 60, 140]], points=[(0, 3, 44, 60, 2)])  # 40 x 100 pixels
    for target, stride in zip(build_targets(batch, ANCHOR_BOXES), (8, 16, 32, 64), strict=True):
        anchors = sorted(set(target.anchor.tolist()))
        assert sorted(set(target.maps.nonzero()[:, 1].tolist())) == anchors
        assert sorted(set(target.maps.nonzero()[:, 2].tolist())) == ([3] if anchors else [])
        assert target.maps.shape == (1, 3, 17, 256 // stride, 256 // stride)
    target = build_targets(batch, ANCHOR_BOXES)[0]
    # 44, 60 pixels are 5.5, 7.5 cells: the centre of column 5, row 7.
    assert target.maps[0, 0, 3, 7, 5] == 1
    assert target.maps[0, 0, 3, 7, 6].item() == pytest.approx(math.exp(-1 / 2))


def test_a_keypoint_without_a_label_is_nowhere_and_counts_fully(people):
    batch = people([[60, 80, 100, 120]], points=[(0, 0, 70, 90, 1), (0, 1, 80, 90, 0)], weights=[(0, 1, 0)])
    target = build_targets(batch, ONE)[0]
    assert target.maps[0, 0, 0].max() > 0.5  # occluded, but there
    assert target.maps[0, 0, 1].max() == 0
    assert (target.map_weights == 1).all()


def test_around_a_keypoint_of_little_weight_the_map_counts_little(people):
    batch = people([[60, 80, 100, 120]], points=[(0, 0, 68, 92, 2)], weights=[(0, 0, 0.25)])
    target = build_targets(batch, ONE)[0]
    weights = target.map_weights[0, 0, 0]
    assert target.maps[0, 0, 0].max() == 1  # 8.5, 11.5 cells: what is wanted stays
    rows, columns = (weights < 1).nonzero().unbind(1)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (8, 14, 5, 11)
    assert set(weights.unique().tolist()) == {0.25, 1.0}
    assert (target.map_weights[0, 0, 1:] == 1).all()


def test_two_people_of_one_size_share_a_map_and_the_higher_counts(people):
    boxes, keypoints = [[60, 80, 100, 120], [70, 80, 110, 120]], [(0, 0, 76, 92, 2), (1, 0, 84, 92, 2)]
    both = build_targets(people(boxes, points=keypoints), ONE)[0].maps
    first = build_targets(people(boxes[:1], points=keypoints[:1]), ONE)[0].maps
    second = build_targets(people(boxes[1:], points=[(0, *keypoints[1][1:])]), ONE)[0].maps
    torch.testing.assert_close(both, torch.maximum(first, second))


def test_people_keep_their_image(people):
    boxes = [[20, 20, 60, 60], [100, 100, 140, 140]]
    batch = people(boxes, images=3, image_index=[2, 0], points=[(0, 0, 30, 30, 2), (1, 0, 110, 110, 2)])
    target = build_targets(batch, ONE)[0]
    assert sorted(set(target.image.tolist())) == [0, 2]
    assert [x.max().item() > 0.5 for x in target.maps] == [True, False, True]


def test_crowds_are_nobody_and_their_cells_count_only_around_others_keypoints(people):
    batch = people(
        [[16, 8, 40, 24], [20, 0, 60, 40]], points=[(0, 0, 20, 10, 2), (1, 0, 28, 12, 2)], ignore=[True, False]
    )
    target = build_targets(batch, ONE)[0]
    # Centres of columns 2, 3, 4 (20, 28, 36) and rows 1, 2 (12, 20) lie in the crowd's box.
    assert target.ignored.nonzero().tolist() == [[0, row, column] for row in (1, 2) for column in (2, 3, 4)]
    weights = target.map_weights[0, 0]
    assert (weights[0] == 1).all()  # the labelled nose of the other person reaches all six cells
    assert (weights[1] == 0).nonzero().tolist() == [[row, column] for row in (1, 2) for column in (2, 3, 4)]


def test_a_person_whose_centre_is_outside_is_not_to_be_found(people):
    batch = people([[230, 100, 300, 140]], points=[(0, 0, 240, 110, 2)])
    assert all(len(target.image) == 0 and target.maps.max() == 0 for target in build_targets(batch, ANCHOR_BOXES))


def test_no_people_at_all(people):
    for target in build_targets(people([]), ANCHOR_BOXES):
        assert len(target.image) == len(target.boxes) == len(target.keypoints) == 0
        assert target.maps.max() == 0
        assert target.map_weights.min() == 1
