"""Which cells and anchors are to find which object, on cases small enough to count by hand."""

import torch

from methods.pose_grid.matching import ignored_cells, match


def test_an_object_goes_to_its_cell_its_nearer_neighbours_and_every_anchor_of_about_its_size():
    centres, sizes = torch.tensor([[83.0, 98.0]]), torch.tensor([[40.0, 80.0]])  # cells 10.375, 12.25
    anchors = torch.tensor([[20.0, 40.0], [9.0, 80.0], [160.0, 300.0]])  # ratios 2, 4.4 and 4
    found = match(centres, sizes, anchors, 8, rows=20, columns=20)
    assert found.anchor.tolist() == [0, 0, 0]
    assert found.cell.tolist() == [[10, 12], [9, 12], [10, 11]]
    assert found.boxes.tolist() == [[0.375, 0.25, 5, 10], [1.375, 0.25, 5, 10], [0.375, 1.25, 5, 10]]


def test_no_objects():
    found = match(torch.zeros(0, 2), torch.zeros(0, 2), torch.ones(3, 2), 8, 4, 4)
    assert (len(found.object), found.cell.shape, found.boxes.shape) == (0, (0, 2), (0, 4))


def test_two_crowds_of_one_image_and_none_of_another():
    boxes = torch.tensor([[0.0, 0, 8, 8], [8.0, 8, 16, 16]])
    assert ignored_cells(boxes, torch.tensor([1, 1]), 8, (2, 2, 2)).tolist() == [
        [[False, False], [False, False]],
        [[True, False], [False, True]],
    ]
