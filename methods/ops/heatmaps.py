"""Heat maps: finding peaks."""

import torch
import torch.nn.functional as F

LEAST = 1e-6  # below it heights are taken for zero


def local_maxima(heatmap: torch.Tensor, window: int, limit: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Cells of a map [h, w] that no other within `window` x `window` cells (odd, centred) exceeds, best first.

    At most `limit` of them, as rows [N] and columns [N] (int64) and values [N]. On a plateau every cell is a maximum;
    cells that are not above zero never are.
    """
    around = F.max_pool2d(heatmap[None], window, stride=1, padding=window // 2)[0]
    values = torch.where(heatmap == around, heatmap, 0).flatten()
    best = values.topk(min(limit, len(values)))
    indices = best.indices[best.values > 0]
    return indices // heatmap.shape[1], indices % heatmap.shape[1], values[indices]


def refine_peaks(maps: torch.Tensor, rows: torch.Tensor, columns: torch.Tensor) -> torch.Tensor:
    """Where between cells the peaks of maps [n, h, w] lie: x, y [n, 2] in cells, the first cell's centre at 0.5.

    rows and columns [n] (int64) are the peaks' cells. Through the logarithms of a peak and its two neighbours in a row
    or column goes a parabola, which is exact for Gaussians; its top is taken, at most half a cell away. Peaks at the
    border, and those that are no local maximum or not above zero, stay at the centre of their cell.
    """
    height, width = maps.shape[1:]
    index = torch.arange(len(maps), device=maps.device)
    logs = maps.float().clamp(min=LEAST).log()
    middle = logs[index, rows, columns]
    places = []
    for cells, size, axis in ((columns, width, 2), (rows, height, 1)):
        inner = (cells > 0) & (cells < size - 1)
        before, after = ((cells + step).clamp(0, size - 1) for step in (-1, 1))
        at = (lambda c: logs[index, rows, c]) if axis == 2 else (lambda c: logs[index, c, columns])
        low, high = at(before), at(after)
        bend = 2 * middle - low - high
        top = torch.where(inner & (bend > 0) & (middle >= low) & (middle >= high), (high - low) / (2 * bend), 0)
        places.append(cells + 0.5 + torch.nan_to_num(top).clamp(-0.5, 0.5))
    return torch.stack(places, dim=1)


def highest(maps: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The highest place of each map [..., h, w]: x, y [..., 2] in cells, see refine_peaks, and the values [...]."""
    flat = maps.flatten(0, -3)
    values, cells = flat.flatten(1).max(dim=1)
    width = maps.shape[-1]
    points = refine_peaks(flat, cells // width, cells % width)
    return points.view(*maps.shape[:-2], 2), values.view(maps.shape[:-2])
