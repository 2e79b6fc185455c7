"""Heat maps: finding peaks, and keeping maps small."""

from functools import reduce

import torch
import torch.nn.functional as F

LEAST = 1e-6  # below it heights are taken for zero


def local_maxima(
    maps: torch.Tensor, window: int, limit: int
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Cells of maps [n, h, w] that no other within `window` x `window` cells (odd, centred) exceeds, best first.

    At most `limit` of each map, one map after another, as numbers of maps, rows and columns [N] (int64), and values
    [N]. On a plateau every cell is a maximum; cells that are not above zero never are.
    """
    around = F.pad(maps, [window // 2] * 4)
    for dim in (1, 2):  # a maximum of shifted maps costs a tenth of torch's pooling
        around = reduce(torch.maximum, (around.narrow(dim, k, maps.shape[dim]) for k in range(window)))
    index, rows, columns = ((maps == around) & (maps > 0)).nonzero(as_tuple=True)
    values = maps[index, rows, columns]
    order = values.argsort(descending=True, stable=True)
    order = order[index[order].argsort(stable=True)]
    first = torch.searchsorted(index, index)  # of the same map
    chosen = order[torch.arange(len(index), device=index.device) - first < limit]
    return index[chosen], rows[chosen], columns[chosen], values[chosen]


def refine_peaks(maps: torch.Tensor, index: torch.Tensor, rows: torch.Tensor, columns: torch.Tensor) -> torch.Tensor:
    """Where between cells peaks of maps [n, h, w] lie: x, y [N, 2] in cells, the first cell's centre at 0.5.

    index, rows and columns [N] (int64) are the peaks' maps and cells. Through the logarithms of a peak and its two
    neighbours in a row or column goes a parabola, which is exact for Gaussians; its top is taken, at most half a cell
    away. Peaks at the border, and those that are no local maximum or not above zero, stay at the centre of their cell.
    """
    height, width = maps.shape[1:]

    def log_at(rows: torch.Tensor, columns: torch.Tensor) -> torch.Tensor:
        return maps[index, rows, columns].float().clamp(min=LEAST).log()

    middle = log_at(rows, columns)
    places = []
    for cells, size, along_row in ((columns, width, True), (rows, height, False)):
        inner = (cells > 0) & (cells < size - 1)
        near = [(cells + step).clamp(0, size - 1) for step in (-1, 1)]
        low, high = (log_at(rows, cell) if along_row else log_at(cell, columns) for cell in near)
        bend = 2 * middle - low - high
        top = torch.where(inner & (bend > 0) & (middle >= low) & (middle >= high), (high - low) / (2 * bend), 0)
        places.append(cells + 0.5 + torch.nan_to_num(top).clamp(-0.5, 0.5))
    return torch.stack(places, dim=1)


def highest(maps: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The highest place of each map [..., h, w]: x, y [..., 2] in cells, see refine_peaks, and the values [...]."""
    flat = maps.flatten(0, -3)
    values, cells = flat.flatten(1).max(dim=1)
    width = maps.shape[-1]
    points = refine_peaks(flat, torch.arange(len(flat), device=maps.device), cells // width, cells % width)
    return points.view(*maps.shape[:-2], 2), values.view(maps.shape[:-2])


def in_bytes(maps: torch.Tensor) -> torch.Tensor:
    """Heat maps about 0..1 as uint8, 255 for 1; NaN is 0."""
    return (maps.nan_to_num(0).clamp(0, 1) * 255).round().to(torch.uint8)
