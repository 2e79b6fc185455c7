"""The recipes of the evaluation sets: each returns a scene or None where the dice did not give what it asks for."""

from collections.abc import Callable, Sequence

import numpy as np

from data_samples.generate import things
from data_samples.generate.bodies import Body
from data_samples.generate.cabin import cabin
from data_samples.generate.camera import Camera
from data_samples.generate.casting import Stage, heading
from data_samples.generate.crowd import BANDS
from data_samples.generate.ground_truth import index_of, whole_box
from data_samples.generate.places import OUTDOORS, PLACES
from data_samples.generate.placing import enters, framed
from data_samples.generate.poses import of_kind, varied
from data_samples.generate.scene import Light, Scene
from data_samples.generate.triangles import first_hits, project

Recipe = Callable[[Stage, tuple[int, int]], "tuple[Camera, str] | None"]
LONG_SIDE = 640
PASSENGER = of_kind("sitting")[0]


def build(
    name: str, number: int, attempt: int, seed: int, bodies: Sequence[Body], long_side: int = LONG_SIDE
) -> Scene | None:
    """One try at scene `number` of a set; the same arguments always give the same scene."""
    generator = np.random.default_rng([seed, list(RECIPES).index(name), number, attempt])
    places = PLACES_OF.get(name, tuple(PLACES))
    place = places[number % len(places)] if attempt < 40 else str(generator.choice(places))
    found, light, exposure = PLACES[place](generator)
    stage = Stage(bodies, generator, list(found))
    portrait = name in UPRIGHT and generator.random() < 0.4
    short = long_side * 3 // 4
    size = (short, long_side) if portrait else (long_side, short)
    result = RECIPES[name](stage, size)
    if result is None:
        return None
    camera, note = result
    if enters(camera.position[None], stage.things, -0.15):
        return None
    exposure += 0.6 if name == "driver" else 0.0  # the roof's shade
    return finish(stage, f"{name}/{number:02d}", name, seed + number, camera, light, exposure, note or place)


def finish(
    stage: Stage, name: str, group: str, seed: int, camera: Camera, light: Light, exposure: float, note: str
) -> Scene:
    """A stage with the small faults of an image: grain, and sometimes a little shake."""
    generator = stage.generator
    length = float(generator.uniform(2, 5)) if generator.random() < 0.18 else 0.0
    return Scene(
        name, group, seed, camera, tuple(stage.people), tuple(stage.things), light, exposure,
        look=str(generator.choice(["None", "Medium High Contrast", "Medium Contrast"])),
        blur=(length, float(generator.uniform(0, np.pi))),
        noise=float(generator.uniform(0.004, 0.025)),
        note=note,
    )  # fmt: skip


def _view(
    stage: Stage, size: tuple[int, int], fill: float, offset: tuple[float, float] = (0.0, 0.0), steep: bool = True
) -> Camera:
    """A photographer's view of everybody: eye height, sometimes from the knee or from a balcony."""
    g = stage.generator
    kind = g.random() if steep else 0.0
    height = g.uniform(1.2, 1.75) if kind < 0.7 else g.uniform(0.35, 0.9) if kind < 0.85 else g.uniform(2.2, 3.2)
    lens = float(np.exp(g.uniform(np.log(26), np.log(85))))
    points = np.concatenate(stage.outlines)
    return framed(points, size, fill, lens, float(height), float(g.normal(0, 0.25)), offset, float(g.normal(0, 0.02)))


def _inside(stage: Stage, camera: Camera, share: float = 1.0) -> bool:
    """Whether at least `share` of everybody's keypoints fall into the image."""
    keypoints = np.concatenate([person.keypoints for person in stage.people])
    return bool(camera.contains(camera.project(keypoints)).mean() >= share)


def _whole(stage: Stage, camera: Camera) -> bool:
    """Whether everybody fits into the image."""
    return bool(camera.contains(camera.project(np.concatenate(stage.outlines))).all())


def single(stage: Stage, size: tuple[int, int]) -> tuple[Camera, str] | None:
    g = stage.generator
    if not stage.add(stage.pick(), (0.0, 0.0), heading(g)):
        return None
    camera = _view(stage, size, float(g.uniform(0.5, 0.85)), (float(g.uniform(-0.3, 0.3)), 0.0))
    return (camera, "") if _whole(stage, camera) else None


def pairs(stage: Stage, size: tuple[int, int]) -> tuple[Camera, str] | None:
    g = stage.generator
    gap, turned = g.uniform(0.5, 1.1), g.uniform(-0.9, 0.9)
    facing = g.random() < 0.4
    for side in (-1, 1):
        place = (float(side * gap / 2 * np.cos(turned)), float(side * gap / 2 * np.sin(turned)))
        towards = -side * 1.2 if facing else 0.0
        if not stage.add(stage.pick(), place, float(towards + g.normal(0, 0.5))):
            return None
    camera = _view(stage, size, float(g.uniform(0.6, 0.9)))
    return (camera, "") if _whole(stage, camera) else None


