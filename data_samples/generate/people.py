"""A body, a pose and clothes made into a person that stands somewhere."""

import numpy as np

from data_samples.generate.bodies import Body
from data_samples.generate.body_parts import regions
from data_samples.generate.clothes import Outfit, dressed
from data_samples.generate.mesh import Mesh
from data_samples.generate.rig import Pose, pose_bones
from data_samples.generate.scene import Person


def stand(
    body: Body, pose: Pose, wear: Outfit, place: tuple[float, float], heading: float, floor: float = 0.0
) -> Person:
    """A person whose lowest point is on the floor (plus `pose.air`), its hips' middle at `place` x, y.

    `heading` in radians: 0 faces -y, positive turns to the own left.
    """
    posed = body.rig.skin(body.vertices, *pose_bones(body.rig, pose, heading))
    meshes = dressed(body, posed, regions(body, iris=wear.seed % 4), wear)
    keypoints = body.keypoint_positions(posed)
    hips = keypoints[11:13].mean(axis=0)
    lowest = min(float(mesh.vertices[:, 2].min()) for mesh in meshes)
    shift = np.array([place[0] - hips[0], place[1] - hips[1], floor + pose.air - lowest])
    moved = tuple(
        Mesh(mesh.vertices + shift, mesh.triangles, mesh.material, mesh.rest, mesh.colours, mesh.parts, mesh.smooth)
        for mesh in meshes
    )
    stature = float(np.ptp(body.vertices[body.pieces["body"], 2]))
    return Person(moved, keypoints + shift, stature, pose.kind, body.traits)


def seat_height(person: Person) -> float:
    """How high the thighs' and buttocks' underside is: where a seat goes."""
    hips, knees = person.keypoints[11:13].mean(axis=0), person.keypoints[13:15].mean(axis=0)
    towards = (knees - hips)[:2]
    towards = towards / np.linalg.norm(towards)
    heights = []
    for mesh in person.meshes:
        along = (mesh.vertices[:, :2] - hips[:2]) @ towards
        near = (along > -0.15) & (along < 0.25) & (np.abs(mesh.vertices[:, 2] - hips[2]) < 0.3)
        heights.append(mesh.vertices[near, 2])
    return float(np.percentile(np.concatenate(heights), 2))
