"""Top-down models of others, of transformers and ONNX files: what was cut out for each person, and every keypoint."""

import numpy as np

from app.colours import person_colour
from app.outputs.marks import Layer, Mark, named, pixels
from app.outputs.step import Step
from methods.imported_top_down import ImportedIntermediate
from methods.types import Poses


def crops(intermediate: ImportedIntermediate, poses: Poses, numbers: np.ndarray) -> list[Mark]:
    """The part of the image that the network saw of each person."""
    return [
        Mark("box", pixels(crop), person_colour(number), float(score), "Crop", [named(number)])
        for crop, score, number in zip(intermediate.crops, poses.scores, numbers.tolist(), strict=True)
    ]


def keypoints(intermediate: ImportedIntermediate, poses: Poses, numbers: np.ndarray) -> list[Mark]:
    """A point for each keypoint, also of those that COCO has none of."""
    return [
        Mark(
            "point",
            pixels(intermediate.keypoints[i, k]),
            person_colour(number),
            float(intermediate.peaks[i, k]),
            name.replace("_", " "),
            [named(number)],
        )
        for i, number in enumerate(numbers.tolist())
        for k, name in enumerate(intermediate.skeleton.keypoints)
    ]


INTERMEDIATE = ImportedIntermediate
LAYERS = (
    Layer("Crops", "What the network looked at, one person at a time; boxes are another method's.", crops),
    Layer(
        "All its keypoints",
        "Every keypoint that the model finds, uncertain ones and those that COCO has none of too.",
        keypoints,
    ),
)

STEPS = (
    Step(
        "One person at a time",
        "The network looks at one person in a crop. The boxes come from another method.",
        "Xu et al., ViTPose (2022), section 3.1; Jiang et al., RTMPose (2023), section 3",
        ("Crops",),
    ),
    Step(
        "Where each keypoint is",
        "For every keypoint the network says how likely it is at each place of the crop, on a map or along x and y; the"
        " likeliest place is taken.",
        "Xu et al., ViTPose (2022), section 3.1; Jiang et al., RTMPose (2023), section 3",
        ("All its keypoints",),
    ),
    Step("The result", "Keypoints above the threshold.", "Xu et al., ViTPose (2022), section 3.1", poses=True),
)
