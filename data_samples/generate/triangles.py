"""Triangles as the camera sees them, and what a ray through an image point meets first."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from data_samples.generate.camera import Camera

NEAR = 0.05  # metres; what is closer to the camera is cut off
MISS = -1


@dataclass(frozen=True, eq=False)
class Projected:
    """T triangles in the image.

    corners   [T, 3, 2]  pixels
    closeness [T, 3]     1 / depth of each corner, 1/m; linear over the image, unlike the depth
    source    [T]        which triangle each came from: clipping cuts one in two
    """

    corners: np.ndarray
    closeness: np.ndarray
    source: np.ndarray

    @cached_property
    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        """Upper left and lower right corners [T, 2] of the triangles' bounding boxes."""
        a, b, c = self.corners.swapaxes(0, 1)  # corner by corner is several times as fast as along a short axis
        return np.minimum(np.minimum(a, b), c), np.maximum(np.maximum(a, b), c)

    def near(self, low: np.ndarray, high: np.ndarray) -> "Projected":
        """Those whose bounding box meets the image rectangle from `low` [2] to `high` [2]."""
        left_top, right_bottom = self.bounds
        chosen = np.flatnonzero(
            (left_top[:, 0] <= high[0])
            & (left_top[:, 1] <= high[1])
            & (right_bottom[:, 0] >= low[0])
            & (right_bottom[:, 1] >= low[1])
        )
        return Projected(self.corners[chosen], self.closeness[chosen], self.source[chosen])


def project(camera: Camera, triangles: np.ndarray) -> Projected:
    """World triangles [T, 3, 3] in the image, cut at the plane NEAR metres before the camera."""
    seen = camera.to_camera(triangles)
    ahead = seen[..., 2] > NEAR
    source = np.arange(len(seen))
    whole = ahead[:, 0] & ahead[:, 1] & ahead[:, 2]
    cut = (ahead[:, 0] | ahead[:, 1] | ahead[:, 2]) & ~whole
    pieces, origins = [seen[whole]], [source[whole]]
    for index in np.flatnonzero(cut):
        parts = _clip(seen[index])
        pieces.append(parts)
        origins.append(np.full(len(parts), index))
    kept = np.concatenate(pieces)
    return Projected(camera.image(kept), 1 / kept[..., 2], np.concatenate(origins))


def _clip(corners: np.ndarray) -> np.ndarray:
    """The part of a triangle [3, 3] beyond NEAR, as one or two triangles."""
    outline = []
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if start[2] > NEAR:
            outline.append(start)
        if (start[2] > NEAR) != (end[2] > NEAR):
            outline.append(start + (end - start) * (NEAR - start[2]) / (end[2] - start[2]))
    return np.array([[outline[0], outline[i], outline[i + 1]] for i in range(1, len(outline) - 1)])


def barycentric(corners: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Weights [..., 3] of the corners [..., 3, 2] at image points [..., 2]; all non-negative inside a triangle.

    NaN where a triangle has no area.
    """
    first, second = corners[..., 1, :] - corners[..., 0, :], corners[..., 2, :] - corners[..., 0, :]
    offset = points - corners[..., 0, :]
    with np.errstate(divide="ignore", invalid="ignore"):
        area = first[..., 0] * second[..., 1] - first[..., 1] * second[..., 0]
        b = (offset[..., 0] * second[..., 1] - offset[..., 1] * second[..., 0]) / area
        c = (first[..., 0] * offset[..., 1] - first[..., 1] * offset[..., 0]) / area
    return np.stack([1 - b - c, b, c], axis=-1)


def inside(weights: np.ndarray) -> np.ndarray:
    """Which weights [N, 3] are of points inside their triangles."""
    return np.asarray((weights[:, 0] >= 0) & (weights[:, 1] >= 0) & (weights[:, 2] >= 0))


def blend(weights: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Values [N] at points of triangles, from `values` [N, 3] at their corners."""
    return np.asarray(weights[:, 0] * values[:, 0] + weights[:, 1] * values[:, 1] + weights[:, 2] * values[:, 2])


def first_hits(projected: Projected, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What the rays through image points [P, 2] meet first: depth [P] (infinite: nothing), triangle [P] or MISS."""
    depths, found = np.full(len(points), np.inf), np.full(len(points), MISS)
    for position, point in enumerate(points):
        candidates = projected.near(point, point)
        weights = barycentric(candidates.corners, point[None])
        hit = inside(weights)
        if hit.any():
            closeness = blend(weights[hit], candidates.closeness[hit])
            best = int(closeness.argmax())
            depths[position] = 1 / closeness[best]
            found[position] = candidates.source[hit][best]
    return depths, found
