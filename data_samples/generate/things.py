"""Furniture, plants, walls and vehicles from boxes, tubes and leaves."""

from collections.abc import Sequence

import numpy as np

from data_samples.generate.mesh import Material, Mesh, Thing, Vector, box, grid, thing_mesh

Colour = tuple[float, float, float]
Part = tuple[Vector, Vector, Material]  # centre, size, material of a box


def boxes(
    name: str, parts: Sequence[Part], place: Sequence[float] = (0.0, 0.0), turned: float = 0.0, solid: bool = True
) -> Thing:
    """A thing of boxes, given as (centre, size, material) around its own origin, turned and put at `place` x, y."""
    cosine, sine = np.cos(turned), np.sin(turned)
    meshes, solids = [], []
    for centre, size, material in parts:
        x, y, z = centre
        middle = np.array([place[0] + cosine * x - sine * y, place[1] + sine * x + cosine * y, z])
        vertices, quads = box(middle, size, turned)
        meshes.append(thing_mesh(vertices, quads, material))
        solids.append((middle, np.asarray(size, float) / 2, turned))
    return Thing(name, tuple(meshes), tuple(solids) if solid else ())


def plane(
    name: str, origin: Sequence[float], first: Sequence[float], second: Sequence[float], material: Material
) -> Thing:
    vertices, quads = grid(origin, first, second, (8, 8))
    return Thing(name, (thing_mesh(vertices, quads, material),))


def tube(points: np.ndarray, radii: np.ndarray, material: Material, sides: int = 8) -> Mesh:
    """A round, smooth pipe through points [P, 3] with radii [P]."""
    angles = np.arange(sides) * 2 * np.pi / sides
    rings = []
    for step, (point, size) in enumerate(zip(points, radii, strict=True)):
        along = points[min(step + 1, len(points) - 1)] - points[max(step - 1, 0)]
        first = np.cross(along, [0.31, 0.17, 0.93])
        if np.linalg.norm(first) < 1e-6:
            first = np.cross(along, [1.0, 0.0, 0.0])
        first /= np.linalg.norm(first)
        second = np.cross(along, first) / np.linalg.norm(along)
        rings.append(point + size * (np.cos(angles)[:, None] * first + np.sin(angles)[:, None] * second))
    vertices = np.concatenate(rings)
    index = np.arange(len(vertices)).reshape(len(points), sides)
    around = np.roll(index, -1, axis=1)
    quads = np.stack([index[:-1], around[:-1], around[1:], index[1:]], axis=-1).reshape(-1, 4)
    return thing_mesh(vertices, quads, material, smooth=True)


def leaves(
    centre: Vector,
    size: Vector,
    count: int,
    material: Material,
    generator: np.random.Generator,
    leaf: float = 0.12,
) -> Mesh:
    """`count` leaf-shaped quads scattered over an ellipsoid of half axes `size`."""
    direction = generator.normal(size=(count, 3))
    direction /= np.linalg.norm(direction, axis=1, keepdims=True)
    spots = np.asarray(centre, float) + direction * np.asarray(size, float) * generator.uniform(0.6, 1, (count, 1))
    along, across = generator.normal(size=(2, count, 3))
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    across -= along * (across * along).sum(axis=1, keepdims=True)
    across *= 0.45 / np.linalg.norm(across, axis=1, keepdims=True)
    reach = leaf * generator.uniform(0.6, 1.3, (count, 1))
    corners = np.stack(
        [spots - along * reach, spots + across * reach, spots + along * reach, spots - across * reach], axis=1
    )
    return thing_mesh(corners.reshape(-1, 3), np.arange(4 * count).reshape(-1, 4), material)


def green(generator: np.random.Generator) -> Material:
    shade = generator.uniform(0.5, 1.3)
    return Material(
        "leaf", (0.05 * shade, 0.12 * shade, 0.02 * shade), (0.12 * shade, 0.2 * shade, 0.04 * shade), rough=0.6
    )


def tree(place: tuple[float, float], height: float, generator: np.random.Generator) -> Thing:
    """A trunk with a crown of leaves."""
    x, y = place
    bend = generator.normal(0, 0.12, 2)
    steps = np.linspace(0, 0.65 * height, 5)
    trunk = np.stack([x + bend[0] * steps, y + bend[1] * steps, steps - 0.05], axis=1)
    width = 0.03 * height * np.linspace(1.2, 0.6, 5)
    bark = Material("rough", (0.09, 0.06, 0.04), (0.17, 0.13, 0.1), 8.0, 0.95, 0.8)
    top = trunk[-1]
    leaf = green(generator)
    crown = [
        leaves(top + generator.normal(0, 0.1 * height, 3), generator.uniform(0.14, 0.26, 3) * height, 420, leaf,
               generator, 0.022 * height)
        for _ in range(4)
    ]  # fmt: skip
    solid = (np.array([x, y, 1.0]), np.array([0.04 * height, 0.04 * height, 1.0]), 0.0)
    return Thing("tree", (tube(trunk, width, bark), *crown), (solid,))


