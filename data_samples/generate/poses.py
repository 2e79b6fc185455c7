"""A hand-made library of natural poses, and how one is mirrored and varied."""

from dataclasses import fields, replace
from typing import Any

import numpy as np

from data_samples.generate.rig import Limb, Pose

HANG = Limb((0.16, 0.02, -1), (0.1, 0.28, -1))
RELAXED = Limb((0.2, -0.08, -1), (0.02, 0.35, -1))
ON_HIP = Limb((0.75, -0.3, -0.75), (-0.7, 0.35, -0.45), 10)
BENT_UP = Limb((0.25, 0.1, -1), (-0.1, 0.75, 0.65))
PHONE = Limb((0.25, 0.25, -1), (-0.35, 0.85, 0.45))
TO_EAR = Limb((0.5, 0.35, -0.8), (-0.25, 0.25, 1))
CARRY = Limb((0.12, 0.12, -1), (-0.1, 1, 0.05))
WAVE = Limb((1, 0.15, 0.05), (0.25, 0.25, 1))
REACH_UP = Limb((0.25, 0.35, 1), (0.05, 0.3, 1))
REACH_OUT = Limb((0.3, 1, 0.05), (0.15, 1, 0.15))
SIDEWAYS = Limb((1, 0.1, 0.1), (1, 0.15, 0.15))
POINT = Limb((0.75, 0.75, 0.1), (0.7, 0.8, 0.15))
BACK = Limb((0.25, -0.5, -1), (0.1, -0.05, -1))
SWING_FRONT = Limb((0.1, 0.45, -1), (-0.1, 0.8, -0.5))
SWING_BACK = Limb((0.22, -0.5, -1), (0.1, -0.1, -1))
RUN_FRONT = Limb((0.15, 0.45, -1), (-0.3, 0.85, 0.6))
RUN_BACK = Limb((0.35, -0.85, -0.7), (0.05, 0.35, -0.9))
ON_KNEE = Limb((0.12, 0.35, -1), (-0.08, 0.9, -0.35))
TYPING = Limb((0.2, 0.3, -1), (-0.2, 1, 0.05))
WHEEL = Limb((0.22, 0.65, -0.75), (-0.12, 1, 0.3))

STAND = Limb((0.06, 0.0, -1), (0.05, -0.04, -1))
WIDE = Limb((0.22, 0.02, -1), (0.2, -0.04, -1))
EASED = Limb((0.16, 0.28, -1), (0.1, -0.12, -1))
STEP = Limb((0.04, 0.42, -1), (0.04, 0.2, -1), -18)
PUSH = Limb((0.04, -0.25, -1), (0.04, -0.62, -1), 35)
SIT = Limb((0.16, 1, -0.02), (0.06, 0.02, -1))
SIT_OUT = Limb((0.3, 1, -0.05), (0.12, 0.45, -1))
SQUAT = Limb((0.35, 1, 0.1), (0.1, -0.45, -1))
KNEEL = Limb((0.08, 0.08, -1), (0.05, -1, -0.12), 75)


def _pose(kind: str, arms: tuple[Limb, Limb], legs: tuple[Limb, Limb], **angles: Any) -> Pose:
    return Pose(*arms, *legs, kind=kind, **angles)


