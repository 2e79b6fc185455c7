"""Where on a body each vertex lies: parts, distance along limbs, and the regions of the face."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from data_samples.generate.bodies import Body
from methods.skeletons import COCO17

PARTS = (
    "head", "torso",
    "left_upper_arm", "right_upper_arm", "left_lower_arm", "right_lower_arm",
    "left_upper_leg", "right_upper_leg", "left_lower_leg", "right_lower_leg",
)  # fmt: skip
_LIMBS = {
    "upperarm": 2, "lowerarm": 4, "wrist": 4, "finger": 4, "metacarpal": 4,
    "upperleg": 6, "lowerleg": 8, "foot": 8, "toe": 8,
}  # fmt: skip
_TRUNK = ("root", "pelvis", "spine", "breast", "clavicle", "shoulder", "neck01", "neck02")


@dataclass(frozen=True, eq=False)
class Regions:
    """All [V], about the body at rest.

    part         index into PARTS
    torso, arm, leg  bool
    height       up the trunk, 0 at the hips, 1 at the neck's root
    along        down a limb, 0 shoulder or hip, 1 elbow or knee, 2 wrist or ankle; 0 elsewhere
    lips, brows, beard, scalp  0 to 1;  scalp_depth  metres inside the hairline
    """

    part: np.ndarray
    torso: np.ndarray
    arm: np.ndarray
    leg: np.ndarray
    height: np.ndarray
    along: np.ndarray
    lips: np.ndarray
    brows: np.ndarray
    beard: np.ndarray
    scalp: np.ndarray
    scalp_depth: np.ndarray
    ear: np.ndarray
    collar: float
    iris: int


def part_of(bone: str) -> int:
    """Which part a bone moves."""
    for start, part in _LIMBS.items():
        if bone.startswith(start):
            return part + bone.endswith(".R")
    return 1 if bone.startswith(_TRUNK) else 0


@cache
def regions(body: Body, collar: float = 0.95, iris: int = 0) -> Regions:
    """Regions of a body; `collar` is how high up the trunk tops reach."""
    rig, rest = body.rig, body.vertices
    of_bone = np.array([part_of(bone) for bone in rig.bones])
    # The part with the largest total weight, not the part of the heaviest bone: a hand's weight is split among many.
    share = np.zeros((len(rest), len(PARTS)))
    for slot in range(rig.indices.shape[1]):
        np.add.at(share, (np.arange(len(rest)), of_bone[rig.indices[:, slot]]), rig.weights[:, slot])
    part = share.argmax(axis=1)
    arm, leg, torso = (part >= 2) & (part < 6), part >= 6, part == 1
    along = np.zeros(len(rest))
    for side, sign in (("L", 1), ("R", -1)):
        mine = np.sign(rest[:, 0]) == sign
        for limb, bones in ((arm, ("upperarm01", "lowerarm01", "wrist")), (leg, ("upperleg01", "lowerleg01", "foot"))):
            chosen = limb & mine
            lower = part[chosen] // 2 % 2 == 0
            along[chosen] = _along(rest[chosen], lower, *(rig.head(f"{bone}.{side}") for bone in bones))
    hips, neck = rig.head("upperleg01.L")[2], rig.head("neck01")[2]
    height = (rest[:, 2] - hips) / (neck - hips)
    return Regions(part, torso, arm, leg, height, along, **_face(body), collar=collar, iris=iris)


def _along(points: np.ndarray, lower: np.ndarray, top: np.ndarray, hinge: np.ndarray, end: np.ndarray) -> np.ndarray:
    """0 to 1 from top to hinge, 1 to 2 from hinge to end, and beyond; `lower` [P] are the points past the hinge."""
    first, second = hinge - top, end - hinge
    upper = (points - top) @ first / (first @ first)
    below = 1 + (points - hinge) @ second / (second @ second)
    return np.where(lower, np.maximum(below, 0.9), np.minimum(upper, 1.1))


def _face(body: Body) -> dict[str, np.ndarray]:
    """Lips, brows, beard and scalp from where vertices lie relative to eyes, ears and nose."""
    rest = body.vertices
    keypoints = dict(zip(COCO17.keypoints, body.keypoint_positions(rest), strict=True))
    ear = (keypoints["left_ear"] + keypoints["right_ear"]) / 2
    eye = (keypoints["left_eye"] + keypoints["right_eye"]) / 2
    unit = ear[1] - eye[1]  # from eye to ear, about 9 cm in a grown-up
    x, forward, up = np.abs(rest[:, 0]), ear[1] - rest[:, 1], rest[:, 2]
    wide = keypoints["left_eye"][0]
    mouth = keypoints["nose"][2] - 0.32 * unit
    front = forward > 0.55 * unit
    lips = _soft((x / (0.28 * unit)) ** 2 + ((up - mouth) / (0.09 * unit)) ** 2) * (forward > 1.0 * unit)
    line = eye[2] + 0.24 * unit - 0.25 * np.maximum(x - 1.1 * wide, 0) - 0.1 * np.maximum(1.0 * wide - x, 0)
    brows = _soft(((up - line) / (0.06 * unit)) ** 2 + ((x - wide) / (0.75 * wide)) ** 6) * front
    low = up < keypoints["nose"][2] - 0.12 * unit - 0.05 * unit * (forward < 0.8 * unit)
    jaw = (up > keypoints["nose"][2] - 1.15 * unit) & (forward > 0.15 * unit)
    beard = (low & jaw).astype(float) * (1 - lips)
    hairline = ear[2] + unit * np.interp(
        forward / unit, [-0.5, -0.15, 0.0, 0.3, 0.5, 0.8, 2.0], [-0.8, -0.5, 0.3, 0.25, 0.5, 0.95, 0.95]
    )
    pinna = (x > 0.9 * abs(keypoints["left_ear"][0])) & (np.abs(forward) < 0.45 * unit) & (up < ear[2] + 0.42 * unit)
    depth = up - hairline
    return {
        "lips": lips,
        "brows": brows,
        "beard": beard,
        "scalp": ((depth > 0) & ~pinna).astype(float),
        "scalp_depth": np.maximum(depth, 0),
        "ear": ear,
    }


def _soft(distance: np.ndarray) -> np.ndarray:
    """1 where a squared distance is well below 1, 0 above, with a soft edge."""
    return np.clip(1.5 - distance, 0, 1)
