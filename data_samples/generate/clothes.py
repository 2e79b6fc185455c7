"""What people wear: garments cut from MakeHuman's body shells, shaped by a few numbers."""

from dataclasses import dataclass

import numpy as np

from data_samples.generate.bodies import Body
from data_samples.generate.body_parts import Regions
from data_samples.generate.mesh import Material, Mesh, compact, normals, subdivided, triangulated, trimmed

Colour = tuple[float, float, float]
SKINS: tuple[Colour, ...] = (
    (0.69, 0.43, 0.33), (0.62, 0.37, 0.26), (0.52, 0.30, 0.19), (0.40, 0.21, 0.12),
    (0.27, 0.135, 0.075), (0.16, 0.08, 0.047), (0.095, 0.047, 0.03),
)  # fmt: skip
HAIRS: tuple[Colour, ...] = (
    (0.012, 0.009, 0.008), (0.02, 0.013, 0.01), (0.045, 0.024, 0.013), (0.10, 0.05, 0.022),
    (0.32, 0.2, 0.08), (0.22, 0.07, 0.025), (0.35, 0.33, 0.31),
)  # fmt: skip
PATTERNS = ("plain", "plain", "plain", "plain", "stripes", "checks", "print", "panel")


@dataclass(frozen=True)
class Outfit:
    """Skin, hair and garments. Lengths: sleeves 0 shoulder, 1 elbow, 2 wrist; legs 0 hip, 1 knee, 2 ankle.

    `bottom` is trousers or skirt; `hair` bald, short, full, long or cap.
    """

    skin: Colour
    hair_colour: Colour
    hair: str
    beard: float
    top: Material
    sleeves: float
    loose: float
    bottom: str
    bottom_material: Material
    legs: float
    shoes: Material
    seed: int


def outfit(generator: np.random.Generator, body: Body) -> Outfit:
    """Clothes at random, fitting the body's sex and age."""
    woman = body.traits["gender"] > 0.5
    dark = body.traits["african"] - 0.5 * body.traits["caucasian"]
    tone = int(np.clip(np.round(2.2 + 3.6 * dark + generator.normal(0, 0.7)), 0, len(SKINS) - 1))
    fair = tone <= 1 and body.traits["asian"] < 0.4
    hair_colour = HAIRS[generator.integers(len(HAIRS) - 1 if fair else 3)]
    if body.traits["age"] > 0.88 and generator.random() < 0.7:
        hair_colour = HAIRS[-1]
    styles = ("full", "long", "long", "cap") if woman else ("short", "short", "full", "full", "bald", "cap")
    bottom = "skirt" if woman and generator.random() < 0.3 else "trousers"
    # Skirts end at the knee: their stiff shell would tear over a stride, and hide the knees of those who sit.
    short = bottom == "skirt" or generator.random() < 0.28
    return Outfit(
        skin=_near(SKINS[tone], generator, 0.08),
        hair_colour=hair_colour,
        hair=str(generator.choice(styles)),
        beard=0.0 if woman or body.traits["age"] < 0.58 else float(generator.choice([0, 0, 0, 0.25, 0.55, 0.8])),
        top=_cloth(generator, str(generator.choice(PATTERNS)), bright=True),
        sleeves=float(generator.choice([0.1, 0.55, 0.6, 0.7, 1.55, 1.92, 1.92, 1.92])),
        loose=float(generator.uniform(0.0, 1.0)),
        bottom=bottom,
        bottom_material=_cloth(
            generator, str(generator.choice(["denim", "denim", "plain", "plain", "plain", "checks"])), False
        ),
        legs=float(generator.uniform(0.55, 1.05) if short else generator.uniform(1.75, 1.9)),
        shoes=Material("plain", *_two(generator, False), rough=generator.uniform(0.3, 0.8)),
        seed=int(generator.integers(1 << 30)),
    )


def _near(colour: Colour, generator: np.random.Generator, spread: float) -> Colour:
    red, green, blue = np.clip(np.array(colour) * generator.normal(1, spread, 3), 0.01, 0.95)
    return (float(red), float(green), float(blue))


def _two(generator: np.random.Generator, bright: bool) -> tuple[Colour, Colour]:
    """Two colours of cloth in linear RGB; dark and muted ones are as common as in a street."""
    colours = []
    for _ in range(2):
        value = generator.choice([0.03, 0.1, 0.35, 0.75] if bright else [0.02, 0.05, 0.12, 0.35])
        saturation = generator.beta(1.2, 1.5)
        hue = generator.random() * 6
        wheel = np.clip(np.abs((hue + np.array([0.0, 4.0, 2.0])) % 6 - 3) - 1, 0, 1)
        colour = value * (1 - saturation * (1 - wheel)) * generator.uniform(0.8, 1.2)
        colours.append((float(colour[0]), float(colour[1]), float(colour[2])))
    return colours[0], colours[1]


