"""Every variant by name: what it is and how to build it. A family is imported only when it is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from methods.errors import CatalogError

if TYPE_CHECKING:
    from methods.method import Method

DETECTOR = "yolo11n-pose"  # whose boxes methods take that look at one person at a time
SMALLEST_INPUT, LARGEST_INPUT = 64, 2560  # px; below, networks see nothing, above, memory runs out


@dataclass(frozen=True)
class Variant:
    """A named network of a family.

    `method` is the Method subclass as "module:class"; `options` go to that class's `Network`. `detector` names the
    variant whose boxes it looks into unless it is given others; empty where it finds people by itself.
    """

    name: str
    family: str
    summary: str
    method: str
    options: Mapping[str, Any] = field(default_factory=dict)
    detector: str = ""

    def method_class(self) -> type[Method]:
        """Import the family and give its Method subclass."""
        module, name = self.method.split(":")
        return getattr(importlib.import_module(module), name)


_VARIANTS = (
    Variant(
        "kapao-n",
        "kapao",
        "KAPAO on the body that all small variants share: pose and keypoint objects in one detector, then fused.",
        "methods.kapao.method:KapaoSmall",
    ),
    Variant("kapao-s", "kapao", "The paper's KAPAO-S (12.6 M).", "methods.kapao.method:Kapao", {"size": "s"}),
    Variant("kapao-m", "kapao", "The paper's KAPAO-M (35.8 M).", "methods.kapao.method:Kapao", {"size": "m"}),
    Variant("kapao-l", "kapao", "The paper's KAPAO-L (77.0 M).", "methods.kapao.method:Kapao", {"size": "l"}),
    Variant(
        "hybridpose-n",
        "hybridpose",
        "HybridPose on the body that all small variants share: poses in one look, visibility maps that filter joints.",
        "methods.hybridpose.method:HybridPoseSmall",
    ),
    Variant(
        "hybridpose-s", "hybridpose", "The paper's HybridPose-S.", "methods.hybridpose.method:HybridPose", {"size": "s"}
    ),
    Variant(
        "hybridpose-m", "hybridpose", "The paper's HybridPose-M.", "methods.hybridpose.method:HybridPose", {"size": "m"}
    ),
    Variant(
        "hybridpose-l", "hybridpose", "The paper's HybridPose-L.", "methods.hybridpose.method:HybridPose", {"size": "l"}
    ),
    Variant(
        "posedet-n",
        "posedet",
        "PoseDet on the body that all small variants share: coarse poses, refined and scored where their joints are.",
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
        "detposenet-n",
        "detposenet",
        "DetPoseNet on the body that all small variants share: boxes and coarse poses filter each other, then refined.",
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
    Variant(
        "visibility-n",
        "visibility",
        "Visibility metamodel on the body that all small variants share: every joint is absent, occluded or visible.",
        "methods.visibility.method:SmallVisibility",
        {},
        DETECTOR,
    ),
    Variant(
        "visibility-resnet50",
        "visibility",
        "The paper's metamodel on Simple Baseline with ResNet-50 (71.2 M).",
        "methods.visibility.method:Visibility",
        {"size": "resnet50"},
        DETECTOR,
    ),
    Variant(
        "visibility-b0",
        "visibility",
        "The paper's metamodel on EfficientNet-B0 (55.6 M).",
        "methods.visibility.method:Visibility",
        {"size": "b0"},
        DETECTOR,
    ),
    Variant(
        "visibility-b6",
        "visibility",
        "The paper's metamodel on EfficientNet-B6 (95.5 M).",
        "methods.visibility.method:Visibility",
        {"size": "b6"},
        DETECTOR,
    ),
    Variant(
        "visibility-mspn2",
        "visibility",
        "The paper's metamodel on two-stage MSPN (104.6 M).",
        "methods.visibility.method:Visibility",
        {"size": "mspn2"},
        DETECTOR,
    ),
    Variant(
        "movenet-multipose",
        "movenet",
        "Google's MoveNet MultiPose: people are peaks of a centre map; small and made for phones and browsers.",
        "methods.movenet.method:MoveNetMultiPose",
    ),
    Variant(
        "yolo11n-pose",
        "yolo",
        "Ultralytics' YOLO11 nano pose detector, trained by its authors on COCO; fast and strong for its size.",
        "methods.yolo.method:Yolo",
        {"size": "n"},
    ),
)


def variants() -> list[Variant]:
    """All variants that `create` knows, in the order in which they are shown."""
    return list(_VARIANTS)


def find_variant(name: str) -> Variant:
    """The variant of that name; raises CatalogError naming the known ones."""
    for variant in _VARIANTS:
        if variant.name == name:
            return variant
    known = ", ".join(variant.name for variant in _VARIANTS)
    raise CatalogError(f"There is no method {name!r}; choose from: {known}.")


def check_input_size(input_size: int | None) -> None:
    """Raise CatalogError where the longer side of a network's input, in pixels, is out of range; None is not."""
    if input_size is not None and not SMALLEST_INPUT <= input_size <= LARGEST_INPUT:
        raise CatalogError(
            f"Input size {input_size} px is out of range; give a number from {SMALLEST_INPUT} to {LARGEST_INPUT}."
        )


def create(
    name: str,
    device: str = "auto",
    weights: str | Path | None = None,
    input_size: int | None = None,
    precision: str = "auto",
    test_time_augmentation: bool = False,
    detector: str | None = None,
) -> Method:
    """Build a method with its weights, once; the result can be used from then on without further loading.

    `weights` is a local safetensors file in place of the embedded one; `input_size` is the longer side of the
    network's input in pixels, None for the method's own; `precision` is auto (fp16 on CUDA, fp32 elsewhere), fp32 or
    bf16. With `test_time_augmentation` the network looks several times at each image, scaled and mirrored, where the
    method knows how. `detector` names the variant whose boxes a method looks into that takes boxes, None for its own,
    "" for none. Raises CatalogError or WeightsError.
    """
    variant = find_variant(name)
    check_input_size(input_size)
    from methods import weights as weights_files  # here, because it needs torch and `variants` does not

    family = variant.method_class()
    if detector and not family.takes_boxes:
        raise CatalogError(f"{name} finds people by itself and takes no boxes of {detector}; leave the detector out.")
    path = weights_files.resolve(name, weights)
    network = family.Network(**variant.options)
    weights_files.load_into(network, path)
    method = family(name, network, input_size or family.default_input_size, device, precision)
    if test_time_augmentation:
        method.augment()
    if finder := variant.detector if detector is None else detector:
        method.detector = create(finder, device, precision=precision)
    return method
