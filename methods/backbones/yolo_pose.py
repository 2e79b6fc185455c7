"""Pose networks from `ultralytics.nn`: YOLOv8 to YOLO26, of which YOLO11 nano's body and neck are the shared body.

Parameter names are those of Ultralytics' checkpoints (`model.0.conv.weight` ...), so that `yolo11n-pose` loads into the
whole network and, without its head, into the body.
"""

from collections.abc import Sequence
from typing import Any, cast

import torch
from torch import nn

from methods.backbones.routing import run_layers
from methods.backbones.ultralytics_blocks import ROOT, YAML, PoseModel, parse_model

# Architecture to its description in ultralytics' folder of models. A checkpoint's own description is never taken: it
# may name what is to be evaluated as Python.
ARCHITECTURES = {
    "8": "v8/yolov8-pose.yaml",
    "8-p6": "v8/yolov8-pose-p6.yaml",
    "11": "11/yolo11-pose.yaml",
    "12": "12/yolo12-pose.yaml",
    "26": "26/yolo26-pose.yaml",
}
SIZES = ("n", "s", "m", "l", "x")


def build_pose_layers(
    size: str = "n", architecture: str = "11", keypoint_shape: Sequence[int] = (17, 3), classes: int = 1
) -> nn.Sequential:
    """Body, neck and, last, the head of a pose model; of YOLO11 layers 0 to 22 and 23.

    `size` is one of SIZES, `architecture` of ARCHITECTURES; `keypoint_shape` is K and 2 or 3, numbers for each keypoint
    (x, y and perhaps a score). Batch norm is not folded; weights are random.
    """
    layers = PoseModel(_description(size, architecture, keypoint_shape, classes), verbose=False).model
    assert isinstance(layers, nn.Sequential)
    return layers


def _description(size: str, architecture: str, keypoint_shape: Sequence[int], classes: int) -> dict[str, Any]:
    described = cast(dict[str, Any], YAML.load(ROOT / "cfg" / "models" / ARCHITECTURES[architecture]))
    return described | {"scale": size, "nc": classes, "kpt_shape": list(keypoint_shape)}


def networks_like(layers: int, width: int) -> list[tuple[str, str]]:
    """Architecture and size of the networks of so many layers whose first one has so many channels."""
    found = []
    for architecture in ARCHITECTURES:
        described = _description("n", architecture, (17, 3), 1)
        if len(described["backbone"]) + len(described["head"]) == layers:
            first = described["backbone"][0][3][0]
            widths = {size: round(min(first, most) * share) for size, (_, share, most) in described["scales"].items()}
            found += [(architecture, size) for size in SIZES if widths.get(size) == width]
    return found


def tensor_shapes(
    size: str, architecture: str, keypoint_shape: Sequence[int], classes: int
) -> dict[str, tuple[int, ...]]:
    """Shape of each tensor of the network that `build_pose_layers` gives, by name (`0.conv.weight` ...); no memory."""
    with torch.device("meta"):
        layers, _ = parse_model(_description(size, architecture, keypoint_shape, classes), ch=3, verbose=False)
    return {name: tuple(value.shape) for name, value in layers.state_dict().items()}


def feature_maps(layers: nn.Sequential, images: torch.Tensor) -> list[torch.Tensor]:
    """Run all layers but the head on images [B, 3, H, W] in 0..1, H and W multiples of the largest stride.

    Gives the maps that the head reads, [B, C, H / s, W / s] for each stride s.
    """
    *body, head = list[Any](layers)  # ultralytics' blocks know where they read from: `f`
    return run_layers(body, [layer.f for layer in body], images, head.f)
