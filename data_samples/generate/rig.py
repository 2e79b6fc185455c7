"""From a pose in words of body parts to posed vertices: forward kinematics and linear blend skinning."""

from dataclasses import dataclass, field

import numpy as np

from data_samples.generate.rotations import about, between, frame, part, turn

Direction = tuple[float, float, float]
SIDES = {"L": 1.0, "R": -1.0}  # the person's left is +x while it faces -y
SPINE = ("spine05", "spine04", "spine03", "spine02", "spine01")
NECK = ("neck01", "neck02", "neck03", "head")
STRAIGHT = np.radians(12)  # a limb bent less than this has no hinge axis of its own


@dataclass(frozen=True)
class Limb:
    """Directions of the upper and the lower part as (outward, forward, upward), and the end's pitch in degrees."""

    upper: Direction
    lower: Direction
    end: float = 0.0


@dataclass(frozen=True)
class Pose:
    """A whole body. Angles in degrees.

    Arms are relative to the chest, legs to the pelvis' upright frame. `lean` bends the back forward, `side` to the
    own left, `twist` turns the chest to the own left; `nod`, `look` and `tilt` do the same for the head.
    `pitch` and `roll` lay the whole body down: pitch -90 is on the back, 90 on the front, roll 90 on the left side.
    `seat` says that thighs rest on something, `air` is how high the lowest point is, in metres.
    """

    left_arm: Limb
    right_arm: Limb
    left_leg: Limb
    right_leg: Limb
    lean: float = 0.0
    side: float = 0.0
    twist: float = 0.0
    nod: float = 0.0
    look: float = 0.0
    tilt: float = 0.0
    pelvis: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    seat: bool = False
    air: float = 0.0
    fist: float = 25.0
    kind: str = field(default="standing", compare=False)


