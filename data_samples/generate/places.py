"""Backgrounds: the ground, what stands behind the people, and the light."""

from collections.abc import Callable

import numpy as np

from data_samples.generate import things
from data_samples.generate.mesh import Colour, Material, Thing, mixed
from data_samples.generate.scene import Light

# People act within a few metres of the origin; the camera stands on the -y side, the background beyond +y.
FAR = 60.0
Place = tuple[list[Thing], Light, float]  # things, light, exposure


def _ground(material: Material) -> Thing:
    return things.plane("ground", (-FAR, -30, 0), (2 * FAR, 0, 0), (0, 30 + 2 * FAR, 0), material)


def _daylight(generator: np.random.Generator) -> tuple[Light, float]:
    """Sun or an overcast sky."""
    kind = generator.random()
    turn = float(generator.uniform(-1.9, 1.9))
    if kind < 0.3:
        grey = generator.uniform(0.75, 1.0)
        return Light(False, (0.9 * grey, 0.95 * grey, 1.0), 1.0, 0.4, 0.9, turn, 0.9), float(
            generator.uniform(-0.1, 0.5)
        )
    height = float(generator.uniform(0.25, 1.2))
    warm = float(np.clip(1.0 - height, 0, 0.6))
    strength = float(generator.uniform(2.0, 4.5))
    light = Light(True, (1, 1, 1), float(generator.uniform(0.12, 0.22)), strength, height, turn, 0.01,
                  (1.0, 0.96 - 0.25 * warm, 0.9 - 0.55 * warm))  # fmt: skip
    return light, float(generator.uniform(-0.3, 0.3))


def _lamplight(generator: np.random.Generator) -> tuple[Light, float]:
    """A room: even light from the ceiling and one or two lamps."""
    warm = float(generator.uniform(0, 0.35))
    colour = (1.0, 1 - 0.35 * warm, 1 - 0.9 * warm)
    lamps = tuple(
        ((float(generator.uniform(-2.5, 2.5)), float(generator.uniform(-3, 1.5)), 2.9),
         float(generator.uniform(0.4, 1.6)), float(generator.uniform(60, 220)), colour)
        for _ in range(generator.integers(1, 4))
    )  # fmt: skip
    side = float(generator.choice([0.0, 1.0, 2.0]))
    light = Light(False, (0.95, 0.93, 0.9), float(generator.uniform(0.25, 0.7)), side, 0.5,
                  float(generator.uniform(-1.6, 1.6)), 0.25, (1.0, 0.97, 0.92), lamps)  # fmt: skip
    return light, float(generator.uniform(-0.1, 0.4))


def park(generator: np.random.Generator) -> Place:
    tone = generator.uniform(0.7, 1.4)
    grass = Material("rough", (0.05 * tone, 0.11 * tone, 0.02), (0.12 * tone, 0.16 * tone, 0.05), 1.6, 0.95, 1.0)
    path = Material("rough", (0.3, 0.26, 0.2), (0.22, 0.19, 0.15), 3.0, 0.95, 0.6)
    found = [_ground(grass)]
    if generator.random() < 0.6:
        found.append(things.plane("path", (-FAR, 1.2, 0.004), (2 * FAR, 0, 0), (0, 2.2, 0), path))
    for _ in range(generator.integers(5, 9)):
        place = (float(generator.uniform(-14, 14)), float(generator.uniform(5, 20)))
        found.append(things.tree(place, float(generator.uniform(4, 8)), generator))
    for _ in range(generator.integers(2, 6)):
        place = (float(generator.uniform(-8, 8)), float(generator.uniform(4.5, 9)))
        found.append(things.bush(place, (*generator.uniform(1, 2.6, 2), generator.uniform(0.7, 1.8)), generator))
    return found, *_daylight(generator)


def _facade(x: float, y: float, width: float, storeys: int, generator: np.random.Generator) -> Thing:
    """A house front facing -y: wall, rows of windows, a door."""
    kind = str(generator.choice(["bricks", "rough", "rough"]))
    tone = generator.uniform(0.15, 0.65) * generator.uniform(0.65, 1.0, 3)
    second = mixed(tone, 0.8) if kind == "rough" else (0.45, 0.43, 0.4)
    wall = Material(kind, mixed(tone), second, 2.5 if kind == "bricks" else 1.5, 0.9, 0.2)
    glass = Material("smooth", (0.03, 0.04, 0.05), rough=0.05)
    frame = things.paint(generator, 0.3, 0.8)
    height = 3.0 * storeys + 0.6
    parts: list[things.Part] = [((0, 2, height / 2), (width, 4, height), wall)]
    count = max(1, int(width / generator.uniform(1.7, 2.6)))
    for storey in range(storeys):
        for column in range(count):
            middle = -width / 2 + (column + 0.5) * width / count
            if storey == 0 and column == count // 2:
                parts.append(((middle, 0, 1.05), (1.0, 0.1, 2.1), things.wood(generator)))
                continue
            parts.append(((middle, 0, 3 * storey + 1.75), (1.05, 0.08, 1.45), frame))
            parts.append(((middle, -0.03, 3 * storey + 1.75), (0.9, 0.06, 1.3), glass))
    return things.boxes("house", parts, (x, y))


