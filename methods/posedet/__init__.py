"""PoseDet: a pose is detected without anchors, then refined and scored where its joints are (Tian et al., 2021)."""

from pathlib import Path

from methods.family import Family, Variant

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
            " joints are.",
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
    ),
    task="methods.posedet.training:PoseDetTask",
    studies={
        "refinement": "methods.posedet.studies.choices:measure_refinement",
        "suppression": "methods.posedet.studies.choices:compare_choices",
    },
    commands=tuple(f"methods.posedet.commands:{name}" for name in ("refinement", "suppression", "suppression_bound")),
)