@dataclass(frozen=True, eq=False)
class Rig:
    """The bones of one body at rest: names and parents of B bones, their heads [B, 3], weights of V vertices.

    indices, weights  [V, W]  the bones that move a vertex, and how much
    """

    bones: tuple[str, ...]
    parents: tuple[int, ...]
    heads: np.ndarray
    indices: np.ndarray
    weights: np.ndarray

    def head(self, bone: str) -> np.ndarray:
        return self.heads[self.bones.index(bone)]

    def along(self, start: str, end: str) -> np.ndarray:
        """Unit vector from one bone's head to another's."""
        offset = self.head(end) - self.head(start)
        return offset / np.linalg.norm(offset)

    def transforms(self, rotations: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """Where bones turned by `rotations` (in rest axes, about each bone's head) end: matrices and offsets [B, ...].

        A rotation given with the key "=name" is the bone's final orientation, whatever its parents do.
        """
        turned, moved = np.zeros((len(self.bones), 3, 3)), np.zeros((len(self.bones), 3))
        for index, (bone, parent) in enumerate(zip(self.bones, self.parents, strict=True)):
            above = turned[parent] if parent >= 0 else np.eye(3)
            offset = moved[parent] if parent >= 0 else np.zeros(3)
            fixed = rotations.get("=" + bone)
            turned[index] = fixed if fixed is not None else above @ rotations.get(bone, np.eye(3))
            moved[index] = above @ self.heads[index] + offset - turned[index] @ self.heads[index]
        return turned, moved

    def skin(self, vertices: np.ndarray, turned: np.ndarray, moved: np.ndarray) -> np.ndarray:
        """Vertices [V, 3] at rest, carried along by the bones."""
        posed = np.zeros_like(vertices, dtype=float)
        for slot in range(self.indices.shape[1]):
            bone, weight = self.indices[:, slot], self.weights[:, slot, None]
            posed += weight * (np.einsum("vij,vj->vi", turned[bone], vertices) + moved[bone])
        return posed


def pose_bones(rig: Rig, pose: Pose, heading: float) -> tuple[np.ndarray, np.ndarray]:
    """Bone transforms of a body in a pose; `heading` in radians, 0 faces -y, positive turns to the own left."""
    degrees = np.pi / 180
    upright = turn(heading) @ about([1, 0, 0], pose.pitch * degrees) @ about([0, 1, 0], pose.roll * degrees)
    pelvis = upright @ about([1, 0, 0], pose.pelvis * degrees)
    bend = turn(pose.twist * degrees) @ about([1, 0, 0], pose.lean * degrees) @ about([0, 1, 0], pose.side * degrees)
    chest = upright @ bend
    rotations = {"=root": pelvis}
    across = pelvis.T @ chest
    for step, bone in enumerate(SPINE, start=1):
        rotations["=" + bone] = pelvis @ part(across, step / len(SPINE))
    face = turn(pose.look * degrees) @ about([1, 0, 0], pose.nod * degrees) @ about([0, 1, 0], pose.tilt * degrees)
    for step, bone in enumerate(NECK, start=1):
        rotations["=" + bone] = chest @ part(face, step / len(NECK))
    for side, arm, leg in (("L", pose.left_arm, pose.left_leg), ("R", pose.right_arm, pose.right_leg)):
        rotations |= _arm(rig, arm, side, chest) | _leg(rig, leg, side, upright) | _fingers(rig, side, pose.fist)
    return rig.transforms(rotations)


def _world(direction: Direction, side: str) -> np.ndarray:
    """(outward, forward, upward) in rest axes."""
    outward, forward, upward = direction
    vector = np.array([SIDES[side] * outward, -forward, upward], float)
    return vector / np.linalg.norm(vector)


def _hinged(rest: np.ndarray, rest_axis: np.ndarray, upper: np.ndarray, lower: np.ndarray) -> np.ndarray:
    """Rotation of an upper limb from `rest` to `upper` such that its hinge bends towards `lower`."""
    axis = np.cross(upper, lower)
    sine = np.linalg.norm(axis)
    swing = between(rest, upper)
    if sine < np.sin(STRAIGHT):
        return swing
    hinged = frame(upper, axis) @ frame(rest, rest_axis).T
    # Nearly straight limbs fade into the plain swing, so that a small change of pose stays one.
    share = min(1.0, (sine - np.sin(STRAIGHT)) / 0.3)
    return swing @ part(swing.T @ hinged, share)


def _arm(rig: Rig, arm: Limb, side: str, chest: np.ndarray) -> dict[str, np.ndarray]:
    upper, lower = _world(arm.upper, side), _world(arm.lower, side)
    rest_upper = rig.along(f"upperarm01.{side}", f"lowerarm01.{side}")
    rest_lower = rig.along(f"lowerarm01.{side}", f"wrist.{side}")
    # A raised arm takes the collar bone along.
    raised = max(0.0, np.arcsin(np.clip(upper[2], -1, 1)) + 0.35) * 0.4
    collar = chest @ about([0, -SIDES[side], 0], raised)
    hinge = np.cross(rest_upper, rest_lower)
    turned = _hinged(rest_upper, hinge, upper, lower)
    bent = between(turned @ rest_lower, lower) @ turned
    wrist = bent @ about(hinge, arm.end * np.pi / 180)
    return {
        f"=clavicle.{side}": collar,
        f"=shoulder01.{side}": chest @ part(chest.T @ collar, 1.0),
        f"=upperarm01.{side}": chest @ turned,
        f"=upperarm02.{side}": chest @ turned,
        f"=lowerarm01.{side}": chest @ bent,
        f"=lowerarm02.{side}": chest @ bent,
        f"=wrist.{side}": chest @ wrist,
    }


def _leg(rig: Rig, leg: Limb, side: str, upright: np.ndarray) -> dict[str, np.ndarray]:
    upper, lower = _world(leg.upper, side), _world(leg.lower, side)
    rest_upper = rig.along(f"upperleg01.{side}", f"lowerleg01.{side}")
    rest_lower = rig.along(f"lowerleg01.{side}", f"foot.{side}")
    turned = _hinged(rest_upper, np.cross(rest_upper, [0.0, 1.0, 0.0]), upper, lower)
    bent = between(turned @ rest_lower, lower) @ turned
    # The foot turns out with the knee but stays level, pitched by `end` (toes down).
    toes = turned @ np.array([0.0, -1.0, 0.0])
    out = np.arctan2(toes[0], -toes[1]) if np.hypot(toes[0], toes[1]) > 0.3 else 0.0
    level = turn(float(np.clip(out, -0.6, 0.6)))
    return {
        f"=upperleg01.{side}": upright @ turned,
        f"=upperleg02.{side}": upright @ turned,
        f"=lowerleg01.{side}": upright @ bent,
        f"=lowerleg02.{side}": upright @ bent,
        f"=foot.{side}": upright @ level @ about([1, 0, 0], leg.end * np.pi / 180),
    }


def _fingers(rig: Rig, side: str, curl: float) -> dict[str, np.ndarray]:
    """Every finger's three keypoints bent by `curl` degrees, the thumb by a third."""
    middle = rig.along(f"finger3-1.{side}", f"finger3-3.{side}")
    across = rig.along(f"finger5-1.{side}", f"finger2-1.{side}")
    axis = across * -1.0 if np.cross(across, middle)[2] > 0 else across
    rotations = {}
    for finger in range(1, 6):
        share = 1 / 3 if finger == 1 else 1.0
        for keypoint in range(1, 4):
            rotations[f"finger{finger}-{keypoint}.{side}"] = about(axis, share * curl * np.pi / 180)
    return rotations
