"""HybridPose: keypoints as they were regressed, and the visibility maps that say which of them are there."""

from collections.abc import Callable

import numpy as np

from app.colours import side_colours
from app.outputs.marks import Layer, Mark, keypoint_name, keypoint_points, pixels
from app.outputs.step import Step
from methods.hybridpose.decode import HybridPoseIntermediate
from methods.hybridpose.distributions import drawn_maps
from methods.ops.letterbox import Frame
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
        return squares(intermediate.maps[stride].max(axis=0) / 255, stride, intermediate.frame, "on the visibility map")

    return cells


def drawn_cells_of(stride: int) -> Callable[[HybridPoseIntermediate, Poses, np.ndarray], list[Mark]]:
    """The same of the maps that equations 6 and 7 draw of the keypoints of the people whom this scale finds.

    The loss draws all that the network regresses, here it is the poses that are left of them.
    """

    def cells(intermediate: HybridPoseIntermediate, poses: Poses, numbers: np.ndarray) -> list[Mark]:
        here = intermediate.strides == stride
        keypoints = intermediate.frame.to_input(intermediate.keypoints[here]) / stride
        drawn = drawn_maps(keypoints, poses.scores[here], intermediate.anchors[here], intermediate.maps[stride].shape)
        return squares(drawn, stride, intermediate.frame, "where a pose puts it")

    return cells


def squares(maps: np.ndarray, stride: int, frame: Frame, told: str) -> list[Mark]:
    """A square for each cell of maps [K, h, w] that is not too faint, in the colour of its keypoint's side."""
    found = np.argwhere(maps >= FAINTEST)
    corners = np.concatenate([found[:, [2, 1]], found[:, [2, 1]] + 1], axis=1) * stride
    colours = side_colours(COCO17)
    return [
        Mark("cell", pixels(box), colours[k], float(maps[k, row, column]), keypoint_name(k), [told])
        for box, (k, row, column) in zip(frame.boxes_to_original(corners), found.tolist(), strict=True)
        if box[0] < box[2] and box[1] < box[3]  # not of the grey around the image
    ]


SIZES = {8: "smallest", 16: "small", 32: "large", 64: "largest"}  # of the people whom a scale finds

MAPS = tuple(
    Layer(
        f"Map of the {size} people",
        f"Where keypoints of the {size} people are to be seen, in cells of {stride} px; blue is left, orange right.",
        cells_of(stride),
    )
    for stride, size in SIZES.items()
)

DRAWN = tuple(
    Layer(
        f"Keypoints of the {size} people, drawn",
        f"Where poses of the {size} people have their keypoints, drawn in cells of {stride} px, as high as the pose is"
        " confident.",
        drawn_cells_of(stride),
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
    *DRAWN,
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
        "Keypoints, drawn",
        "While the network learns, each regressed keypoint is drawn as a small bell, as high as its pose is confident."
        " Compare these maps with the next ones: the self-correlation loss is 1 less their squared correlation, so it"
        " teaches the visibility maps to be high where the poses put their keypoints.",
        PAPER + "section 3.2: keypoint distribution maps, equations 6 and 7; self-correlation, equation 8",
        tuple(layer.name for layer in DRAWN),
    ),
    Step(
        "Visibility maps",
        "Beside the poses the network paints a map for each keypoint: how visible is such a keypoint here? Each scale"
        " of people has maps of its own; blue cells are left keypoints, orange right ones. In the paper the"
        " self-correlation loss brings their peaks from 5.7 to 4.9 cells from the keypoints (Figure 6) and their height"
        " at visible keypoints from 0.433 to 0.729 (Figure 7).",
        PAPER + "section 3.1: visibility maps, equation 4; section 4.4: what self-correlation brings",
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
