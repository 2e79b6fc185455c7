"""Choosing and placing people: the verbs that the recipes of sets.py are written in."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from data_samples.generate import people, things
from data_samples.generate.bodies import Body
from data_samples.generate.clothes import Outfit, outfit
from data_samples.generate.mesh import Thing
from data_samples.generate.placing import apart, enters, outline
from data_samples.generate.poses import of_kind, varied
from data_samples.generate.rig import Pose
from data_samples.generate.scene import Person


@dataclass(eq=False)
class Stage:
    """A scene being filled: who and what is there already."""

    bodies: Sequence[Body]
    generator: np.random.Generator
    things: list[Thing] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    outlines: list[np.ndarray] = field(default_factory=list)

    def pick(self, *kinds: str) -> Pose:
        """A varied pose of some kinds (all but driving where none is named)."""
        found = of_kind(*kinds)
        return varied(found[self.generator.integers(len(found))], self.generator)

    def cast(self) -> tuple[Body, Outfit]:
        """A body with clothes."""
        body = self.bodies[int(self.generator.integers(len(self.bodies)))]
        return body, outfit(self.generator, body)

    def add(
        self, pose: Pose, place: tuple[float, float], heading: float, actor: tuple[Body, Outfit] | None = None
    ) -> bool:
        """Put somebody at a place; False, and nobody is added, where somebody or something is in the way."""
        body, wear = actor or self.cast()
        # Hips this near never go without touching; looking first saves the time to build the body.
        if any(np.hypot(*(other.keypoints[11:13].mean(axis=0)[:2] - place)) < 0.3 for other in self.people):
            return False
        person, furniture = self.seated(body, pose, wear, place, heading)
        cloud = outline(person)
        if enters(cloud, self.things) or not all(apart(cloud, other) for other in self.outlines):
            return False
        if furniture and any(enters(other, furniture) for other in self.outlines):
            return False
        self.people.append(person)
        self.outlines.append(cloud)
        self.things += furniture
        return True

    def seated(
        self, body: Body, pose: Pose, wear: Outfit, place: tuple[float, float], heading: float
    ) -> tuple[Person, list[Thing]]:
        """The person, and what it sits on."""
        person = people.stand(body, pose, wear, place, heading)
        if not pose.seat:
            return person, []
        height = people.seat_height(person)
        back = place[0] + 0.08 * np.sin(heading), place[1] - 0.08 * np.cos(heading)
        if self.generator.random() < 0.35 or height < 0.3:
            size = (float(self.generator.uniform(0.5, 1.3)), 0.42, height)
            return person, [things.crate(back, size, heading, things.wood(self.generator))]
        return person, [things.chair(back, height, heading, bool(self.generator.random() < 0.5), self.generator)]


def heading(generator: np.random.Generator, spread: float = 0.8) -> float:
    """A direction to face: mostly the camera, one time in six anywhere."""
    return float(generator.uniform(-np.pi, np.pi) if generator.random() < 0.16 else generator.normal(0, spread))


def grounded(pose: Pose) -> Pose:
    """The pose without a jump's height."""
    return replace(pose, air=0.0)
