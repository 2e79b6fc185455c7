"""Which keypoints the camera sees, and what hides the others.

A keypoint lies inside the body, so what can be seen is its *surface patch*: the points of the person's own outer
surface (skin, hair, shoes or clothes) that belong to the body parts meeting at that keypoint and lie within a radius of
it. Seven rays are sent from the camera: one to the keypoint, six to a ring around it whose radius is RING of the
patch's. A ray *sees* when the first surface it meets is the patch, and is *blocked* when it meets something else nearer
than the keypoint's far side; a ray that passes beside everything says nothing. The keypoint is seen (2) where at least
as many rays see as are blocked, hidden (1) otherwise, and its `occluder` is what blocks most rays. Outside the image it
is 0.
"""

from dataclasses import dataclass

import numpy as np

from data_samples.generate.body_parts import PARTS
from data_samples.generate.camera import Camera
from data_samples.generate.triangles import MISS, Projected, first_hits
from methods.skeletons import COCO17

# Patch radius as a share of the person's height standing, and the parts whose surface counts.
RADII = {
    "nose": 0.032, "eye": 0.026, "ear": 0.036, "shoulder": 0.085, "elbow": 0.052, "wrist": 0.045,
    "hip": 0.13, "knee": 0.066, "ankle": 0.06,
}  # fmt: skip
SURFACES = {
    "nose": ("head",), "eye": ("head",), "ear": ("head",), "shoulder": ("torso", "{}_upper_arm"),
    "elbow": ("{}_upper_arm", "{}_lower_arm"), "wrist": ("{}_lower_arm",),
    "hip": ("torso", "left_upper_leg", "right_upper_leg"),
    "knee": ("{}_upper_leg", "{}_lower_leg"), "ankle": ("{}_lower_leg",),
}  # fmt: skip
RING = 0.35
OCCLUDERS = ("person", "object", "self")
SEEN, HIDDEN, ABSENT = 2, 1, 0


@dataclass(frozen=True, eq=False)
class Surfaces:
    """Every triangle of a scene: corners [T, 3, 3], the number of its owner [T] (people first), its body part [T]."""

    corners: np.ndarray
    owner: np.ndarray
    part: np.ndarray
    people: int


@dataclass(frozen=True, eq=False)
class Sight:
    """Of 17 keypoints: flags [17] (2 seen, 1 hidden, 0 outside the image), what hides each ("" unless hidden), and the
    share of deciding rays that see it [17] (NaN outside the image)."""

    flags: np.ndarray
    occluders: tuple[str, ...]
    shares: np.ndarray


def radius(keypoint: int, stature: float) -> float:
    """Of a keypoint's surface patch, metres."""
    return RADII[COCO17.keypoints[keypoint].split("_")[-1]] * stature


def patch_parts(keypoint: int) -> np.ndarray:
    """The PARTS whose surface is the keypoint's own, as indices."""
    side, _, kind = COCO17.keypoints[keypoint].rpartition("_")
    return np.array([PARTS.index(name.format(side)) for name in SURFACES[kind]])


def sight(
    camera: Camera, surfaces: Surfaces, projected: Projected, person: int, keypoints: np.ndarray, stature: float
) -> Sight:
    """Visibility of one person's `keypoints` [17, 3]; `projected` are the surfaces' triangles in the camera's image."""
    pixels, depths = camera.project(keypoints), camera.to_camera(keypoints)[:, 2]
    inside = camera.contains(pixels) & (depths > 0)
    flags, shares, occluders = np.zeros(len(keypoints), dtype=int), np.full(len(keypoints), np.nan), []
    if inside.any():
        margin = RING * max(RADII.values()) * stature * camera.focal / depths[inside].min()
        projected = projected.near(pixels[inside].min(axis=0) - margin, pixels[inside].max(axis=0) + margin)
    for keypoint in range(len(keypoints)):
        if not inside[keypoint]:
            occluders.append("")
            continue
        reach = radius(keypoint, stature)
        seen, blockers = _look(camera, surfaces, projected, person, keypoint, keypoints[keypoint], reach)
        total = seen + len(blockers)
        shares[keypoint] = seen / total if total else 1.0
        hidden = len(blockers) > seen
        flags[keypoint] = HIDDEN if hidden else SEEN
        occluders.append(max(OCCLUDERS, key=blockers.count) if hidden else "")
    return Sight(flags, tuple(occluders), shares)


def _look(
    camera: Camera,
    surfaces: Surfaces,
    projected: Projected,
    person: int,
    keypoint: int,
    position: np.ndarray,
    reach: float,
) -> tuple[int, list[str]]:
    """How many of the seven rays see the keypoint's patch, and what each blocked one met."""
    depth = camera.to_camera(position)[2]
    angles = np.arange(6) * np.pi / 3
    ring = np.concatenate([np.zeros((1, 2)), np.stack([np.cos(angles), np.sin(angles)], axis=1)])
    points = camera.project(position) + ring * RING * reach * camera.focal / depth
    near = projected.near(points.min(axis=0), points.max(axis=0))
    hits, found = first_hits(near, points)
    places = camera.unproject(points, np.where(found == MISS, 1.0, hits))
    seen, blockers = 0, []
    for hit, triangle, place in zip(hits, found, places, strict=True):
        if triangle == MISS:
            continue
        owner = surfaces.owner[triangle]
        own = owner == person and surfaces.part[triangle] in patch_parts(keypoint)
        if own and np.linalg.norm(place - position) <= reach:
            seen += 1
        elif hit < depth + reach:
            blockers.append("self" if owner == person else "person" if owner < surfaces.people else "object")
    return seen, blockers
