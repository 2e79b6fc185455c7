"""Keypoint distribution maps (section 3.2, equations 6 and 7): keypoints of many people rendered into maps at once.

Cell u of a map covers u to u + 1 of its grid's coordinates, so the paper's u and v stand for the cells' centres here.
"""

import math

import numpy as np
import torch

# Of a keypoint's distribution, in cells. The paper leaves it open. One cell is about a tenth of the height of the
# people that a scale's anchors find, wide enough for the errors of regressed keypoints and for a look-up between cells.
SIGMA = 1.0
REACH = 3 * SIGMA  # cells in x and in y: where equation 6 ends


def distribution_maps(
    keypoints: torch.Tensor, heights: torch.Tensor, maps: torch.Tensor, shape: torch.Size
) -> torch.Tensor:
    """D^s [M, K, h, w] = `shape`: the pixel-wise maximum of all keypoints' distributions in their map (equation 7).

    keypoints [n, K, 2], x and y in cells; heights [n, K], of the distributions' peaks: phi in equation 6, 0 for none;
    maps [n] in 0..M-1, into which map a pose goes. Differentiable in keypoints and heights. n = 0 gives zeros.
    """
    (u, away_x, near_x), (v, away_y, near_y) = _around(keypoints, shape)
    # Equation 6, a product of what is along x and along y.
    along_x, along_y = (
        near * torch.exp(-(away**2) / (2 * SIGMA**2)) for near, away in ((near_x, away_x), (near_y, away_y))
    )
    return _highest((u, v), (along_x, heights[..., None] * along_y), maps, shape)


def drawn_maps(keypoints: np.ndarray, scores: np.ndarray, maps: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """The same as arrays, each pose's keypoints as high as its score [n]: the highest over M maps, [K, h, w]."""
    points = torch.from_numpy(keypoints)
    heights = torch.from_numpy(scores)[:, None].expand(points.shape[:2])
    drawn = distribution_maps(points, heights, torch.from_numpy(maps), torch.Size(shape))
    return drawn.amax(dim=0).numpy()


def reach_maps(keypoints: torch.Tensor, heights: torch.Tensor, maps: torch.Tensor, shape: torch.Size) -> torch.Tensor:
    """The same with a constant height within REACH instead of a distribution."""
    (u, _, near_x), (v, _, near_y) = _around(keypoints, shape)
    return _highest((u, v), (near_x, heights[..., None] * near_y), maps, shape)


Along = tuple[torch.Tensor, torch.Tensor, torch.Tensor]


def _around(keypoints: torch.Tensor, shape: torch.Size) -> tuple[Along, Along]:
    """Along x and along y, the W cells around each keypoint: index, distance to the keypoint, whether within REACH and
    map.

    Each [n, K, W]. Indices beyond the map are moved to its edge.
    """
    steps = torch.arange(-math.ceil(REACH), math.ceil(REACH) + 1, device=keypoints.device)

    def along(place: torch.Tensor, size: int) -> Along:
        cells = place.detach().floor().long()[..., None] + steps
        away = cells + 0.5 - place[..., None]
        near = (away.detach().abs() <= REACH) & (cells >= 0) & (cells < size)
        return cells.clamp(0, size - 1), away, near.to(away.dtype)

    return along(keypoints[..., 0], shape[3]), along(keypoints[..., 1], shape[2])


def _highest(
    cells: tuple[torch.Tensor, torch.Tensor],
    values: tuple[torch.Tensor, torch.Tensor],
    maps: torch.Tensor,
    shape: torch.Size,
) -> torch.Tensor:
    """The maximum in each cell of products of values along x and along y, [n, K, W] each, none below 0."""
    _, count, rows, columns = shape
    (u, v), (along_x, along_y) = cells, values
    row = (maps[:, None] * count + torch.arange(count, device=maps.device))[..., None] * rows + v
    index = row[..., :, None] * columns + u[..., None, :]  # [n, K, W, W]
    products = along_y[..., :, None] * along_x[..., None, :]
    empty = products.new_zeros(math.prod(shape))
    return empty.scatter_reduce(0, index.flatten(), products.flatten(), "amax").view(shape)
