"""YOLO11 from `ultralytics.nn`: body and neck, shared by all `-n` variants, and the layers of the pose model.

Parameter names are those of the official checkpoints (`model.0.conv.weight` ...), so that `yolo11n-pose` loads into the
whole network and, without its head, into the body.
"""

from typing import Any

import torch
from torch import nn

from methods.backbones.routing import run_layers
from methods.backbones.ultralytics_blocks import ROOT, YAML, PoseModel


def build_pose_layers(size: str = "n", num_keypoints: int = 17) -> nn.Sequential:
    """Layers 0 to 22 (body and neck) and 23 (`Pose` head) of the YOLO11 pose model for one class, person.

    `size` is one of n, s, m, l, x. Batch norm is not folded; weights are random.
    """
    config = YAML.load(ROOT / "cfg" / "models" / "11" / "yolo11-pose.yaml")
    config |= {"scale": size, "nc": 1, "kpt_shape": [num_keypoints, 3]}
    layers = PoseModel(config, verbose=False).model
    assert isinstance(layers, nn.Sequential)
    return layers


def feature_maps(layers: nn.Sequential, images: torch.Tensor) -> list[torch.Tensor]:
    """Run all layers but the head on images [B, 3, H, W] in 0..1, H and W multiples of 32.

    Gives the maps that the head reads, [B, C, H / s, W / s] for s = 8, 16, 32.
    """
    *body, head = list[Any](layers)  # ultralytics' blocks know where they read from: `f`
    return run_layers(body, [layer.f for layer in body], images, head.f)
