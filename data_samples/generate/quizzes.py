"""Minimal pairs: two pictures of one scene in which a single thing changes, for showing why a method fails."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from data_samples.generate import things
from data_samples.generate.bodies import Body
from data_samples.generate.camera import Camera
from data_samples.generate.casting import Stage
from data_samples.generate.clothes import outfit
from data_samples.generate.places import PLACES
from data_samples.generate.poses import BACK, HANG, LIBRARY, RELAXED, STAND
from data_samples.generate.scene import Light, Scene
from data_samples.generate.sets import finish

SEED = 500
STANDING, WALKING = LIBRARY[1], LIBRARY[16]
LYING = next(pose for pose in LIBRARY if pose.kind == "lying")
View = tuple[Camera, Light, float]


@dataclass(frozen=True)
class Quiz:
    """`play(director, after)` fills the stage before or after the change and returns how it is looked at."""

    name: str
    before: str
    after: str
    place: str
    play: Callable[["Director", bool], Camera]


class Director:
    """What a quiz needs: the same actors, light and camera in both pictures."""

    def __init__(self, bodies: Sequence[Body], number: int, place: str, size: tuple[int, int]) -> None:
        generator = np.random.default_rng([SEED, number])
        found, self.light, self.exposure = PLACES[place](generator)
        self.stage = Stage(bodies, generator, list(found))
        grown = [body for body in bodies if body.traits["age"] > 0.6]
        chosen = generator.choice(len(grown), 3, replace=False)
        self.actors = [(grown[i], outfit(generator, grown[i])) for i in chosen]
        self.size = size

    def add(self, actor: int, pose, x: float, y: float = 0.0, heading: float = 0.15) -> None:
        if not self.stage.add(pose, (x, y), heading, self.actors[actor]):
            raise ValueError(f"actor {actor} has no room at {x}, {y}")

    def look(self, distance: float = 4.9, x: float = 0.0, lens: float = 42.0, roll: float = 0.0) -> Camera:
        return Camera.look_at(np.array([x, -distance, 1.35]), np.array([x, 0.0, 0.95]), lens, self.size, roll)


def _box(director: Director, after: bool) -> Camera:
    director.stage.things.append(things.crate((0.5, -0.5), (0.5, 0.3, 1.2), 0.0, things.wood(np.random.default_rng(3))))
    arm = HANG if after else replace(HANG, upper=(1, 0.1, 0.2), lower=(0.5, 0.1, 1))
    director.add(
        0,
        replace(STANDING, left_arm=replace(arm, upper=(0.45, 0.02, -1), lower=(0.45, 0.1, -1)) if after else arm),
        0.0,
    )
    return director.look()


def _back(director: Director, after: bool) -> Camera:
    arm = replace(BACK, upper=(0.2, -0.45, -1), lower=(-0.75, -0.45, -0.45)) if after else RELAXED
    director.add(0, replace(STANDING, left_arm=arm, right_arm=arm), 0.0)
    return director.look()


def _together(director: Director, after: bool) -> Camera:
    director.add(0, STANDING, -0.3 if after else -0.75)
    director.add(1, LIBRARY[2], 0.12 if after else 0.75, 0.55)
    return director.look()


def _leave(director: Director, after: bool) -> Camera:
    director.add(0, WALKING, 2.12 if after else 0.6, 0.0, 0.9)
    director.add(1, STANDING, -0.7, 0.3)
    return director.look()


def _turn(director: Director, after: bool) -> Camera:
    director.add(0, STANDING, 0.0, 0.0, np.pi - 0.2 if after else 0.2)
    return director.look()


def _table(director: Director, after: bool) -> Camera:
    if after:
        director.stage.things.append(
            things.crate((0.0, -0.65), (2.2, 0.5, 1.02), 0.0, things.wood(np.random.default_rng(4)))
        )
    director.add(0, STANDING, -0.45)
    director.add(1, LIBRARY[6], 0.5, 0.1)
    return director.look()


def _dark(director: Director, after: bool) -> Camera:
    director.add(0, STANDING, -0.5)
    director.add(1, WALKING, 0.5, 0.2)
    if after:
        director.exposure -= 4.2
    return director.look()


def _far(director: Director, after: bool) -> Camera:
    director.add(0, WALKING, -0.4)
    director.add(1, LIBRARY[7], 0.6, 0.2)
    return director.look(34.0 if after else 4.9)


def _cross(director: Director, after: bool) -> Camera:
    director.add(0, STANDING, 0.0, 0.3)
    director.add(1, WALKING, 0.05 if after else -1.1, -0.5, 1.3)
    return director.look(5.0)


def _lie(director: Director, after: bool) -> Camera:
    director.add(0, LYING if after else STANDING, 0.0, 0.0, 1.5 if after else 0.2)
    return director.look(4.6)


def _roll(director: Director, after: bool) -> Camera:
    director.add(0, LIBRARY[3], 0.0)
    return director.look(5.4, roll=np.pi / 2 if after else 0.0)


def _fence(director: Director, after: bool) -> Camera:
    if after:
        director.stage.things.append(things.fence((0, -0.6), 5.0, 1.15, 0.0, np.random.default_rng(8)))
    director.add(0, WALKING, -0.5, 0.0, 0.5)
    director.add(1, replace(STANDING, left_leg=STAND), 0.55, 0.15)
    return director.look()


QUIZZES = (
    Quiz("box", "an arm is raised beside a box", "the arm hangs behind the box", "room", _box),
    Quiz("back", "the hands are in sight", "the hands are behind the back", "street", _back),
    Quiz("together", "two people stand apart", "they stand one before the other", "park", _together),
    Quiz("leave", "both people are in the picture", "one of them half leaves it", "street", _leave),
    Quiz("turn", "a person faces the camera", "the person has turned round", "hall", _turn),
    Quiz("counter", "two people stand free", "a counter hides their legs", "room", _table),
    Quiz("dark", "two people in good light", "the light has gone", "court", _dark),
    Quiz("far", "two people near", "the same two people far away", "beach", _far),
    Quiz("cross", "one walks beside the other", "one walks in front of the other", "court", _cross),
    Quiz("lie", "a person stands", "the same person lies", "park", _lie),
    Quiz("roll", "the camera is upright", "the camera is turned by a quarter", "hall", _roll),
    Quiz("fence", "two people on a path", "a fence stands before them", "park", _fence),
)


def names() -> list[str]:
    """Of all pictures: number, quiz, and which of the two."""
    return [
        f"{number:02d}-{quiz.name}-{step}" for number, quiz in enumerate(QUIZZES, 1) for step in ("before", "after")
    ]


def build(bodies: Sequence[Body], name: str, long_side: int = 640) -> Scene:
    """The scene of one of `names`."""
    after, number = name.endswith("after"), int(name[:2]) - 1
    quiz = QUIZZES[number]
    director = Director(bodies, number, quiz.place, (long_side, long_side * 3 // 4))
    camera = quiz.play(director, after)
    director.stage.generator = np.random.default_rng([SEED, number, 1])
    scene = finish(
        director.stage, f"quizzes/{name}", "quizzes", SEED + number,
        camera, director.light, director.exposure, quiz.after if after else quiz.before,
    )  # fmt: skip
    return replace(scene, blur=(0.0, 0.0))
