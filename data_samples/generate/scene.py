"""A scene: people, things, light and a camera, all in numbers."""

from dataclasses import dataclass, field

import numpy as np

from data_samples.generate.camera import Camera
from data_samples.generate.mesh import Mesh, Thing

Colour = tuple[float, float, float]
Lamp = tuple[tuple[float, float, float], float, float, Colour]  # position, size, watts, colour; shines down


@dataclass(frozen=True)
class Light:
    """Sky, one sun and lamps. Angles in radians; `sun_turn` 0 shines from -y (behind the camera) towards +y."""

    sky: bool = True
    sky_colour: Colour = (0.8, 0.85, 1.0)
    sky_strength: float = 0.3
    sun_strength: float = 3.0
    sun_height: float = 0.8
    sun_turn: float = 0.5
    sun_softness: float = 0.02
    sun_colour: Colour = (1.0, 0.96, 0.9)
    lamps: tuple[Lamp, ...] = ()


@dataclass(frozen=True, eq=False)
class Person:
    """A posed, dressed body in the world, with its 17 keypoints [17, 3] and its height standing, in metres."""

    meshes: tuple[Mesh, ...]
    keypoints: np.ndarray
    stature: float
    kind: str
    traits: dict[str, float]


@dataclass(frozen=True, eq=False)
class Scene:
    name: str
    group: str
    seed: int
    camera: Camera
    people: tuple[Person, ...]
    things: tuple[Thing, ...]
    light: Light
    exposure: float = 0.0
    look: str = "None"
    blur: tuple[float, float] = (0.0, 0.0)  # length in pixels, direction in radians
    noise: float = 0.0
    note: str = ""
    extra: dict[str, object] = field(default_factory=dict)

    def meshes(self) -> list[Mesh]:
        """All surfaces, people first."""
        owners: tuple[Person | Thing, ...] = (*self.people, *self.things)
        return [mesh for owner in owners for mesh in owner.meshes]
