"""KAPAO: two kinds of objects from one detector, and what fusion made of them."""

import numpy as np

from app.colours import person_colour, side_colours
from app.outputs.bars import Chart, Row
from app.outputs.marks import Layer, Mark, keypoint_name, named, pixels, pose_marks
from app.outputs.step import Step
from methods.kapao.decode import KapaoIntermediate
from methods.types import Poses


def pose_objects(intermediate: KapaoIntermediate, poses: Poses, numbers: np.ndarray) -> list[Mark]:
    """The box and the keypoints of every pose object, before fusion."""
    marks = []
    replaced = np.bincount(intermediate.fused_pose, minlength=len(numbers))
    for i, number in enumerate(numbers.tolist()):
        box = Mark(
            "box",
            pixels(intermediate.pose_boxes[i]),
            person_colour(number),
            float(intermediate.pose_scores[i]),
            "pose object",
            [f"{replaced[i]} of {len(poses.skeleton)} keypoints replaced by fusion", named(number)],
        )
        marks += [box, *pose_marks(box, intermediate.pose_keypoints[i], poses.skeleton)]
    return marks


def keypoint_objects(intermediate: KapaoIntermediate, poses: Poses, numbers: np.ndarray) -> list[Mark]:
    """The box of every keypoint object, coloured by body side."""
    taken_by = dict(zip(intermediate.fused_object.tolist(), numbers[intermediate.fused_pose].tolist(), strict=True))
    colours = side_colours(poses.skeleton)
    return [
        Mark(
            "box",
            pixels(intermediate.keypoint_boxes[i]),
            colours[keypoint],
            float(intermediate.keypoint_scores[i]),
            keypoint_name(keypoint, poses.skeleton),
            ["keypoint object", f"fused into {named(taken_by[i])}" if i in taken_by else "taken by no pose"],
            aside=i not in taken_by,
        )
        for i, keypoint in enumerate(intermediate.keypoint_classes.tolist())
    ]


def fusions(intermediate: KapaoIntermediate, poses: Poses, numbers: np.ndarray) -> list[Mark]:
    """An arrow for each keypoint that fusion moved."""
    before = intermediate.pose_keypoints[intermediate.fused_pose, intermediate.fused_keypoint]
    after = intermediate.keypoint_centres[intermediate.fused_object]
    ways = zip(
        np.concatenate([before, after], axis=1),
        np.hypot(*(after - before).T),
        numbers[intermediate.fused_pose].tolist(),
        intermediate.fused_keypoint.tolist(),
        intermediate.keypoint_scores[intermediate.fused_object].tolist(),
        strict=True,
    )
    return [
        Mark(
            "arrow",
            pixels(way),
            person_colour(number),
            score,
            keypoint_name(keypoint, poses.skeleton),
            [f"moved {distance:.1f} px from the pose object's keypoint", named(number)],
        )
        for way, distance, number, keypoint, score in ways
    ]


def fusion_rows(intermediate: KapaoIntermediate, poses: Poses) -> list[Row]:
    """Figure 4, right, on one image: of each keypoint's places in pose objects, how many fusion replaced."""
    people = len(poses)
    replaced = np.bincount(intermediate.fused_keypoint, minlength=len(poses.skeleton))
    return [
        {"name": keypoint_name(k, poses.skeleton), "share": round(count / people, 3), "told": f"{count} of {people}"}
        for k, count in enumerate(replaced.tolist())
        if people
    ]


INTERMEDIATE = KapaoIntermediate
LAYERS = (
    Layer(
        "Pose objects",
        "Whole people as the detector sees them: a box and all keypoints at once, before fusion.",
        pose_objects,
    ),
    Layer(
        "Keypoint objects",
        "Single keypoints, found as small boxes of their own; blue is left, orange right, dashed taken by no pose.",
        keypoint_objects,
    ),
    Layer(
        "Fusions",
        "From a pose object's keypoint to the keypoint object that took its place.",
        fusions,
    ),
)

PAPER = "McNally et al., Rethinking Keypoint Representations (2022), "

STEPS = (
    Step(
        "People as objects",
        "One detector looks at the image once. A whole person is one of its objects: a box that carries the places of"
        " all keypoints with it. Such a pose object knows which keypoints belong together.",
        PAPER + "section 3: pose objects",
        ("Pose objects",),
    ),
    Step(
        "Keypoints as objects",
        "The same head, in the same look, also finds single keypoints: each a small box whose middle is the keypoint."
        " Such a keypoint object looks at that place alone, but does not know whose keypoint it is.",
        PAPER + "section 3: keypoint objects",
        ("Keypoint objects",),
    ),
    Step(
        "Fusion",
        "A keypoint object that lies near enough to the same keypoint of a confident pose object takes its place. Each"
        " arrow is a keypoint that moved. Only distances are compared, without a network.",
        PAPER + "section 3.3, Inference",
        ("Fusions",),
        study="fusion",
        charts=(Chart("Here: keypoints replaced by fusion (Figure 4, right)", fusion_rows),),
    ),
    Step(
        "The result",
        "Pose objects with the keypoints that fusion replaced. A keypoint near which no keypoint object lies stays"
        " where the pose object had it.",
        PAPER + "section 3.3; its limits are in section 3.4",
        poses=True,
    ),
)