def bush(place: tuple[float, float], size: Sequence[float], generator: np.random.Generator) -> Thing:
    """Leaves down to the ground, about `size` (width, depth, height); no body may stand in it."""
    width, depth, height = size
    count = int(2200 * min(2.5, width * height))
    centre = (place[0], place[1], 0.45 * height)
    mesh = leaves(centre, (width / 2, depth / 2, 0.6 * height), count, green(generator), generator, 0.05)
    solid = (np.array([*place, height / 2]), np.array([width / 2, depth / 2, height / 2]), 0.0)
    return Thing("bush", (mesh,), (solid,))


def wood(generator: np.random.Generator) -> Material:
    tone = generator.uniform(0.35, 1.2)
    return Material("wood", (0.22 * tone, 0.12 * tone, 0.06 * tone), (0.34 * tone, 0.21 * tone, 0.11 * tone), 3.0, 0.5)


def paint(generator: np.random.Generator, low: float = 0.05, high: float = 0.8) -> Material:
    colour = generator.uniform(low, high) * generator.uniform(0.35, 1.0, 3)
    return Material(
        "smooth", (float(colour[0]), float(colour[1]), float(colour[2])), rough=float(generator.uniform(0.2, 0.7))
    )


def table(place: Sequence[float], size: Sequence[float], turned: float, generator: np.random.Generator) -> Thing:
    width, depth, height = size
    top, legs = wood(generator), paint(generator)
    feet = [((sx * (width / 2 - 0.06), sy * (depth / 2 - 0.06), height / 2), (0.05, 0.05, height - 0.02), legs)
            for sx in (-1, 1) for sy in (-1, 1)]  # fmt: skip
    return boxes("table", [((0, 0, height - 0.02), (width, depth, 0.04), top), *feet], place, turned)


def chair(place: Sequence[float], height: float, turned: float, back: bool, generator: np.random.Generator) -> Thing:
    """A seat whose front faces -y when not turned; the back rests behind it."""
    material = wood(generator) if generator.random() < 0.5 else paint(generator)
    parts: list[Part] = [((0, 0, height - 0.03), (0.44, 0.42, 0.06), material)]
    parts += [
        ((sx * 0.19, sy * 0.18, height / 2 - 0.03), (0.04, 0.04, height - 0.06), material)
        for sx in (-1, 1)
        for sy in (-1, 1)
    ]
    if back:
        parts.append(((0, 0.235, height + 0.25), (0.42, 0.03, 0.3), material))
        parts += [((sx * 0.19, 0.235, height + 0.05), (0.04, 0.03, 0.24), material) for sx in (-1, 1)]
    return boxes("chair", parts, place, turned)


def crate(place: Sequence[float], size: Sequence[float], turned: float, material: Material) -> Thing:
    width, depth, height = size
    return boxes("crate", [((0, 0, height / 2), (width, depth, height), material)], place, turned)


def fence(place: Sequence[float], length: float, height: float, turned: float, generator: np.random.Generator) -> Thing:
    """Upright slats with gaps between two rails."""
    material = wood(generator) if generator.random() < 0.6 else paint(generator)
    gap = generator.uniform(0.14, 0.24)
    slats = [
        ((x, 0, height / 2), (0.09, 0.025, height), material) for x in np.arange(-length / 2, length / 2 + 0.01, gap)
    ]
    rails = [((0, 0.03, share * height), (length, 0.03, 0.07), material) for share in (0.25, 0.8)]
    return boxes("fence", [*slats, *rails], place, turned)


def pillar(place: Sequence[float], width: float, height: float, material: Material) -> Thing:
    return crate(place, (width, width, height), 0.0, material)


def car(place: Sequence[float], turned: float, generator: np.random.Generator) -> Thing:
    """A parked car along its own x axis: body, cabin with windows, wheels."""
    lacquer, glass = paint(generator, 0.1, 0.7), Material("smooth", (0.02, 0.025, 0.03), rough=0.05)
    tyre, light = Material("smooth", (0.02, 0.02, 0.02), rough=0.9), Material("smooth", (0.7, 0.7, 0.65), rough=0.1)
    parts = [
        ((0, 0, 0.58), (4.2, 1.72, 0.56), lacquer),
        ((-0.15, 0, 1.1), (2.3, 1.55, 0.5), lacquer),
        ((-0.15, 0, 1.1), (2.05, 1.57, 0.36), glass),
        ((-0.15, 0, 1.1), (2.32, 1.35, 0.36), glass),
        ((2.1, 0.6, 0.65), (0.03, 0.3, 0.14), light),
        ((2.1, -0.6, 0.65), (0.03, 0.3, 0.14), light),
    ]
    thing = boxes("car", parts, place, turned)
    cosine, sine = np.cos(turned), np.sin(turned)
    wheels = []
    for x in (-1.35, 1.35):
        for y in (-0.87, 0.62):
            ends = np.array([[x, y, 0.32], [x, y + 0.01, 0.32], [x, y + 0.24, 0.32], [x, y + 0.25, 0.32]])
            ends = np.stack(
                [cosine * ends[:, 0] - sine * ends[:, 1], sine * ends[:, 0] + cosine * ends[:, 1], ends[:, 2]], axis=1
            )
            wheels.append(tube(ends + np.array([place[0], place[1], 0]), np.array([0.0, 0.32, 0.32, 0.0]), tyre, 20))
    return Thing("car", thing.meshes + tuple(wheels), thing.solids)
