"""A z-buffer: which triangle each pixel's centre shows."""

import numpy as np

from data_samples.generate.triangles import MISS, Projected, barycentric

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
    order = order[np.argsort(spans[order].max(axis=1), kind="stable")]
    start = 0
    while start < len(order):
        # As many triangles as fit when all get the last one's square.
        sizes = spans[order[start:]].max(axis=1)
        fits = (np.arange(1, len(sizes) + 1) * sizes**2) <= CELLS
        count = max(1, int(fits.sum()))
        chosen = order[start : start + count]
        _draw(projected, chosen, low[chosen], spans[chosen], width, closeness, nearest)
        start += count
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
    """Draw some triangles into the flat buffers, each tried on a grid as large as the largest needs."""
    columns, rows = (np.arange(spans[:, axis].max()) for axis in (0, 1))
    x = low[:, 0, None, None] + columns[None, None, :]
    y = low[:, 1, None, None] + rows[None, :, None]
    inside = (columns[None, None, :] < spans[:, 0, None, None]) & (rows[None, :, None] < spans[:, 1, None, None])
    which, row, column = np.nonzero(inside)
    px, py = x[which, 0, column], y[which, row, 0]
    triangle = chosen[which]
    weights = barycentric(projected.corners[triangle], np.stack([px + 0.5, py + 0.5], axis=-1))
    hit = (weights >= 0).all(axis=1)
    triangle, pixel = triangle[hit], py[hit] * width + px[hit]
    value = (weights[hit] * projected.closeness[triangle]).sum(axis=1)
    np.maximum.at(closeness, pixel, value)
    won = value == closeness[pixel]
    nearest[pixel[won]] = projected.source[triangle[won]]