def _crowd(band: str | None, count: tuple[int, int], area: tuple[float, float], fill: tuple[float, float]) -> Recipe:
    def recipe(stage: Stage, size: tuple[int, int]) -> tuple[Camera, str] | None:
        g = stage.generator
        wanted = int(g.integers(*count, endpoint=True))
        kinds = (
            ("standing", "crossed", "walking")
            if band == "high"
            else ("standing", "crossed", "walking", "sitting", "bending", "running")
        )
        facing = float(g.normal(0, 0.5))
        for _ in range(4 * wanted):
            place = (float(g.uniform(-area[0], area[0])), float(g.uniform(-area[1], area[1])))
            stage.add(stage.pick(*kinds), place, heading(g, 0.5) + facing)
            if len(stage.people) == wanted:
                break
        if len(stage.people) < count[0]:
            return None
        camera = _view(stage, size, float(g.uniform(*fill)))
        if not _inside(stage, camera, 0.9):
            return None
        low, high = BANDS[band] if band else (0.0, 1.0)
        return (camera, "") if low <= index_of(_sketch(stage, camera)) <= high else None

    return recipe


def _sketch(stage: Stage, camera: Camera) -> Scene:
    return Scene("", "", 0, camera, tuple(stage.people), (), Light())


def behind(stage: Stage, size: tuple[int, int]) -> tuple[Camera, str] | None:
    """One to three people and something in front of them."""
    g = stage.generator
    kind = str(g.choice(["bush", "fence", "table", "crate", "pillar", "car", "counter", "trunk"]))
    count = int(g.integers(1, 4))
    for index in range(count):
        place = ((index - (count - 1) / 2) * 0.85 + float(g.normal(0, 0.1)), float(g.uniform(-0.1, 0.3)))
        if not stage.add(stage.pick("standing", "crossed", "walking", "bending", "sitting"), place, heading(g, 0.5)):
            return None
    obstacle = _obstacle(kind, stage)
    if any(enters(cloud, [obstacle]) for cloud in stage.outlines):
        return None
    stage.things.append(obstacle)
    fill = g.uniform(0.35, 0.55) if kind == "car" else g.uniform(0.6, 0.9)  # a car is wider than a few people
    camera = _view(stage, size, float(fill), steep=False)
    if enters(camera.position[None], [obstacle], -2.0 if kind == "car" else -1.0) or not _inside(stage, camera):
        return None
    hidden = [_share_behind(camera, obstacle, person.keypoints) for person in stage.people]
    return (camera, kind) if max(hidden) <= 0.75 and 0.15 <= np.mean(hidden) <= 0.65 else None


def _share_behind(camera: Camera, obstacle: "things.Thing", keypoints: np.ndarray) -> float:
    """Share of the keypoints [17, 3] that an obstacle hides from the camera."""
    corners = np.concatenate([mesh.corners() for mesh in obstacle.meshes])
    depths, _ = first_hits(project(camera, corners), camera.project(keypoints))
    return float((depths < camera.to_camera(keypoints)[:, 2]).mean())


def _obstacle(kind: str, stage: Stage) -> "things.Thing":
    g = stage.generator
    y, x = float(g.uniform(-1.1, -0.7)), float(g.normal(0, 0.3))
    if kind == "bush":
        return things.bush((x, y), (g.uniform(0.9, 2), 0.6, g.uniform(0.6, 1.1)), g)
    if kind == "fence":
        return things.fence((x, y), 5.0, float(g.uniform(0.8, 1.3)), float(g.normal(0, 0.1)), g)
    if kind == "table":
        return things.table((x, y), (1.6, 0.7, 0.76), float(g.normal(0, 0.2)), g)
    if kind == "crate":
        sizes = g.uniform((0.5, 0.4, 0.5), (1.1, 0.6, 1.1))
        return things.crate((x, y), tuple(sizes), float(g.normal(0, 0.3)), things.wood(g))
    if kind == "pillar":
        return things.pillar(
            (float(g.choice([-1, 1]) * g.uniform(0.1, 0.3)), y), float(g.uniform(0.18, 0.3)), 4.0, things.paint(g)
        )
    if kind == "car":
        return things.car((x, -1.6), float(g.choice([0, np.pi]) + g.normal(0, 0.06)), g)
    if kind == "counter":
        return things.crate((x, y), (2.4, 0.5, float(g.uniform(0.9, 1.1))), 0.0, things.paint(g))
    return things.tree((float(g.choice([-1, 1]) * g.uniform(0.05, 0.3)), y), 5.0, g)


