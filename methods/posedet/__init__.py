"""PoseDet: a pose is detected without anchors, then refined and scored where its keypoints are (Tian et al., 2021)."""

from pathlib import Path

from methods.family import Family, PaperStudy, Variant
from methods.skeletons import CROWDPOSE14

FAMILY = Family(
    name="posedet",
    title="PoseDet",
    rank=30,
    folder=Path(__file__).parent,
    variants=(
        Variant(
            "posedet-n",
            "posedet",
            "PoseDet on the body that all small variants share: coarse poses, refined and scored where their"
            " keypoints are.",
            "methods.posedet.method:SmallPoseDet",
        ),
        Variant(
            "posedet-dla34",
            "posedet",
            "The paper's PoseDet on DLA-34.",
            "methods.posedet.method:PoseDetAt512",
            {"size": "dla34"},
        ),
        Variant(
            "posedet-hrnet32",
            "posedet",
            "The paper's PoseDet on HRNet-W32.",
            "methods.posedet.method:PoseDetAt512",
            {"size": "hrnet32"},
        ),
        Variant(
            "posedet-hrnet48",
            "posedet",
            "The paper's PoseDet on HRNet-W48.",
            "methods.posedet.method:PoseDet",
            {"size": "hrnet48"},
        ),
        Variant(
            "posedet-hrnet48-crowdpose",
            "posedet",
            "The paper's PoseDet on HRNet-W48 for CrowdPose's 14 keypoints (Tables 3 to 5).",
            "methods.posedet.method:PoseDet",
            {"size": "hrnet48", "num_keypoints": len(CROWDPOSE14)},
            skeleton=CROWDPOSE14,
        ),
    ),
    task="methods.posedet.training:PoseDetTask",
    studies={
        "refinement": PaperStudy(
            "methods.posedet.studies.choices:measure_refinement",
            "What refining brings: AP of coarse and of refined poses (PoseDet, Table 4), and how far keypoints move.",
        ),
        "suppression": PaperStudy(
            "methods.posedet.studies.choices:compare_choices",
            """Suppression by box overlap against OKS at several thresholds (PoseDet, Table 5), also on crowded images.

            An image is crowded where CrowdPose's crowd index is above 0.1.
            """,
        ),
    },
    commands=("methods.posedet.commands:suppression_bound",),
)
