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
    """Whether no two points of two clouds [V, 3] are nearer than `distance`."""
    low = np.maximum(first.min(axis=0), second.min(axis=0)) - distance
    high = np.minimum(first.max(axis=0), second.max(axis=0)) + distance
    if (low > high).any():
        return True
    near = [cloud[((cloud >= low) & (cloud <= high)).all(axis=1)] for cloud in (first, second)]
    if not len(near[0]) or not len(near[1]):
        return True
    return not _shares_cell(near[0], near[1], distance)


def _shares_cell(first: np.ndarray, second: np.ndarray, distance: float) -> bool:
    """Whether points of two clouds lie within `distance`, found through a grid of that cell size."""
    cells: dict[tuple[int, int, int], list[int]] = {}
    for index, cell in enumerate(np.floor(first / distance).astype(int).tolist()):
        cells.setdefault((cell[0], cell[1], cell[2]), []).append(index)
    for point, (x, y, z) in zip(second, np.floor(second / distance).astype(int).tolist(), strict=True):
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                for dz in (-1, 0, 1):
                    found = cells.get((x + dx, y + dy, z + dz))
                    if found and (np.linalg.norm(first[found] - point, axis=1) < distance).any():
                        return True
    return False


def enters(points: np.ndarray, things: Sequence[Thing], tolerance: float = 0.01) -> bool:
    """Whether any point [V, 3] lies deeper than `tolerance` inside a solid box."""
    for thing in things:
        for centre, half, turned in thing.solids:
            cosine, sine = np.cos(turned), np.sin(turned)
            offset = points - centre
            local = np.stack(
                [cosine * offset[:, 0] + sine * offset[:, 1], cosine * offset[:, 1] - sine * offset[:, 0], offset[:, 2]],
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