LIBRARY: tuple[Pose, ...] = (
    _pose("standing", (HANG, HANG), (STAND, STAND)),
    _pose("standing", (RELAXED, HANG), (STAND, EASED), pelvis=2, look=15),
    _pose("standing", (ON_HIP, HANG), (EASED, STAND), side=3, look=-10),
    _pose("standing", (ON_HIP, ON_HIP), (WIDE, WIDE)),
    _pose("standing", (HANG, PHONE), (STAND, EASED), nod=22),
    _pose("standing", (TO_EAR, HANG), (STAND, STAND), look=20),
    _pose("standing", (CARRY, CARRY), (STAND, WIDE), lean=4),
    _pose("standing", (HANG, WAVE), (STAND, EASED), look=-15),
    _pose("standing", (WAVE, WAVE), (WIDE, WIDE)),
    _pose("standing", (REACH_UP, REACH_UP), (WIDE, STAND), nod=-15),
    _pose("standing", (REACH_OUT, HANG), (STAND, EASED), lean=8, look=12),
    _pose("standing", (HANG, POINT), (EASED, STAND), look=-30),
    _pose("standing", (REACH_UP, ON_HIP), (STAND, EASED), nod=-20, side=-4),
    _pose("standing", (SIDEWAYS, SIDEWAYS), (WIDE, WIDE)),
    _pose("crossed", (Limb((0.18, 0.2, -1), (-0.95, 0.55, 0.1)), Limb((0.2, 0.32, -1), (-0.9, 0.62, 0.18))),
          (STAND, WIDE)),
    _pose("bending", (Limb((0.1, 0.5, -1), (0.0, 0.7, -1)), Limb((0.1, 0.4, -1), (0.0, 0.6, -1))),
          (Limb((0.1, 0.25, -1), (0.06, -0.25, -1)), Limb((0.08, 0.2, -1), (0.06, -0.2, -1))),
          lean=55, pelvis=25, nod=-20),
    _pose("walking", (SWING_BACK, SWING_FRONT), (STEP, PUSH), twist=6, lean=3),
    _pose("walking", (HANG, SWING_BACK), (Limb((0.04, -0.12, -1), (0.04, -0.3, -1), 10), STEP), twist=-4),
    _pose("walking", (BENT_UP, SWING_BACK), (PUSH, STEP), twist=-5, nod=12),
    _pose("running", (RUN_BACK, RUN_FRONT), (Limb((0.06, 0.95, -0.7), (0.04, -0.35, -1), 5),
          Limb((0.05, -0.35, -1), (0.05, -1, -0.25), 55)), lean=14, twist=12, air=0.08),
    _pose("running", (RUN_FRONT, RUN_BACK), (Limb((0.04, -0.55, -1), (0.04, -0.6, -1), 45),
          Limb((0.06, 0.8, -0.65), (0.04, 0.0, -1), -5)), lean=16, twist=-12),
    _pose("sitting", (ON_KNEE, ON_KNEE), (SIT, SIT), seat=True, pelvis=-6, lean=2),
    _pose("sitting", (TYPING, TYPING), (SIT, SIT), seat=True, lean=8, nod=8),
    _pose("sitting", (ON_KNEE, PHONE), (SIT_OUT, SIT), seat=True, pelvis=-10, lean=4, nod=20),
    _pose("sitting", (Limb((0.2, 0.3, -1), (-0.15, 0.55, -0.8)), Limb((0.2, 0.35, -1), (-0.15, 0.6, -0.75))),
          (SIT_OUT, SIT_OUT), seat=True, lean=24, nod=-12),
    _pose("sitting", (WAVE, ON_KNEE), (SIT, SIT_OUT), seat=True, look=15),
    _pose("driving", (WHEEL, WHEEL), (Limb((0.14, 1, 0.12), (0.04, 0.75, -0.75), -20),
          Limb((0.12, 1, 0.1), (0.04, 0.7, -0.8), -15)), seat=True, pelvis=-16, lean=-12, nod=5),
    _pose("squatting", (Limb((0.1, 0.9, -0.7), (-0.1, 1, 0.1)), Limb((0.1, 0.9, -0.7), (-0.1, 1, 0.15))),
          (SQUAT, SQUAT), lean=28, pelvis=15, nod=-15),
    _pose("kneeling", (HANG, REACH_OUT), (KNEEL, Limb((0.12, 1, 0.0), (0.05, -0.05, -1))), lean=8),
    _pose("lunging", (ON_HIP, ON_HIP), (Limb((0.08, 0.95, -0.45), (0.04, 0.02, -1)),
          Limb((0.05, -0.4, -1), (0.05, -0.75, -0.6), 55)), lean=4),
    _pose("jumping", (REACH_UP, WAVE), (Limb((0.2, 0.35, -1), (0.1, -0.7, -0.8), 35),
          Limb((0.15, 0.15, -1), (0.1, -0.9, -0.7), 40)), air=0.35),
    _pose("jumping", (SIDEWAYS, REACH_UP), (Limb((0.4, 0.1, -1), (0.3, -0.35, -1), 35),
          Limb((0.35, 0.2, -1), (0.2, -0.5, -1), 35)), air=0.28),
    _pose("throwing", (REACH_OUT, Limb((0.95, -0.35, 0.25), (0.15, -0.45, 1))),
          (Limb((0.15, 0.6, -1), (0.06, 0.15, -1), -5), Limb((0.12, -0.3, -1), (0.08, -0.5, -1), 30)),
          twist=-25, lean=-4),
    _pose("kicking", (SIDEWAYS, Limb((0.7, -0.4, -0.7), (0.3, 0.2, -0.9))),
          (Limb((0.05, -0.1, -1), (0.05, -0.3, -1)), Limb((0.12, 0.95, -0.45), (0.02, 0.85, -0.45), 25)),
          lean=-8, twist=12),
    _pose("batting", (Limb((-0.2, 0.75, -0.25), (-0.55, 0.3, 0.6)), Limb((0.55, 0.5, -0.3), (-0.45, 0.3, 0.75))),
          (Limb((0.3, 0.3, -1), (0.15, -0.25, -1)), Limb((0.3, 0.25, -1), (0.15, -0.25, -1))),
          lean=16, twist=-20, look=35),
    _pose("lying", (Limb((0.35, 0.1, -1), (0.2, 0.25, -1)), Limb((0.9, 0.05, 0.1), (0.1, 0.1, 1))),
          (Limb((0.1, 0.02, -1), (0.08, -0.02, -1), 25), Limb((0.15, 0.5, -1), (0.08, -0.45, -1), 20)), pitch=-90),
    _pose("lying", (Limb((0.1, 0.85, -0.4), (-0.3, 0.6, 0.4)), Limb((0.2, 0.4, -1), (0.05, 0.6, -0.8))),
          (Limb((0.05, 0.3, -1), (0.0, -0.25, -1), 25), Limb((0.05, 0.55, -1), (0.0, -0.45, -1), 25)), roll=-90, nod=5),
)  # fmt: skip


