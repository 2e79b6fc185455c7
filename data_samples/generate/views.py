"""More looks at one place and cast: a camera that walks round the people. Building is dear, looking is cheap."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from data_samples.generate.camera import Camera
from data_samples.generate.placing import enters
from data_samples.generate.rotations import turn
from data_samples.generate.scene import Scene

STEPS = (0.35, 1.1)  # radians that the camera walks from where the scene's recipe put it
ZOOM = (0.75, 1.4)
TRIES = 8


def walked(camera: Camera, middle: np.ndarray, angle: float, zoom: float) -> Camera:
    """The camera carried round the vertical through `middle` [3] by `angle` radians, its focal length times `zoom`."""
    around = turn(angle)
    position = middle + around @ (camera.position - middle)
    return replace(camera, position=position, rotation=camera.rotation @ around.T, focal=camera.focal * zoom)


def views(scene: Scene, count: int) -> Iterator[Scene]:
    """The scene itself, then up to `count` - 1 other looks at it that have half of somebody's keypoints in the
    image."""
    yield scene
    generator = np.random.default_rng([scene.seed, 11])
    middle = np.concatenate([person.keypoints for person in scene.people]).mean(axis=0)
    made = 1
    for _ in range(TRIES):
        if made == count:
            return
        angle = float(generator.uniform(*STEPS) * generator.choice([-1, 1]))
        camera = walked(scene.camera, middle, angle, float(generator.uniform(*ZOOM)))
        inside = [camera.contains(camera.project(person.keypoints)).mean() for person in scene.people]
        if max(inside) < 0.5 or enters(camera.position[None], scene.things, -0.15):
            continue
        yield replace(scene, camera=camera, seed=scene.seed + 100_000 * made)
        made += 1
