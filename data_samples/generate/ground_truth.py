"""Everything that is known exactly about the people of a scene."""

from dataclasses import dataclass

import numpy as np

from data_samples.generate.crowd import crowd_index
from data_samples.generate.mesh import Thing
from data_samples.generate.raster import rasterise
from data_samples.generate.scene import Person, Scene
from data_samples.generate.triangles import MISS, project
from data_samples.generate.visibility import Sight, Surfaces, sight


@dataclass(frozen=True, eq=False)
class PersonGroundTruth:
    """One person. Boxes are x1, y1, x2, y2 in pixels; the whole box may reach outside the image.

    keypoints       [17, 2]  pixels, also of keypoints outside the image;  places [17, 3] metres in the camera's axes
    mask         [H, W]   bool, the pixels that show the person
    box          [4]      of the mask;  whole_box [4] of the body as if nothing hid or cut it
    occlusion    share of the body's pixels inside the image that others or things hide
    truncation   share of the body's pixels that lie outside the image
    depth        mean depth of the keypoints, metres;  depth_order 0 nearest
    """

    keypoints: np.ndarray
    places: np.ndarray
    sight: Sight
    mask: np.ndarray
    box: np.ndarray
    whole_box: np.ndarray
    occlusion: float
    truncation: float
    depth: float
    depth_order: int


@dataclass(frozen=True, eq=False)
class GroundTruth:
    """`people` leaves out those without a visible pixel; `depths` and `owners` [H, W] are the z-buffer."""

    people: tuple[PersonGroundTruth | None, ...]
    crowd_index: float
    depths: np.ndarray
    owners: np.ndarray


def surfaces_of(scene: Scene) -> Surfaces:
    """All triangles of a scene with their owners, people first."""
    corners, owner, part = [], [], []
    owners: tuple[Person | Thing, ...] = (*scene.people, *scene.things)
    for number, thing in enumerate(owners):
        for mesh in thing.meshes:
            corners.append(mesh.corners())
            owner.append(np.full(len(mesh.triangles), number))
            part.append(np.full(len(mesh.triangles), -1) if mesh.parts is None else mesh.parts)
    return Surfaces(np.concatenate(corners), np.concatenate(owner), np.concatenate(part), len(scene.people))


def measure(scene: Scene) -> GroundTruth:
    """The ground truth about a scene; people without a single visible pixel are None."""
    camera, surfaces = scene.camera, surfaces_of(scene)
    projected = project(camera, surfaces.corners)
    depths, triangles = rasterise(projected, camera.width, camera.height)
    owners = np.where(triangles == MISS, MISS, surfaces.owner[triangles])
    order = np.argsort([camera.to_camera(person.keypoints)[:, 2].mean() for person in scene.people])
    people: list[PersonGroundTruth | None] = []
    for number, person in enumerate(scene.people):
        mask = owners == number
        if not mask.any():
            people.append(None)
            continue
        inside, whole = _silhouette(scene, surfaces.corners[surfaces.owner == number])
        places = camera.to_camera(person.keypoints)
        people.append(
            PersonGroundTruth(
                camera.project(person.keypoints),
                places,
                sight(camera, surfaces, projected, number, person.keypoints, person.stature),
                mask,
                _box(mask),
                whole_box(scene, number),
                1 - int(mask.sum()) / max(1, inside),
                1 - inside / max(1, whole),
                float(places[:, 2].mean()),
                int(np.flatnonzero(order == number)[0]),
            )
        )
    return GroundTruth(tuple(people), index_of(scene), depths, owners)


def index_of(scene: Scene) -> float:
    """The scene's crowd index, from whole boxes cut at the image's border and all keypoints inside it."""
    camera = scene.camera
    if not scene.people:
        return 0.0
    keypoints = np.stack([camera.project(person.keypoints) for person in scene.people])
    boxes = np.stack([whole_box(scene, number) for number in range(len(scene.people))])
    limits = np.array([camera.width, camera.height] * 2, dtype=float)
    return crowd_index(np.clip(boxes, 0, limits), keypoints, camera.contains(keypoints))


def whole_box(scene: Scene, number: int) -> np.ndarray:
    """Box [4] of a whole person; what lies behind the camera is left out."""
    vertices = np.concatenate([mesh.vertices for mesh in scene.people[number].meshes])
    seen = scene.camera.to_camera(vertices)
    pixels = scene.camera.image(seen[seen[:, 2] > 0.05])
    return np.concatenate([pixels.min(axis=0), pixels.max(axis=0)])


def _silhouette(scene: Scene, corners: np.ndarray) -> tuple[int, int]:
    """Pixels of a person alone: inside the image, and with a margin of half the image around it."""
    camera = scene.camera
    margin = max(camera.width, camera.height) // 2
    wide = camera.widened(margin)
    _, triangles = rasterise(project(wide, corners), wide.width, wide.height)
    covered = triangles != MISS
    return int(covered[margin:-margin, margin:-margin].sum()), int(covered.sum())


def _box(mask: np.ndarray) -> np.ndarray:
    """Box [4] around the True pixels of a mask."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1], dtype=float)
