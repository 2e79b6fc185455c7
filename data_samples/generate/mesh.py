"""Surfaces: triangles with a material, and the operations that garments and furniture need."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

Vector = Sequence[float] | np.ndarray
Colour = tuple[float, float, float]


def mixed(values: Vector, share: float = 1.0) -> Colour:
    """Three numbers, times `share`, as a colour."""
    red, green, blue = (share * float(value) for value in values)
    return red, green, blue


@dataclass(frozen=True)
class Material:
    """What a surface is made of; render.py knows how each `kind` looks.

    colour, second  RGB 0 to 1, linear;  scale  repeats of the pattern per metre;  rough  0 shiny to 1 matt
    """

    kind: str
    colour: tuple[float, float, float] = (0.8, 0.8, 0.8)
    second: tuple[float, float, float] = (0.5, 0.5, 0.5)
    scale: float = 1.0
    rough: float = 0.8
    bump: float = 0.0


@dataclass(frozen=True, eq=False)
class Mesh:
    """One surface.

    vertices   [V, 3]  world metres
    triangles  [T, 3]  indices
    rest       [V, 3]  where each vertex was before posing: patterns stick to it
    colours    [V, 3]  linear RGB for materials that take it from the surface, or None
    parts      [T]     which part of a body each triangle is (see body_parts), or None for things
    """

    vertices: np.ndarray
    triangles: np.ndarray
    material: Material
    rest: np.ndarray
    colours: np.ndarray | None = None
    parts: np.ndarray | None = None
    smooth: bool = True

    def corners(self) -> np.ndarray:
        """Triangles as points [T, 3, 3]."""
        return self.vertices[self.triangles]


@dataclass(frozen=True, eq=False)
class Thing:
    """Something that is no person: its surfaces, and the solid boxes that no body may enter.

    solids  list of (centre [3], half size [3], turn in radians about the vertical)
    """

    name: str
    meshes: tuple[Mesh, ...]
    solids: tuple[tuple[np.ndarray, np.ndarray, float], ...] = field(default=())


def triangulated(quads: np.ndarray) -> np.ndarray:
    """Quads [F, 4] as triangles [2F, 3]: those with corners 0 1 2, then those with corners 0 2 3."""
    return np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])


def normals(vertices: np.ndarray, quads: np.ndarray) -> np.ndarray:
    """Unit vertex normals [V, 3], each face counted by its area; zero where a vertex has no face."""
    across = np.cross(vertices[quads[:, 2]] - vertices[quads[:, 0]], vertices[quads[:, 3]] - vertices[quads[:, 1]])
    total = _summed(quads.T.ravel(), np.tile(across, (4, 1)), len(vertices))
    length = np.linalg.norm(total, axis=1, keepdims=True)
    return np.divide(total, length, out=np.zeros_like(total), where=length > 0)


def compact(quads: np.ndarray, *arrays: np.ndarray) -> tuple[np.ndarray, ...]:
    """Quads renumbered to the vertices that they use, followed by those rows of each array."""
    used, renumbered = np.unique(quads, return_inverse=True)
    return (renumbered.reshape(quads.shape), *(array[used] for array in arrays))


@dataclass(frozen=True, eq=False)
class _Topology:
    """How a mesh of quads hangs together: edges [E, 2], the edges of each quad [F, 4], which are borders [E], and for
    each vertex how many faces, edges and borders [V, 1] meet there."""

    edges: np.ndarray
    edge_of: np.ndarray
    border: np.ndarray
    faces_at: np.ndarray
    edges_at: np.ndarray
    borders_at: np.ndarray


@lru_cache(maxsize=64)
def _topology(content: bytes, vertices: int) -> _Topology:
    """Of quads given as the bytes of int64 [F, 4]; the same few shells are asked for again and again."""
    quads = np.frombuffer(content, dtype=np.int64).reshape(-1, 4)
    codes, edge_of, uses = np.unique(_edge_codes(quads, vertices), return_inverse=True, return_counts=True)
    edges, border = np.stack(np.divmod(codes, vertices), axis=1), uses == 1
    counts = (np.bincount(index.ravel(), minlength=vertices)[:, None] for index in (quads, edges, edges[border]))
    return _Topology(edges, edge_of.reshape(-1, 4), border, *counts)


def _edge_codes(quads: np.ndarray, vertices: int) -> np.ndarray:
    """One number for each edge of each quad [4F]: smaller end times `vertices` plus larger end."""
    ends = quads, np.roll(quads, -1, axis=1)
    return (np.minimum(*ends) * vertices + np.maximum(*ends)).ravel()


def subdivided(quads: np.ndarray, arrays: Sequence[np.ndarray]) -> tuple[np.ndarray, list[np.ndarray]]:
    """One Catmull-Clark step (Catmull & Clark 1978): four quads for each, and the arrays [V, C] at the new vertices.

    Borders stay where they are, smoothed along themselves.
    """
    count = len(arrays[0])
    topology = _topology(quads.astype(np.int64).tobytes(), count)
    joined = _refined(np.concatenate(arrays, axis=1), quads, topology)
    new_arrays = np.split(joined, np.cumsum([array.shape[1] for array in arrays])[:-1], axis=1)
    middle = count + len(topology.edges) + np.arange(len(quads))
    sides = count + topology.edge_of
    new = [np.stack([quads[:, i], sides[:, i], middle, sides[:, i - 1]], axis=1) for i in range(4)]
    return np.concatenate(new), new_arrays


def _refined(values: np.ndarray, quads: np.ndarray, topology: _Topology) -> np.ndarray:
    """Values [V, C] at the old vertices, the edges and the faces [V + E + F, C]."""
    count, edges, border = len(values), topology.edges, topology.border
    face = values[quads].mean(axis=1)
    middle = values[edges].mean(axis=1)
    spread = np.repeat(face, 4, axis=0)
    around = _summed(topology.edge_of.ravel(), spread, len(edges))
    edge = np.where(border[:, None], middle, (middle * 2 + around) / 4)
    faces = _summed(quads.ravel(), spread, count)
    beside = _summed(edges.T.ravel(), np.tile(middle, (2, 1)), count)
    beside_border = _summed(edges[border].T.ravel(), np.tile(middle[border], (2, 1)), count)
    number, degree, on_border = topology.faces_at, topology.edges_at, topology.borders_at
    with np.errstate(divide="ignore", invalid="ignore"):
        inner = (faces / number + 2 * beside / degree + (degree - 3) * values) / degree
        outer = (beside_border / on_border + values) / 2
    vertex = np.where(on_border > 0, outer, np.where(number > 0, inner, values))
    return np.concatenate([vertex, edge, face])


def _summed(index: np.ndarray, values: np.ndarray, count: int) -> np.ndarray:
    """Sums [count, C] of the rows of `values` [N, C] that have the same index [N]."""
    return np.stack([np.bincount(index, column, count) for column in values.T], axis=1)


def trimmed(quads: np.ndarray, depth: np.ndarray, arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Arrays [V, C] with the vertices outside (`depth` [V] not above 0) pulled along edges to where the depth is 0.

    `quads` are those with at least one vertex inside; their border becomes a smooth line.
    """
    edges = np.stack(np.divmod(np.unique(_edge_codes(quads, len(depth))), len(depth)), axis=1)
    inside = depth > 0
    crossing = edges[inside[edges].sum(axis=1) == 1]
    inner = np.where(inside[crossing[:, 0]], crossing[:, 0], crossing[:, 1])
    outer = np.where(inside[crossing[:, 0]], crossing[:, 1], crossing[:, 0])
    share = (depth[inner] / (depth[inner] - depth[outer]))[:, None]
    lonely = ~inside & (np.bincount(outer, minlength=len(depth)) == 0)
    both = np.concatenate([edges, edges[:, ::-1]])
    beside = both[lonely[both[:, 1]] & ~lonely[both[:, 0]] & ~inside[both[:, 0]]]
    results = []
    for array in arrays:
        moved = array.copy()
        _average(moved, outer, array[inner] + share * (array[outer] - array[inner]))
        # A corner that only touches the inside diagonally follows its moved neighbours.
        _average(moved, beside[:, 1], moved[beside[:, 0]])
        results.append(moved)
    return results


