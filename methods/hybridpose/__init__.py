"""HybridPose: one detector regresses poses, and visibility maps tell which keypoints are there (Kim et al., 2023)."""

from pathlib import Path

from methods.family import Family, PaperStudy, Variant
from methods.skeletons import CROWDPOSE14

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
            " filter keypoints.",
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
        *(
            Variant(
                f"hybridpose-{size}-crowdpose",
                "hybridpose",
                f"The paper's HybridPose-{size.upper()} for CrowdPose's 14 keypoints (Table 3).",
                "methods.hybridpose.method:HybridPose",
                {"size": size, "num_keypoints": len(CROWDPOSE14)},
                skeleton=CROWDPOSE14,
            )
            for size in ("s", "m", "l")
        ),
    ),
    task="methods.hybridpose.training:HybridPoseTask",
    studies={
        "visibility-maps": PaperStudy(
            "methods.hybridpose.studies.keypoint_thresholds:measure_beside_detector",
            """What HybridPose's visibility maps know: AP against their threshold, labelled keypoints told from others.

            Beside them the keypoint scores of yolo11n-pose, on people whom it finds itself; the maps' peaks in cells
            (Figure 6) and their heights (Figure 7). Settings choose the people that are looked at; AP is with the
            evaluation preset.
            """,
            looking=True,
        ),
        "self-correlation": PaperStudy(
            "methods.hybridpose.studies.self_correlation:measure_beside_plain",
            "What HybridPose's self-correlation loss brings: weights of one variant, trained without it and with it.",
            looking=True,
            command="methods.hybridpose.commands:self_correlation",
            beside="-plain",
        ),
    },
    visibility="methods.hybridpose.studies.visibility_maps:measure_visibility_maps",
)
