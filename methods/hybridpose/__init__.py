"""HybridPose: one detector regresses poses, and visibility maps tell which joints are there (Kim et al., 2023)."""

from pathlib import Path

from methods.family import Family, Variant

FAMILY = Family(
    name="hybridpose",
    title="HybridPose",
    rank=20,
    folder=Path(__file__).parent,
    variants=(
        Variant(
            "hybridpose-n",
            "hybridpose",
            "HybridPose on the body that all small variants share: poses in one look, visibility maps that"
            " filter joints.",
            "methods.hybridpose.method:HybridPoseSmall",
        ),
        Variant(
            "hybridpose-s",
            "hybridpose",
            "The paper's HybridPose-S.",
            "methods.hybridpose.method:HybridPose",
            {"size": "s"},
        ),
        Variant(
            "hybridpose-m",
            "hybridpose",
            "The paper's HybridPose-M.",
            "methods.hybridpose.method:HybridPose",
            {"size": "m"},
        ),
        Variant(
            "hybridpose-l",
            "hybridpose",
            "The paper's HybridPose-L.",
            "methods.hybridpose.method:HybridPose",
            {"size": "l"},
        ),
    ),
    task="methods.hybridpose.training:HybridPoseTask",
    studies={"visibility-maps": "methods.hybridpose.studies.keypoint_thresholds:measure_beside_detector"},
    commands=("methods.hybridpose.commands:visibility_maps", "methods.hybridpose.commands:self_correlation"),
    visibility="methods.hybridpose.studies.visibility_maps:measure_visibility_maps",
)