def cut(stage: Stage, size: tuple[int, int]) -> tuple[Camera, str] | None:
    """One or two people who do not fit into the image."""
    g = stage.generator
    count = int(g.integers(1, 3))
    for index in range(count):
        place = ((index - (count - 1) / 2) * 0.8, float(g.uniform(-0.2, 0.2)))
        if not stage.add(stage.pick(), place, heading(g, 0.6)):
            return None
    # Portraits down to the waist are easy; missing heads and halves of bodies are what makes this set hard.
    way = str(g.choice(["above", "above", "side", "side", "below"]))
    offset = {
        "above": (0.0, float(g.uniform(-0.3, -0.05))),
        "side": (float(g.choice([-1, 1]) * g.uniform(0.6, 1.0)), 0.1),
        "below": (0.0, 0.4),
    }[way]
    camera = _view(stage, size, float(g.uniform(1.2, 2.0)), offset, steep=False)
    keypoints = np.stack([camera.contains(camera.project(person.keypoints)) for person in stage.people])
    shares = keypoints.mean(axis=1)
    fits = (shares > 0.25).all() and (not keypoints[:, :5].any() if way == "above" else shares.mean() < 0.6)
    return (camera, way) if fits else None


def driver(stage: Stage, size: tuple[int, int]) -> tuple[Camera, str] | None:
    """One or two people in a car, close, from the dashboard or through a side window."""
    g = stage.generator
    facing = 0.0
    if not stage.add(stage.pick("driving"), (0.0, 0.0), facing):
        return None
    person = stage.people[0]
    seats = cabin(stage, person.keypoints)
    if g.random() < 0.4 and not stage.add(varied(PASSENGER, g), (0.78, 0.02), facing):
        return None
    stage.things += seats
    head = person.keypoints[0]
    kind = str(g.choice(["mirror", "mirror", "window", "dash"]))
    low, high = {
        "mirror": ((0.25, -0.8, 0.15), (0.55, -0.55, 0.15)),
        "dash": ((-0.2, -0.85, -0.1), (0.2, -0.65, -0.1)),
        "window": ((-1.2, -0.7, 0.08), (-0.8, -0.3, 0.08)),
    }[kind]
    target = head + np.array([0.0, 0.05, -float(g.uniform(0.18, 0.3))])
    camera = Camera.look_at(
        head + g.uniform(low, high), target, float(g.uniform(17, 25)), size, float(g.normal(0, 0.02))
    )
    return (camera, kind) if camera.contains(camera.project(person.keypoints[:7])).all() else None


def tiny(stage: Stage, size: tuple[int, int]) -> tuple[Camera, str] | None:
    """Two to seven people far away."""
    g = stage.generator
    wanted = int(g.integers(2, 8))
    for _ in range(5 * wanted):
        place = (float(g.uniform(-4.5, 4.5)), float(g.uniform(-4, 3)))
        stage.add(
            stage.pick(
                "standing", "crossed", "walking", "running", "sitting", "jumping", "throwing", "kicking", "bending"
            ),
            place,
            float(g.uniform(-np.pi, np.pi)),
        )
        if len(stage.people) == wanted:
            break
    camera = _view(stage, size, float(g.uniform(0.45, 0.85)))
    heights = [box[3] - box[1] for box in (whole_box(_sketch(stage, camera), i) for i in range(len(stage.people)))]
    return (camera, "") if _inside(stage, camera) and max(heights) <= 85 and min(heights) >= 18 else None


RECIPES: dict[str, Recipe] = {
    "single": single,
    "pairs": pairs,
    "crowd-low": _crowd("low", (3, 5), (2.4, 1.0), (0.75, 0.95)),
    "crowd-middle": _crowd("middle", (5, 8), (1.5, 0.9), (0.75, 0.95)),
    "crowd-high": _crowd("high", (8, 11), (0.85, 1.15), (0.8, 1.0)),
    "behind-objects": behind,
    "cut-off": cut,
    "driver": driver,
    "tiny": tiny,
    "crowd": _crowd(None, (3, 9), (1.4, 1.0), (0.75, 1.0)),  # of any index, to train on
}
COUNTS = {
    "single": 20, "pairs": 14, "crowd-low": 11, "crowd-middle": 11, "crowd-high": 11, "behind-objects": 14,
    "cut-off": 14, "driver": 10, "tiny": 10,
}  # fmt: skip
UPRIGHT = ("single", "pairs", "cut-off")
PLACES_OF = {"driver": ("street", "park"), "tiny": OUTDOORS, "crowd-high": ("street", "hall", "court", "park")}