def mirrored(pose: Pose) -> Pose:
    """The same pose with left and right exchanged."""
    turned = {name: -getattr(pose, name) for name in ("side", "twist", "look", "tilt", "roll")}
    return replace(
        pose,
        left_arm=pose.right_arm,
        right_arm=pose.left_arm,
        left_leg=pose.right_leg,
        right_leg=pose.left_leg,
        **turned,
    )


def varied(pose: Pose, generator: np.random.Generator, amount: float = 1.0) -> Pose:
    """The pose, perhaps mirrored, with directions and angles moved a little; `amount` 0 leaves them as they are."""
    if generator.random() < 0.5:
        pose = mirrored(pose)
    changes: dict[str, Any] = {}
    for entry in fields(Pose):
        value = getattr(pose, entry.name)
        if isinstance(value, Limb):
            legs = 0.5 if entry.name.endswith("leg") else 1.0
            changes[entry.name] = _varied_limb(value, generator, amount * legs)
    for name, spread in (("lean", 3.0), ("side", 2.0), ("twist", 4.0), ("nod", 6.0), ("look", 14.0), ("tilt", 4.0)):
        changes[name] = getattr(pose, name) + amount * generator.normal(0, spread)
    changes["fist"] = generator.uniform(8, 55)
    return replace(pose, **changes)


def _varied_limb(limb: Limb, generator: np.random.Generator, amount: float) -> Limb:
    def moved(direction: tuple[float, float, float]) -> tuple[float, float, float]:
        vector = np.array(direction) / np.linalg.norm(direction) + amount * generator.normal(0, 0.06, 3)
        return (float(vector[0]), float(vector[1]), float(vector[2]))

    return Limb(moved(limb.upper), moved(limb.lower), limb.end)


def of_kind(*kinds: str) -> list[Pose]:
    """The library's poses of some kinds; all but driving where none is named."""
    return [pose for pose in LIBRARY if (pose.kind in kinds if kinds else pose.kind != "driving")]
