"""The visibility metamodel: any pose network with a branch that tells absent, occluded and visible keypoints apart
(Guesdon, Crispim-Junior and Tougne, VISAPP 2022)."""

from importlib import import_module
from pathlib import Path
from typing import Any

from methods.family import Family, Variant

FAMILY = Family(
    name="visibility",
    title="Visibility metamodel",
    rank=50,
    folder=Path(__file__).parent,
    variants=(
        Variant(
            "visibility-n",
            "visibility",
            "Visibility metamodel on the body that all small variants share: every keypoint is absent, occluded or"
            " visible.",
            "methods.visibility.method:SmallVisibility",
            {},
            "yolo11n-pose",
        ),
        Variant(
            "visibility-resnet50",
            "visibility",
            "The paper's metamodel on Simple Baseline with ResNet-50 (71.2 M).",
            "methods.visibility.method:Visibility",
            {"size": "resnet50"},
            "yolo11n-pose",
        ),
        Variant(
            "visibility-b0",
            "visibility",
            "The paper's metamodel on EfficientNet-B0 (55.6 M).",
            "methods.visibility.method:Visibility",
            {"size": "b0"},
            "yolo11n-pose",
        ),
        Variant(
            "visibility-b6",
            "visibility",
            "The paper's metamodel on EfficientNet-B6 (95.5 M).",
            "methods.visibility.method:Visibility",
            {"size": "b6"},
            "yolo11n-pose",
        ),
        Variant(
            "visibility-mspn2",
            "visibility",
            "The paper's metamodel on two-stage MSPN (104.6 M).",
            "methods.visibility.method:Visibility",
            {"size": "mspn2"},
            "yolo11n-pose",
        ),
    ),
    task="methods.visibility.training:VisibilityTask",
    commands=(
        "methods.visibility.commands:visibility",
        "methods.visibility.commands:visibility_strategies",
        "methods.visibility.commands:visibility_filter",
        "methods.visibility.commands:keypoint_judge",
        "methods.visibility.commands:learn_judge",
        "methods.visibility.commands:publish_judge",
    ),
    visibility="methods.analysis.visibility:measure_visibility",
    filters=True,
)


LATER = {"VisibilityFilter": "methods.visibility.filter", "KeypointJudge": "methods.visibility.judge"}


def __getattr__(name: str) -> Any:
    """`VisibilityFilter` and `KeypointJudge`, on first use (PEP 562): they need the catalogue or torch."""
    if name not in LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(LATER[name]), name)