def _average(target: np.ndarray, index: np.ndarray, values: np.ndarray) -> None:
    """Set rows `index` of `target` to the mean of the values given for each."""
    count = np.bincount(index, minlength=len(target))
    total = _summed(index, values, len(target))
    target[count > 0] = total[count > 0] / count[count > 0, None]


def box(centre: Vector, size: Vector, turned: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Vertices [24, 3] (each face its own) and quads [6, 4] of a box turned about the vertical."""
    corners = []
    for axis in range(3):
        for end in (-1.0, 1.0):
            for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
                corner = np.zeros(3)
                corner[axis], corner[(axis + 1) % 3], corner[(axis + 2) % 3] = end, a * end, b
                corners.append(corner)
    half = np.asarray(size, float) / 2
    cosine, sine = np.cos(turned), np.sin(turned)
    rotation = np.array([[cosine, -sine, 0], [sine, cosine, 0], [0, 0, 1]])
    return np.asarray(corners) * half @ rotation.T + centre, np.arange(24).reshape(6, 4)


def grid(origin: Sequence[float], first: Sequence[float], second: Sequence[float], cells: tuple[int, int]):
    """Vertices and quads of a rectangle spanned by two vectors from `origin`, cut into cells."""
    a, b = np.meshgrid(np.linspace(0, 1, cells[0] + 1), np.linspace(0, 1, cells[1] + 1), indexing="ij")
    points = (
        np.asarray(origin, float) + a[..., None] * np.asarray(first, float) + b[..., None] * np.asarray(second, float)
    )
    index = np.arange(points[..., 0].size).reshape(a.shape)
    quads = np.stack([index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]], axis=-1).reshape(-1, 4)
    return points.reshape(-1, 3), quads


def thing_mesh(vertices: np.ndarray, quads: np.ndarray, material: Material, smooth: bool = False) -> Mesh:
    return Mesh(vertices, triangulated(quads), material, vertices, smooth=smooth)
