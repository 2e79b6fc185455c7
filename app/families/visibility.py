"""Visibility metamodel: what was cut out for each person, and how likely each keypoint is absent, occluded or
visible."""

import numpy as np

from app.colours import person_colour
from app.outputs.marks import Layer, Mark, keypoint_points, named, pixels
from app.outputs.step import Step
from methods.types import VISIBILITY_STATES, Poses
from methods.visibility.decode import VisibilityIntermediate

ABSENT = VISIBILITY_STATES.index("absent")


def crops(intermediate: VisibilityIntermediate, poses: Poses, numbers: np.ndarray) -> list[Mark]:
    """The part of the image that the network saw of each person."""
    return [
        Mark(
            "box",
            pixels(intermediate.crops[i]),
            person_colour(number),
            float(poses.scores[i]),
            "Crop",
            [named(number), "scaled to 256 x 192 px"],
        )
        for i, number in enumerate(numbers.tolist())
    ]


def keypoints(intermediate: VisibilityIntermediate, poses: Poses, numbers: np.ndarray) -> list[Mark]:
    """A point for every keypoint of everybody, also those that were left out, as strong as it is likely to be there."""
    return keypoint_points(
        poses,
        numbers,
        intermediate.keypoints,
        1 - intermediate.visibility[..., ABSENT],
        lambda i, k: [
            *(f"{state} {intermediate.visibility[i, k, s]:.0%}" for s, state in enumerate(VISIBILITY_STATES)),
            f"heat map {intermediate.peaks[i, k]:.0%}",
        ],
    )


INTERMEDIATE = VisibilityIntermediate
LAYERS = (
    Layer("Crops", "What the network looked at, one person at a time; boxes are another method's.", crops),
    Layer(
        "Keypoints and their states",
        "The highest place of each keypoint's heat map, as strong as the keypoint is likely to be there; dashed ones "
        "were"
        " left out. Hovering tells the chances of absent, occluded and visible.",
        keypoints,
    ),
)

PAPER = "Guesdon et al., Multitask Metamodel for Keypoint Visibility Prediction in Human Pose Estimation, "

STEPS = (
    Step(
        "One person at a time",
        "The metamodel is added to a network that looks at one person in a crop. The boxes come from another method,"
        " so it can stand behind any of them.",
        PAPER + "section 3.1, Metamodel",
        ("Crops",),
    ),
    Step(
        "Place and state of each keypoint",
        "From the same features one branch paints a heat map for each keypoint, whose highest place is the keypoint, "
        "and a"
        " second branch says whether the keypoint is absent, occluded or visible. Point at a keypoint to read the "
        "chances.",
        PAPER + "sections 3.1 and 3.2, Visibility branch",
        ("Keypoints and their states",),
    ),
    Step(
        "The result",
        "Keypoints judged absent are left out. That makes what is shown more precise, and loses keypoints that were "
        "right: in"
        " the paper's Table 3 precision rises and recall falls.",
        PAPER + "section 5.2",
        poses=True,
    ),
)
