"""Visibility metamodel: what was cut out for each person, and how likely each keypoint is absent, occluded or
visible."""

import numpy as np

from app.colours import person_colour
from app.outputs.maps import Map, MapLayer, keypoint_channels, of_people
from app.outputs.marks import Layer, Mark, keypoint_name, keypoint_points, named, pixels
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


def heat_maps(intermediate: VisibilityIntermediate, poses: Poses, numbers: np.ndarray) -> list[Map]:
    """Each person's heat maps in the crop."""
    return of_people(intermediate.heatmaps, intermediate.crops[intermediate.mapped], numbers[intermediate.mapped])


def disagreements(intermediate: VisibilityIntermediate, poses: Poses, numbers: np.ndarray) -> list[Mark]:
    """A point for each keypoint that one of two rules leaves out: absent, or a threshold that leaves out as many."""
    absent = intermediate.visibility.argmax(axis=2) == ABSENT
    low = np.zeros(absent.shape, dtype=bool)
    order = np.argsort(intermediate.peaks, axis=None, kind="stable")
    low.flat[order[: absent.sum()]] = True
    return [
        Mark(
            "point",
            pixels(intermediate.keypoints[i, k]),
            person_colour(int(numbers[i])),
            1.0,
            keypoint_name(k),
            [
                "left out as absent alone" if absent[i, k] else "left out by the threshold alone",
                f"absent {intermediate.visibility[i, k, ABSENT]:.0%}",
                f"heat map {intermediate.peaks[i, k]:.0%}",
                named(int(numbers[i])),
            ],
            aside=bool(low[i, k]),
        )
        for i, k in np.argwhere(absent != low).tolist()
    ]


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
    MapLayer("Heat maps", "Where each person's keypoints are, in the crop.", keypoint_channels, heat_maps),
    Layer(
        "Absent against threshold",
        "Keypoints that only one of two rules leaves out: solid, the visibility branch; dashed, a threshold on the heat"
        " map that leaves out as many.",
        disagreements,
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
        "Where each keypoint is",
        "The first branch paints a heat map for each keypoint of the person in the crop. Choose a keypoint under"
        " Channel: its highest place is the keypoint, whether the keypoint is there or not.",
        PAPER + "section 3.1, coordinates module",
        ("Heat maps",),
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
        "Against a plain threshold",
        "Both rules leave out equally many keypoints here; drawn are those on which they disagree. Solid ones the"
        " branch calls absent although their heat map is high, dashed ones have a low heat map but count as there.",
        PAPER + "section 5.2, Figure 7",
        ("Absent against threshold",),
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