def _cloth(generator: np.random.Generator, kind: str, bright: bool) -> Material:
    first, second = _two(generator, bright)
    if kind == "denim":
        shade = generator.choice([0.25, 0.6, 1.0])
        first, second = (0.08 * shade, 0.13 * shade, 0.26 * shade), (0.2 * shade, 0.28 * shade, 0.42 * shade)
    scale = {"stripes": generator.uniform(8, 30), "checks": generator.uniform(7, 22), "print": generator.uniform(8, 25)}
    return Material(kind, first, second, float(scale.get(kind, 1.0)), generator.uniform(0.65, 0.95), bump=1.0)


def dressed(body: Body, posed: np.ndarray, regions: Regions, wear: Outfit) -> list[Mesh]:
    """Skin, eyes, hair and garments of a posed body [V, 3]."""
    generator = np.random.default_rng(wear.seed)
    meshes = [_garment(body, posed, regions, wear, piece, generator) for piece in ("top", "bottom", "shoes")]
    meshes.append(_skin(body, posed, regions, wear))
    meshes += [_eye(body, posed, regions, side, generator) for side in ("left_eye", "right_eye")]
    if wear.hair != "bald":
        meshes.append(_hair(body, posed, regions, wear, generator))
        if wear.hair == "long":
            meshes.append(_long_hair(body, posed, regions, wear, generator))
    return meshes


def _depth_inside(regions: Regions, wear: Outfit, piece: str) -> np.ndarray:
    """How deep inside a garment each vertex of the body lies [V]: about metres from its nearest opening, negative
    outside."""
    r = regions
    hem = 0.0 if wear.bottom == "skirt" else -0.12 + 0.06 * wear.loose
    trunk = r.torso | r.leg
    outside = np.full(len(r.part), -1.0)
    if piece == "top":
        inside = np.where(trunk, 0.5 * np.minimum(r.height - hem, r.collar - r.height), outside)
        return np.where(r.arm, 0.28 * (wear.sleeves - r.along), inside)
    if piece == "bottom":
        # Trousers end a hand's breadth under the top's hem, so that nothing bulky lies below it.
        return np.where(r.leg, 0.42 * (wear.legs - r.along), np.where(r.torso, 0.5 * (hem + 0.1 - r.height), outside))
    return np.where(r.leg, 0.42 * (r.along - 1.93), outside)


def _garment(
    body: Body, posed: np.ndarray, regions: Regions, wear: Outfit, piece: str, generator: np.random.Generator
) -> Mesh:
    skirt = piece == "bottom" and wear.bottom == "skirt"
    shell = body.faces["skirt" if skirt else "tights"]
    if skirt:
        low, high = (body.rig.head(f"{bone}.L")[2] for bone in ("foot", "upperleg01"))
        heights = body.vertices[:, 2]
        # From the chosen length up to just under the top's hem.
        depth = np.minimum(heights - (low + (high - low) * (1 - wear.legs / 2)), high + 0.035 - heights)
    else:
        depth = _depth_inside(regions, wear, piece)
    quads, points, rest, depth, labels = compact(shell, posed, body.vertices, depth[:, None], regions.part)
    labels = np.tile(labels[quads[:, 0]], 4)
    quads, (points, rest, depth) = subdivided(quads, [points, rest, depth])
    kept = (depth[quads, 0] > 0).any(axis=1)
    quads, labels = quads[kept], labels[kept]
    points, rest = trimmed(quads, depth[:, 0], [points, rest])
    quads, points, rest = compact(quads, points, rest)
    out = normals(points, quads)
    amount = {"top": 0.008 + 0.01 * wear.loose, "bottom": 0.003, "shoes": 0.006}[piece]
    thickness = np.full(len(points), amount + 0.008 * skirt)
    if piece == "top":
        hips = body.rig.head("upperleg01.L")[2]
        thickness += 0.008 * np.clip(1 - (rest[:, 2] - hips) / 0.15, 0, 1)
    if piece != "shoes":
        folds = _noise(rest, generator, 9.0) * (0.004 + 0.005 * wear.loose * (piece == "top"))
        thickness += np.maximum(folds, -0.4 * amount)
    material = {"top": wear.top, "bottom": wear.bottom_material, "shoes": wear.shoes}[piece]
    return Mesh(points + out * thickness[:, None], triangulated(quads), material, rest, parts=np.tile(labels, 2))


