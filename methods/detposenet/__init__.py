"""DetPoseNet: boxes without suppression and coarse poses filter each other; what stays is refined (Ke et al., 2022)."""

from pathlib import Path

from methods.family import Family, PaperStudy, Variant

FAMILY = Family(
    name="detposenet",
    title="DetPoseNet",
    rank=40,
    folder=Path(__file__).parent,
    variants=(
        Variant(
            "detposenet-n",
            "detposenet",
            "DetPoseNet on the body that all small variants share: boxes and coarse poses filter each other,"
            " then refined.",
            "methods.detposenet.method:SmallDetPoseNet",
            {"size": "n"},
        ),
        Variant(
            "detposenet",
            "detposenet",
            "DetPoseNet at the paper's size: ResNet-50, then a stack of multi-scale hourglasses.",
            "methods.detposenet.method:DetPoseNet",
            {"size": "paper"},
        ),
        Variant(
            "detposenet-hrnet48",
            "detposenet",
            "DetPoseNet with HRNet-W48 as its third stage (Table II).",
            "methods.detposenet.method:DetPoseNet",
            {"size": "hrnet48"},
        ),
    ),
    task="methods.detposenet.training:DetPoseNetTask",
    studies={
        "filtering": PaperStudy(
            "methods.detposenet.studies.filtering:measure_filtering",
            """Coarse-pose filtering against suppression of boxes: single-person runs, people found, AP (section IV-D).

            And how many people the demo preset shows who were recovered from their keypoints. With --detector the boxes
            are another method's (Figure 9 of DetPoseNet).
            """,
        ),
        "boxes": PaperStudy(
            "methods.detposenet.studies.boxes:measure_boxes",
            """What boxes do to poses (Tables II and III): annotated ones, the detector's and the filter's.

            The detector's also without false positives, and with those of people whom it misses; AP of boxes and poses.
            """,
        ),
        "coarse-to-refined": PaperStudy(
            "methods.detposenet.studies.coarse_to_refined:measure_third_stage",
            "What DetPoseNet's third stage brings: AP of the same people's coarse and refined poses, keypoint by"
            " keypoint.",
        ),
    },
)
