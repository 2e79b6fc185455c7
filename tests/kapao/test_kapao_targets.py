"""Which cells and anchors are to find which object, on cases small enough to count by hand."""

import pytest
import torch

from methods.kapao.targets import build_targets, find_objects
from methods.ops.people import PeopleBatch
from methods.pose_grid.grid import ANCHORS
from methods.pose_grid.matching import TOLERANCE

ANCHOR_BOXES = torch.tensor(ANCHORS).float()
KEYPOINTS = 17


def people(boxes, *, points=(), size=(256, 256), images=1, image_index=None, ignore=None, weights=None) -> PeopleBatch:
    """`points` holds (person, keypoint, x, y, visibility); `weights` (person, keypoint, weight)."""
    count = len(boxes)
    keypoints, visibility = torch.zeros(count, KEYPOINTS, 2), torch.zeros(count, KEYPOINTS, dtype=torch.long)
    label_weights = torch.ones(count, KEYPOINTS)
    for person, keypoint, x, y, flag in points:
        keypoints[person, keypoint] = torch.tensor([x, y])
        visibility[person, keypoint] = flag
    for person, keypoint, weight in weights or ():
        label_weights[person, keypoint] = weight
    return PeopleBatch(
        images=torch.zeros(images, 3, *size, dtype=torch.uint8),
        image_index=torch.tensor(image_index or [0] * count, dtype=torch.long),
        boxes=torch.tensor(boxes, dtype=torch.float32).reshape(-1, 4),
        keypoints=keypoints,
        visibility=visibility,
        keypoint_weights=label_weights,
        ignore=torch.tensor(ignore or [False] * count, dtype=torch.bool),
    )


def places(target) -> set[tuple[int, int, int]]:
    """(anchor, row, column) of every match."""
    return set(zip(target.anchor.tolist(), target.row.tolist(), target.column.tolist(), strict=True))


def test_a_person_is_one_pose_object_and_a_labelled_keypoint_one_keypoint_object():
    objects = find_objects(people([[20, 40, 60, 140]], points=[(0, 3, 30, 50, 2), (0, 9, 40, 100, 1)]), 64)
    assert objects.classes.tolist() == [0, 4, 10]
    assert objects.centres.tolist() == [[40, 90], [30, 50], [40, 100]]
    assert objects.sizes.tolist() == [[40, 100], [64, 64], [64, 64]]
    assert objects.keypoint_weights.nonzero().tolist() == [[0, 3], [0, 9]]


def test_an_anchor_finds_objects_up_to_four_times_larger_or_smaller():
    # Width 40, height 100: at stride 8 ratios to (19, 27) are 2.1 and 3.7, to (44, 40) 1.1 and 2.5, to (38, 94) 1.
    # At stride 16 to (96, 68) 2.4 and 1.5, to (86, 152) 2.2 and 1.5, but to (180, 137) 4.5; at 32 (140, 301) 3.5, 3.0.
    targets = build_targets(people([[20, 40, 60, 140]]), ANCHOR_BOXES, 64)
    assert [sorted(set(target.anchor.tolist())) for target in targets] == [[0, 1, 2], [0, 1], [0], []]


def test_a_side_exactly_four_times_the_anchors_does_not_match():
    width, height = 19 * TOLERANCE, 27.0
    targets = build_targets(people([[10, 10, 10 + width, 10 + height]]), ANCHOR_BOXES[:, :1], 64)
    assert len(targets[0].anchor) == 0
    targets = build_targets(people([[10, 10, 10 + width - 0.5, 10 + height]]), ANCHOR_BOXES[:, :1], 64)
    assert len(targets[0].anchor) > 0


@pytest.mark.parametrize(
    ("x", "y", "cells"),
    [
        (83, 100, {(12, 10), (12, 9)}),  # in cells 10.375, 12.5: left only, since 0.5 is as near to above as to below
        (83, 98, {(12, 10), (12, 9), (11, 10)}),  # 10.375, 12.25: left and above
        (87, 103, {(12, 10), (12, 11), (13, 10)}),  # 10.875, 12.875: right and below
        (3, 2, {(0, 0)}),  # 0.375, 0.25: no cell to the left or above
        (254, 255, {(31, 31)}),  # 31.75, 31.875: no cell to the right or below
    ],
)
def test_the_nearer_neighbours_are_to_find_an_object_too(x, y, cells):
    target = build_targets(people([[x - 20, y - 20, x + 20, y + 20]]), ANCHOR_BOXES[:, 1:2], 64)[0]
    assert {(row, column) for _, row, column in places(target)} == cells