def street(generator: np.random.Generator) -> Place:
    asphalt = Material("rough", (0.05, 0.05, 0.052), (0.09, 0.09, 0.09), 2.5, 0.9, 0.4)
    slab = generator.uniform(0.22, 0.45)
    pavement = Material(
        "tiles", (slab, slab * 0.97, slab * 0.92), (0.12, 0.12, 0.11), float(generator.uniform(0.5, 1.4)), 0.9
    )
    # The road is behind the people, and houses behind that; without a road the houses are near.
    found = [_ground(pavement)]
    back = float(generator.uniform(4, 6))
    if generator.random() < 0.6:
        found.append(things.plane("road", (-FAR, 3.2, 0.004), (2 * FAR, 0, 0), (0, 6, 0), asphalt))
        back = 11.0
        for _ in range(generator.integers(0, 3)):
            spot = (float(generator.uniform(-7, 7)), float(generator.uniform(4.6, 5.4)))
            if not any(thing.name == "car" for thing in found):
                found.append(things.car(spot, float(generator.choice([0, np.pi])), generator))
    x = -18.0
    while x < 18:
        width = float(generator.uniform(5, 9))
        found.append(
            _facade(
                x + width / 2, back + float(generator.uniform(0, 0.6)), width, int(generator.integers(2, 5)), generator
            )
        )
        x += width
    for _ in range(generator.integers(0, 3)):
        place = (float(generator.uniform(-8, 8)), back - 1.2)
        found.append(things.tree(place, float(generator.uniform(3.5, 5.5)), generator))
    return found, *_daylight(generator)


def room(generator: np.random.Generator) -> Place:
    if generator.random() < 0.5:
        floor = things.wood(generator)
    else:
        grey = generator.uniform(0.1, 0.5)
        floor = Material(
            "tiles", (grey, grey, grey * 0.95), mixed([grey] * 3, 0.5), float(generator.uniform(0.8, 1.8)), 0.4
        )
    tone = generator.uniform(0.35, 0.85) * generator.uniform(0.75, 1.0, 3)
    wall = Material("rough", mixed(tone), mixed(tone, 0.93), 3.0, 0.9, 0.05)
    back = float(generator.uniform(2.2, 4))
    side = float(generator.uniform(3.2, 5)) * float(generator.choice([-1, 1]))
    found = [
        _ground(floor),
        things.boxes("wall", [((0, back + 0.1, 1.6), (16, 0.2, 3.2), wall), ((side, -2, 1.6), (0.2, 14, 3.2), wall),
                              ((0, back - 0.02, 0.06), (16, 0.04, 0.12), things.paint(generator, 0.5, 0.8))]),
    ]  # fmt: skip
    parts = []
    for _ in range(generator.integers(1, 4)):  # pictures and windows
        spot = (float(generator.uniform(-3, 3)), back - 0.02, float(generator.uniform(1.4, 1.9)))
        size = (float(generator.uniform(0.4, 1.2)), 0.04, float(generator.uniform(0.4, 1.0)))
        kind = str(generator.choice(["print", "checks", "plain"]))
        shades = generator.uniform(0.05, 0.7, (2, 3))
        picture = Material(kind, mixed(shades[0]), mixed(shades[1]), float(generator.uniform(2, 8)))
        parts += [
            (spot, size, things.wood(generator)),
            ((spot[0], spot[1] - 0.015, spot[2]), (size[0] - 0.08, 0.03, size[2] - 0.08), picture),
        ]
    found.append(things.boxes("pictures", parts, solid=False))
    corner = (float(generator.uniform(-2.5, 2.5)), back - 0.35)
    width, height = float(generator.uniform(0.8, 1.8)), float(generator.uniform(0.5, 2.0))
    found.append(_shelves(corner, width, height, generator))
    if generator.random() < 0.5:
        found.append(things.table((float(generator.uniform(-3, 3)), back - 0.6), (1.4, 0.7, 0.74), 0.0, generator))
    return found, *_lamplight(generator)