def _noise(points: np.ndarray, generator: np.random.Generator, frequency: float) -> np.ndarray:
    """Smooth noise [V] of standard deviation about 0.7 from a few plane waves; `frequency` in waves per metre."""
    total = np.zeros(len(points))
    for _ in range(6):
        direction = generator.normal(size=3)
        direction *= frequency * generator.uniform(0.5, 1.5) / np.linalg.norm(direction)
        total += np.sin(2 * np.pi * points @ direction + generator.uniform(0, 7)) / np.sqrt(6)
    return total


def _skin(body: Body, posed: np.ndarray, regions: Regions, wear: Outfit) -> Mesh:
    covered = np.zeros(len(posed), dtype=bool)
    for piece, margin in (("top", 0.02), ("bottom", 0.06 if wear.bottom == "skirt" else 0.02), ("shoes", 0.015)):
        covered |= _depth_inside(regions, wear, piece) > margin
    quads = body.faces["body"]
    quads = quads[~covered[quads].any(axis=1)]
    colours = skin_colours(regions, wear)
    quads, vertices, rest, colours, parts = compact(quads, posed, body.vertices, colours, regions.part[:, None])
    labels = np.tile(parts[quads[:, 0], 0], 2)
    material = Material("skin", wear.skin, rough=0.5)
    return Mesh(vertices, triangulated(quads), material, rest, colours, labels)


def skin_colours(regions: Regions, wear: Outfit) -> np.ndarray:
    """Linear RGB [V, 3] of bare skin: lips, brows, beard and shaved hair painted onto the tone."""
    colours = np.repeat(np.array(wear.skin)[None], len(regions.part), axis=0)
    lips = np.array(wear.skin) * (0.85, 0.5, 0.55) + (0.03, 0.0, 0.0)
    for mask, colour, share in (
        (regions.lips, lips, 0.75),
        (regions.brows, np.array(wear.hair_colour), 0.85),
        (regions.beard, np.array(wear.hair_colour), wear.beard),
        (regions.scalp, np.array(wear.hair_colour), 0.25 if wear.hair == "bald" else 0.9),
    ):
        weight = (mask * share)[:, None]
        colours = colours * (1 - weight) + colour * weight
    return colours


def _eye(body: Body, posed: np.ndarray, regions: Regions, side: str, generator: np.random.Generator) -> Mesh:
    quads, vertices, rest = compact(body.faces[side], posed, body.vertices)
    centre = (rest.min(axis=0) + rest.max(axis=0)) / 2
    quads, (vertices, rest) = subdivided(quads, [vertices, rest])
    local = (rest - centre) / np.abs(rest - centre).max()
    iris = ((0.05, 0.025, 0.012), (0.03, 0.018, 0.01), (0.09, 0.13, 0.17), (0.07, 0.09, 0.05))[regions.iris % 4]
    return Mesh(
        vertices, triangulated(quads), Material("eye", iris), local,
        parts=np.zeros(2 * len(quads), dtype=int),
    )  # fmt: skip


def _hair(body: Body, posed: np.ndarray, regions: Regions, wear: Outfit, generator: np.random.Generator) -> Mesh:
    """A cap grown from the scalp along its normals."""
    covered = regions.scalp > 0.5
    quads = body.faces["body"]
    quads, vertices, rest, depth = compact(
        quads[covered[quads].all(axis=1)], posed, body.vertices, regions.scalp_depth[:, None]
    )
    out = normals(vertices, quads)
    size = {"short": 0.012, "full": 0.03, "long": 0.025, "cap": 0.012}[wear.hair]
    lift = size * np.clip(0.25 + depth[:, 0] / 0.03, 0, 1)
    if wear.hair != "cap":
        lift = lift * (1 + 0.25 * _noise(rest, generator, 14.0))
    material = (
        Material("plain", wear.top.second, rough=0.9)
        if wear.hair == "cap"
        else Material("hair", wear.hair_colour, rough=0.55)
    )
    vertices = vertices + out * lift[:, None]
    return Mesh(vertices, triangulated(quads), material, rest, parts=np.zeros(2 * len(quads), dtype=int))


def _long_hair(body: Body, posed: np.ndarray, regions: Regions, wear: Outfit, generator: np.random.Generator) -> Mesh:
    """What falls behind the head, from MakeHuman's strips."""
    rest = body.vertices
    length = generator.uniform(0.1, 0.3)
    kept = (rest[:, 1] > regions.ear[1] + 0.012) & (rest[:, 2] > regions.ear[2] - length)
    quads = body.faces["hair"]
    quads, vertices, rest = compact(quads[kept[quads].all(axis=1)], posed, rest)
    quads, (vertices, rest) = subdivided(quads, [vertices, rest])
    material = Material("hair", wear.hair_colour, rough=0.55)
    return Mesh(vertices, triangulated(quads), material, rest, parts=np.zeros(2 * len(quads), dtype=int))