def test_targets_are_relative_to_the_cell_in_cells():
    batch = people([[60, 80, 100, 120]], points=[(0, 0, 70, 90, 2)])  # centre 80, 100: cells 10.0, 12.5
    target = build_targets(batch, ANCHOR_BOXES[:, 1:2], 64)[0]
    poses = len(target.keypoints)
    first = [(r, c) for r, c in zip(target.row[:poses].tolist(), target.column[:poses].tolist(), strict=True)]
    assert first == [(12, 10), (12, 9)]  # part 0 of a cell is near the left one
    assert target.boxes[0].tolist() == [0.0, 0.5, 5.0, 5.0]
    assert target.boxes[1].tolist() == [1.0, 0.5, 5.0, 5.0]
    assert target.keypoints[0, 0].tolist() == pytest.approx([70 / 8 - 10, 90 / 8 - 12])
    assert target.keypoints[1, 0].tolist() == pytest.approx([70 / 8 - 9, 90 / 8 - 12])
    assert target.keypoint_weights[0].tolist() == [1.0] + [0.0] * 16


def test_relative_positions_stay_within_reach_of_equation_2():
    generator = torch.Generator().manual_seed(0)
    centres, sizes = torch.rand(50, 2, generator=generator) * 256, torch.rand(50, 2, generator=generator) * 100 + 8
    batch = people(torch.cat([centres - sizes / 2, centres + sizes / 2], dim=1).tolist())
    for target in build_targets(batch, ANCHOR_BOXES, 64):
        assert ((target.boxes[:, :2] >= -0.5) & (target.boxes[:, :2] <= 1.5)).all()
        rows, columns = target.ignored.shape[1:]
        assert ((target.row >= 0) & (target.row < rows) & (target.column >= 0) & (target.column < columns)).all()


def test_people_keep_their_image():
    batch = people([[20, 20, 60, 60], [100, 100, 140, 140]], images=3, image_index=[2, 0])
    target = build_targets(batch, ANCHOR_BOXES, 64)[0]
    assert set(zip(target.image.tolist(), target.row.tolist(), strict=True)) == {(2, 5), (2, 4), (0, 15), (0, 14)}


def test_a_keypoint_of_little_weight_weighs_little():
    batch = people([[20, 40, 60, 140]], points=[(0, 3, 30, 50, 2), (0, 4, 34, 50, 2)], weights=[(0, 4, 0.25)])
    objects = find_objects(batch, 64)
    assert objects.weights.tolist() == [1.0, 1.0, 0.25]
    assert objects.keypoint_weights[0, 3:5].tolist() == [1.0, 0.25]


def test_crowds_are_no_objects_but_ignored_cells():
    batch = people([[16, 8, 40, 24], [100, 100, 140, 140]], points=[(0, 0, 20, 10, 2)], ignore=[True, False])
    assert find_objects(batch, 64).classes.tolist() == [0]
    target = build_targets(batch, ANCHOR_BOXES, 64)[0]
    # Centres of columns 2, 3, 4 (20, 28, 36) and rows 1, 2 (12, 20) lie in the crowd's box.
    assert target.ignored.nonzero().tolist() == [[0, row, column] for row in (1, 2) for column in (2, 3, 4)]


def test_no_people_at_all():
    for target in build_targets(people([]), ANCHOR_BOXES, 64):
        assert len(target.image) == len(target.boxes) == len(target.keypoints) == 0
        assert not target.ignored.any()


def test_a_square_at_the_border_is_not_cut():
    objects = find_objects(people([[0, 0, 50, 100]], points=[(0, 0, 2, 3, 2)]), 64)
    assert objects.centres[1].tolist() == [2, 3]
    assert objects.sizes[1].tolist() == [64, 64]