def _shelves(place: tuple[float, float], width: float, height: float, generator: np.random.Generator) -> Thing:
    """A bookcase with books."""
    material = things.wood(generator)
    parts: list[things.Part] = [((0, 0.15, height / 2), (width, 0.02, height), material)]
    parts += [((sx * width / 2, 0, height / 2), (0.03, 0.3, height), material) for sx in (-1, 1)]
    for z in np.arange(0.03, height + 0.01, 0.36):
        parts.append(((0, 0, float(z)), (width, 0.3, 0.03), material))
        x = -width / 2 + 0.05
        while z + 0.3 < height and x < width / 2 - 0.1:
            thick, tall = generator.uniform(0.02, 0.07), generator.uniform(0.18, 0.29)
            if generator.random() < 0.8:
                parts.append(
                    (
                        (float(x + thick / 2), 0.0, float(z + tall / 2 + 0.015)),
                        (float(thick), 0.2, float(tall)),
                        things.paint(generator),
                    )
                )
            x += thick + 0.004
    return things.boxes("shelves", parts, place)


def court(generator: np.random.Generator) -> Place:
    """A sports ground: coloured floor with lines, a fence or a wall behind."""
    tone = generator.uniform(0.06, 0.3, 3)
    floor = Material("rough", mixed(tone), mixed(tone, 1.15), 6.0, 0.8, 0.2)
    white = Material("smooth", (0.75, 0.75, 0.72), rough=0.8)
    found = [_ground(floor)]
    found += [things.plane("line", (-FAR, y, 0.004), (2 * FAR, 0, 0), (0, 0.06, 0), white) for y in (-1.0, 3.5)]
    x = float(generator.uniform(-4, 4))
    found.append(things.plane("line", (x, -20, 0.006), (0.06, 0, 0), (0, 23.5, 0), white))
    found.append(things.fence((0, 6.5), 24.0, 2.2, 0.0, generator))
    for x in np.arange(-14, 15, 3.5):
        place = (float(x + generator.normal(0, 0.8)), float(generator.uniform(8.5, 12)))
        found.append(things.tree(place, float(generator.uniform(4, 7)), generator))
    return found, *_daylight(generator)


def hall(generator: np.random.Generator) -> Place:
    """A large room with pillars, benches and posters, as stations and schools have."""
    grey = float(generator.uniform(0.15, 0.5))
    found = [
        _ground(Material("tiles", (grey, grey, grey), mixed([grey] * 3, 0.6), float(generator.uniform(0.5, 1.0)), 0.3))
    ]
    tone = generator.uniform(0.3, 0.8) * generator.uniform(0.7, 1, 3)
    wall = Material(
        str(generator.choice(["rough", "tiles", "bricks"])),
        mixed(tone),
        mixed(tone, 0.7),
        2.0,
        0.6,
        0.1,
    )
    back = float(generator.uniform(6, 9))
    found.append(things.boxes("wall", [((0, back, 2.5), (40, 0.3, 5), wall)]))
    for x in (-6.0, -2.0, 2.0, 6.0):
        found.append(things.pillar((x + 0.7, back - 2.0), 0.45, 5.0, wall))
        poster = [
            (
                (x - 1, back - 0.2, 1.8),
                (1.2, 0.05, 1.6),
                Material("print", *_two(generator), float(generator.uniform(1.5, 5))),
            )
        ]
        found.append(things.boxes("poster", poster, solid=False))
    found.append(
        things.crate((float(generator.uniform(-4, 4)), back - 0.8), (2.2, 0.5, 0.46), 0.0, things.wood(generator))
    )
    return found, *_lamplight(generator)


def _two(generator: np.random.Generator) -> tuple[Colour, Colour]:
    first, second = generator.uniform(0.03, 0.8, (2, 3))
    return mixed(first), mixed(second)


def beach(generator: np.random.Generator) -> Place:
    sand = Material("rough", (0.42, 0.34, 0.23), (0.5, 0.42, 0.3), 2.0, 0.95, 0.7)
    # A smoother sea would hand the denoiser a mirrored sky, noise and all, as its colour.
    sea = Material("smooth", (0.02, 0.09, 0.13), rough=0.4)
    found = [_ground(sand), things.plane("sea", (-200, 12, 0.01), (400, 0, 0), (0, 300, 0), sea)]
    for _ in range(generator.integers(1, 4)):
        spot = (float(generator.uniform(-7, 7)), float(generator.uniform(4, 10)))
        stone = Material("rough", (0.2, 0.19, 0.18), (0.32, 0.3, 0.28), 4.0, 0.9, 0.8)
        found.append(things.crate(spot, tuple(generator.uniform(0.4, 1.4, 3)), float(generator.uniform(0, 3)), stone))
    return found, *_daylight(generator)


PLACES: dict[str, Callable[[np.random.Generator], Place]] = {
    "park": park, "street": street, "room": room, "court": court, "hall": hall, "beach": beach,
}  # fmt: skip
OUTDOORS = ("park", "street", "court", "beach")
