"""A z-buffer: which triangle each pixel's centre shows."""

import numpy as np

from data_samples.generate.triangles import MISS, Projected, barycentric, blend, inside

CELLS = 2_000_000  # pixels tried at a time, which bounds the memory


def rasterise(projected: Projected, width: int, height: int) -> tuple[np.ndarray, np.ndarray]:
    """Depth [H, W] in metres (infinite: nothing) and source triangle [H, W] (MISS: nothing) at pixel centres."""
    closeness = np.zeros(width * height)
    nearest = np.full(width * height, MISS)
    # First and last pixel whose centre lies in a triangle's bounding box.
    low = np.clip(np.ceil(projected.bounds[0] - 0.5), 0, (width, height)).astype(int)
    high = np.clip(np.floor(projected.bounds[1] - 0.5), -1, (width - 1, height - 1)).astype(int)
    spans = high - low + 1
    order = np.flatnonzero((spans > 0).all(axis=1))
    ends = np.cumsum(spans[order].prod(axis=1))
    start = 0
    while start < len(order):
        done = ends[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, done + CELLS, side="right")))
        chosen = order[start:stop]
        _draw(projected, chosen, low[chosen], spans[chosen], width, closeness, nearest)
        start = stop
    with np.errstate(divide="ignore"):
        return (1 / closeness).reshape(height, width), nearest.reshape(height, width)


def _draw(
    projected: Projected,
    chosen: np.ndarray,
    low: np.ndarray,
    spans: np.ndarray,
    width: int,
    closeness: np.ndarray,
    nearest: np.ndarray,
) -> None:
    """Draw some triangles into the flat buffers, trying every pixel of their bounding boxes."""
    counts = spans.prod(axis=1)
    which = np.repeat(np.arange(len(chosen)), counts)
    place = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
    row, column = np.divmod(place, spans[which, 0])
    px, py = low[which, 0] + column, low[which, 1] + row
    triangle = chosen[which]
    weights = barycentric(projected.corners[triangle], np.stack([px + 0.5, py + 0.5], axis=-1))
    hit = inside(weights)
    triangle, pixel = triangle[hit], py[hit] * width + px[hit]
    value = blend(weights[hit], projected.closeness[triangle])
    np.maximum.at(closeness, pixel, value)
    won = value == closeness[pixel]
    nearest[pixel[won]] = projected.source[triangle[won]]
