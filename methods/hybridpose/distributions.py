"""Keypoint distribution maps (section 3.2, equations 6 and 7): joints of many people rendered into maps at once.

Cell u of a map covers u to u + 1 of its grid's coordinates, so the paper's u and v stand for the cells' centres here.
"""

import math

import torch

# Of a joint's distribution, in cells. The paper leaves it open. One cell is about a tenth of the height of the people
# that a scale's anchors find, wide enough for the errors of regressed joints and for a look-up between cells.
SIGMA = 1.0
REACH = 3 * SIGMA  # cells in x and in y: where equation 6 ends


def distribution_maps(
    joints: torch.Tensor, heights: torch.Tensor, maps: torch.Tensor, shape: torch.Size
) -> torch.Tensor:
    """D^s [M, K, h, w] = `shape`: the pixel-wise maximum of all joints' distributions in their map (equation 7).

    joints [n, K, 2], x and y in cells; heights [n, K], of the distributions' peaks: phi in equation 6, 0 for none;
    maps [n] in 0..M-1, into which map a pose goes. Differentiable in joints and heights. n = 0 gives zeros.
    """
    cells, squared = _around(joints, maps, shape)
    values = heights[..., None] * torch.exp(-squared / (2 * SIGMA**2))  # equation 6
    return _highest(cells, values, shape)


def reach_maps(joints: torch.Tensor, heights: torch.Tensor, maps: torch.Tensor, shape: torch.Size) -> torch.Tensor:
    """The same with a constant height within REACH instead of a distribution."""
    cells, _ = _around(joints, maps, shape)
    return _highest(cells, heights[..., None].expand(cells.shape), shape)


def _around(joints: torch.Tensor, maps: torch.Tensor, shape: torch.Size) -> tuple[torch.Tensor, torch.Tensor]:
    """Flat indices [n, K, W] of the W cells around each joint, -1 beyond REACH or the map; and squared distances."""
    _, count, rows, columns = shape
    steps = torch.arange(-math.ceil(REACH), math.ceil(REACH) + 1, device=joints.device)
    y, x = torch.meshgrid(steps, steps, indexing="ij")
    u = joints[..., 0, None].detach().floor().long() + x.flatten()  # [n, K, W]
    v = joints[..., 1, None].detach().floor().long() + y.flatten()
    away_x, away_y = u + 0.5 - joints[..., 0, None], v + 0.5 - joints[..., 1, None]
    near = (away_x.abs() <= REACH) & (away_y.abs() <= REACH)
    near &= (u >= 0) & (u < columns) & (v >= 0) & (v < rows)
    first = (maps[:, None] * count + torch.arange(count, device=maps.device))[..., None] * rows
    return torch.where(near, (first + v) * columns + u, -1), away_x**2 + away_y**2


def _highest(cells: torch.Tensor, values: torch.Tensor, shape: torch.Size) -> torch.Tensor:
    there = cells >= 0
    empty = values.new_zeros(math.prod(shape))
    return empty.scatter_reduce(0, cells[there], values[there], "amax").view(shape)
