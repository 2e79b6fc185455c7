"""Where people may stand: not in each other, not in furniture; and where the camera stands."""

from collections.abc import Sequence

import numpy as np

from data_samples.generate.camera import Camera
from data_samples.generate.mesh import Thing
from data_samples.generate.scene import Person

CLEARANCE = 0.035  # metres between two people's surfaces; vertices of a dressed body lie up to 3 cm apart


def outline(person: Person) -> np.ndarray:
    """All surface vertices [V, 3] of a person."""
    return np.concatenate([mesh.vertices for mesh in person.meshes])


def apart(first: np.ndarray, second: np.ndarray, distance: float = CLEARANCE) -> bool:
    """Whether two clouds of points [V, 3] keep at least `distance` from each other.

    Space is cut into cells of that size; points in the same or neighbouring cells count as too near.
    """
    low = np.maximum(first.min(axis=0), second.min(axis=0)) - 2 * distance
    high = np.minimum(first.max(axis=0), second.max(axis=0)) + 2 * distance
    if (low > high).any():
        return True
    cells = [
        np.unique(
            np.floor((cloud[((cloud >= low) & (cloud <= high)).all(axis=1)] - low) / distance).astype(int), axis=0
        )
        for cloud in (first, second)
    ]
    around = np.stack(np.meshgrid(*[[-1, 0, 1]] * 3), axis=-1).reshape(-1, 3)
    row, layer = 1 << 20, 1 << 40
    codes = [(cells[0][:, None] + around).reshape(-1, 3), cells[1]]
    first_codes, second_codes = (cell[:, 0] + row * cell[:, 1] + layer * cell[:, 2] for cell in codes)
    return not np.isin(second_codes, first_codes).any()


def enters(points: np.ndarray, things: Sequence[Thing], tolerance: float = 0.01) -> bool:
    """Whether any point [V, 3] lies deeper than `tolerance` inside a solid box."""
    highest, lowest = points.max(axis=0), points.min(axis=0)
    for thing in things:
        for centre, half, turned in thing.solids:
            reach = np.linalg.norm(half)
            if (highest < centre - reach).any() or (lowest > centre + reach).any():
                continue
            cosine, sine = np.cos(turned), np.sin(turned)
            offset = points - centre
            local = np.stack(
                [
                    cosine * offset[:, 0] + sine * offset[:, 1],
                    cosine * offset[:, 1] - sine * offset[:, 0],
                    offset[:, 2],
                ],
                axis=1,
            )
            if (np.abs(local) < half - tolerance).all(axis=1).any():
                return True
    return False


def framed(
    points: np.ndarray,
    size: tuple[int, int],
    fill: float,
    lens: float,
    height: float,
    azimuth: float,
    offset: tuple[float, float] = (0.0, 0.0),
    roll: float = 0.0,
) -> Camera:
    """A camera that sees `points` [V, 3] filling `fill` of the image (the tighter of width and height).

    `height` is the camera's above the ground; `azimuth` 0 looks along +y; `offset` moves the people in the image by
    that share of their own extent, right and down.
    """
    low, high = points.min(axis=0), points.max(axis=0)
    middle = (low + high) / 2
    direction = np.array([np.sin(azimuth), -np.cos(azimuth), 0.0])
    distance = 4.0
    for _ in range(6):
        position = middle + direction * distance
        position[2] = height
        camera = Camera.look_at(position, middle, lens, size, roll)
        pixels = camera.project(points)
        extent = (pixels.max(axis=0) - pixels.min(axis=0)) / size
        distance = max(0.6, distance * float(extent.max()) / fill)
    across = np.array([-direction[1], direction[0], 0.0])
    target = middle - across * offset[0] * (high - low)[:2].max() + np.array([0, 0, offset[1] * (high - low)[2]])
    position = middle + direction * distance
    position[2] = height
    return Camera.look_at(position, target, lens, size, roll)
