"""Equations 1 to 3 by hand, and from cells to pixels."""

import math

import pytest
import torch

from methods.pose_grid.grid import ANCHORS, STRIDES, Places, boxes_in_cells, keypoints_in_cells, take


def logit(p: float) -> float:
    return math.log(p / (1 - p))


def test_equations_1_and_2():
    raw = torch.tensor([0.0, logit(0.75), 0.0, logit(0.25)])
    # 2 * 0.5 - 0.5, 2 * 0.75 - 0.5; 3 * (2 * 0.5)^2, 4 * (2 * 0.25)^2
    assert boxes_in_cells(raw, torch.tensor([3.0, 4.0])).tolist() == pytest.approx([0.5, 1.0, 3.0, 1.0])


def test_equation_3():
    raw = torch.tensor([0.0, logit(0.75), logit(0.25), 40.0])
    # Two keypoints: 4 * 0.5 - 2 = 0, 4 * 0.75 - 2 = 1; 4 * 0.25 - 2 = -1, 4 * 1 - 2 = 2; times the anchor.
    found = keypoints_in_cells(raw, torch.tensor([3.0, 4.0]))
    assert found.flatten().tolist() == pytest.approx([0.0, 4.0, -3.0, 8.0])


def test_places_know_cell_anchor_and_stride():
    anchors = torch.tensor(ANCHORS).float()
    grids = [torch.zeros(1, 3, 64 // s, 128 // s, 1) for s in STRIDES]
    places = Places.of(grids, anchors)
    assert len(places.origins) == sum(3 * (64 // s) * (128 // s) for s in STRIDES)
    place = places[torch.tensor(1 * 8 * 16 + 2 * 16 + 5)]  # stride 8, anchor 1, row 2, column 5
    assert place.origins.tolist() == [5, 2]
    assert place.anchors.tolist() == [44 / 8, 40 / 8]
    assert place.strides.tolist() == [8]
    last = places[torch.tensor(-1)]
    assert (last.origins.tolist(), last.strides.tolist()) == ([1, 0], [64])


def test_raw_zeros_are_the_anchor_in_the_middle_of_its_cell_with_keypoints_at_its_origin():
    place = Places(torch.tensor([5.0, 2.0]), torch.tensor([5.5, 5.0]), torch.tensor([8.0]))
    # Centre 5.5, 2.5 cells: 44, 20 pixels; 44 x 40 pixels.
    assert place.boxes(torch.zeros(4)).tolist() == [22, 0, 66, 40]
    assert place.keypoints(torch.zeros(4)).tolist() == [[40, 16], [40, 16]]


def test_take_picks_rows_of_each_image():
    raw = torch.arange(12).view(2, 3, 2)
    assert take(raw, torch.tensor([[2], [0]])).tolist() == [[[4, 5]], [[6, 7]]]
