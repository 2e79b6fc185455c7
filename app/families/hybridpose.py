"""HybridPose: all keypoints as they were regressed, and the visibility maps that say which of them are there."""

from collections.abc import Callable

import numpy as np

from app.colours import side_colours
from app.outputs.marks import Layer, Mark, keypoint_name, keypoint_points, pixels
from app.outputs.step import Step
from methods.hybridpose.decode import HybridPoseIntermediate
from methods.skeletons import COCO17
from methods.types import Poses

FAINTEST = 0.2  # of a map's cells that are drawn; the sea of lower ones is noise


def keypoints(intermediate: HybridPoseIntermediate, poses: Poses, numbers: np.ndarray) -> list[Mark]:
    """A point for every keypoint of everybody, also those that were left out."""
    return keypoint_points(
        poses,
        numbers,
        intermediate.keypoints,
        intermediate.visibility,
        lambda i, k: [f"looked up where cells are {intermediate.strides[i]} px wide"],
    )


def cells_of(stride: int) -> Callable[[HybridPoseIntermediate, Poses, np.ndarray], list[Mark]]:
    """A square for each cell of the maps of one scale in which a keypoint may be, the highest over the anchors."""

    def cells(intermediate: HybridPoseIntermediate, poses: Poses, numbers: np.ndarray) -> list[Mark]:
        maps = intermediate.maps[stride].max(axis=0) / 255  # [K, h, w]
        found = np.argwhere(maps >= FAINTEST)
        corners = np.concatenate([found[:, [2, 1]], found[:, [2, 1]] + 1], axis=1) * stride
        boxes = intermediate.frame.boxes_to_original(corners)
        colours = side_colours(COCO17)
        return [
            Mark(
                "cell",
                pixels(box),
                colours[k],
                float(maps[k, row, column]),
                keypoint_name(k),
                ["on the visibility map"],
            )
            for box, (k, row, column) in zip(boxes, found.tolist(), strict=True)
            if box[0] < box[2] and box[1] < box[3]  # not of the grey around the image
        ]

    return cells


SIZES = {8: "smallest", 16: "small", 32: "large", 64: "largest"}  # of the people whom a scale finds

MAPS = tuple(
    Layer(
        f"Map of the {size} people",
        f"Where keypoints of the {size} people are to be seen, in cells of {stride} px; blue is left, orange right.",
        cells_of(stride),
    )
    for stride, size in SIZES.items()
)

INTERMEDIATE = HybridPoseIntermediate
LAYERS = (
    Layer(
        "Keypoints and their visibility",
        "Every keypoint of everybody, as strong as its visibility map is there; dashed ones were left out.",
        keypoints,
    ),
    *MAPS,
)

PAPER = "Kim et al., Hybrid model for Single-Stage Multi-Person Pose Estimation, "

STEPS = (
    Step(
        "Every keypoint of everybody",
        "A detector regresses, with each person's box, the places of all 17 keypoints. It has to name a place for each,"
        " even for one that is hidden or outside the image. Dashed points are those that the next steps remove.",
        PAPER + "section 3.1, Architecture",
        ("Keypoints and their visibility",),
    ),
    Step(
        "Visibility maps",
        "Beside the poses the network paints a map for each keypoint: how visible is such a keypoint here? Each scale"
        " of people has maps of its own; blue cells are left keypoints, orange right ones. The self-correlation loss"
        " teaches them to resemble where the poses put their keypoints.",
        PAPER + "section 3.1: visibility maps, equation 4; section 3.2: self-correlation, equations 6 to 8",
        tuple(layer.name for layer in MAPS),
        study="self-correlation",
    ),
    Step(
        "The result",
        "Each keypoint is looked up on the map of its scale. Where the map is low, the keypoint is left out; this is"
        " how the method says that it is not there. The threshold is yours to move in the tab Compare.",
        PAPER + "section 3.1, equation 5",
        poses=True,
        study="visibility-maps",
    ),
)
