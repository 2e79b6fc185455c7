"""KAPAO: keypoints and poses are both objects in one dense detector, fused afterwards (McNally et al., ECCV 2022)."""

from pathlib import Path

from methods.family import Family, PaperStudy, Variant
from methods.skeletons import CROWDPOSE14

FAMILY = Family(
    name="kapao",
    title="KAPAO",
    rank=10,
    folder=Path(__file__).parent,
    variants=(
        Variant(
            "kapao-n",
            "kapao",
            "KAPAO on the body that all small variants share: pose and keypoint objects in one detector, then fused.",
            "methods.kapao.method:KapaoSmall",
        ),
        Variant("kapao-s", "kapao", "The paper's KAPAO-S (12.6 M).", "methods.kapao.method:Kapao", {"size": "s"}),
        Variant("kapao-m", "kapao", "The paper's KAPAO-M (35.8 M).", "methods.kapao.method:Kapao", {"size": "m"}),
        Variant("kapao-l", "kapao", "The paper's KAPAO-L (77.0 M).", "methods.kapao.method:Kapao", {"size": "l"}),
        *(
            Variant(
                f"kapao-{size}-crowdpose",
                "kapao",
                f"The paper's KAPAO-{size.upper()} for CrowdPose's 14 keypoints (Table 3).",
                "methods.kapao.method:Kapao",
                {"size": size, "num_keypoints": len(CROWDPOSE14)},
                skeleton=CROWDPOSE14,
            )
            for size in ("s", "m", "l")
        ),
    ),
    task="methods.kapao.training:KapaoTask",
    studies={
        "fusion": PaperStudy(
            "methods.kapao.studies:measure_fusion",
            """What fusing keypoint objects with pose objects brings, and which keypoints it moves (Table 4, Figure 4).

            AP of pose objects alone, of fused poses, and with other confidences of keypoint objects; how far fusion
            moves keypoints, and how many come nearer to their annotations. Rate is the paper's: keypoint objects that
            are fused for each labelled keypoint of the data.
            """,
        )
    },
    commands=("methods.kapao.commands:keypoint_size",),
    importer="methods.kapao.importer:recognise",
    starter="methods.kapao.importer:detectors_body",
    imported={"paper": "methods.kapao.method:Kapao"},
)
