"""Which places of a grid are to find which object: YOLOv5's rule, which both papers follow."""

from dataclasses import dataclass

import torch

TOLERANCE = 4.0  # the largest ratio between a side of an object and that of an anchor which is to find it
# The cell that holds the centre, and the neighbours in x and y (left, above, right, below).
STEPS = ((0, 0), (-1, 0), (0, -1), (1, 0), (0, 1))


@dataclass(frozen=True)
class Matches:
    """n pairs of an object and a place of one grid, in the order of the objects.

    object, anchor, cell [n, 2] (column, row); boxes [n, 4]: centre x, y and width, height of the object, in cells,
    relative to the cell.
    """

    object: torch.Tensor
    anchor: torch.Tensor
    cell: torch.Tensor
    boxes: torch.Tensor


def match(
    centres: torch.Tensor, sizes: torch.Tensor, anchors: torch.Tensor, stride: int, rows: int, columns: int
) -> Matches:
    """Each of T objects with the anchors of about its size, in the cell of its centre and up to two neighbours.

    centres, sizes [T, 2] and anchors [N_a, 2] in input pixels; the grid has `rows` x `columns` cells of `stride` px.
    """
    ratio = sizes[:, None] / anchors  # [T, N_a, 2]
    fits = torch.maximum(ratio, 1 / ratio).amax(dim=2) < TOLERANCE
    chosen, anchor = fits.nonzero(as_tuple=True)

    xy = centres[chosen] / stride
    size = xy.new_tensor([columns, rows])
    part = xy % 1
    lower, upper = (part < 0.5) & (xy > 1), (part > 0.5) & (xy < size - 1)  # [n, 2]: has such a neighbour, nearer
    near = torch.cat([torch.ones_like(lower[:, :1]), lower, upper], dim=1)  # [n, 5], in the order of STEPS
    pair, step = near.nonzero(as_tuple=True)
    chosen, anchor, xy = chosen[pair], anchor[pair], xy[pair]
    cell = xy.long() + torch.tensor(STEPS, device=xy.device)[step]
    return Matches(chosen, anchor, cell, torch.cat([xy - cell, sizes[chosen] / stride], dim=1))


def ignored_cells(boxes: torch.Tensor, image: torch.Tensor, stride: int, shape: tuple[int, int, int]) -> torch.Tensor:
    """Cells [B, h, w] whose centre lies in one of the crowd boxes [C, 4] (input pixels) of its image [C].

    KAPAO's authors leave crowds out of their training labels, so that a person found there counts as wrong.
    """
    _, rows, columns = shape
    y = (torch.arange(rows, device=boxes.device) + 0.5) * stride
    x = (torch.arange(columns, device=boxes.device) + 0.5) * stride
    inside_y = (y >= boxes[:, 1:2]) & (y <= boxes[:, 3:4])  # [C, h]
    inside_x = (x >= boxes[:, 0:1]) & (x <= boxes[:, 2:3])  # [C, w]
    covered = torch.zeros(shape, dtype=torch.int32, device=boxes.device)
    covered.index_add_(0, image, (inside_y[:, :, None] & inside_x[:, None]).int())
    return covered > 0
