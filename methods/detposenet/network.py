"""DetPoseNet's network (Figure 2): the first and the third stage; the second one, between them, has no weights."""

from collections.abc import Mapping
from typing import Any, Literal

import torch
from torch import nn

from methods.detposenet.coarse import Coarse, CoarseStage
from methods.detposenet.detection import Truth
from methods.detposenet.encoders import PoseCheckpoint, TimmEncoder
from methods.detposenet.refinement import HighResolution, Refined, Refinement

CROP = {"n": (256, 192), "paper": (256, 256), "hrnet48": (384, 288)}  # height and width in pixels of the third stage's
PADDING = 1.25  # by what factor a box is enlarged before it is fitted into a crop


class DetPoseNetNetwork(nn.Module):
    """Children `body`, `coarse`, `refine`, and `refine_body` where the third stage has an encoder of its own.

    `size` n: both stages share the small body, which stays as it was trained; paper: ResNet-50, and two hourglasses
    behind another; hrnet48: the same with HRNet-W48 as the third stage. Weights are random, see `start_from`.
    """

    def __init__(self, size: Literal["n", "paper", "hrnet48"] = "n", joints: int = 17) -> None:
        super().__init__()
        self.small, self.crop = size == "n", CROP[size]
        self.refine_body: nn.Module | None = None
        self.body: Any
        self.refine: nn.Module
        if size == "n":
            self.body = PoseCheckpoint()
            self.coarse = CoarseStage(self.body, 48, 128, joints)
            self.refine = Refinement(self.body, (32, 64, 64, 96), 2, joints)
            for module in self.modules():
                if isinstance(module, nn.BatchNorm2d):
                    module.eps, module.momentum = 1e-3, 0.03  # as YOLO11 was trained
            return
        self.body = TimmEncoder("resnet50")
        self.coarse = CoarseStage(self.body, 256, 1024, joints)
        self.refine_body = TimmEncoder("resnet50" if size == "paper" else "hrnet_w48")
        if size == "paper":
            self.refine = Refinement(self.refine_body, (128, 256, 256, 256), 3, joints)
        else:
            self.refine = HighResolution(self.refine_body, joints)

    def propose(self, images: torch.Tensor, truth: list[Truth] | None = None, detect: bool = True) -> Coarse:
        """The first stage: images [B, 3, H, W] in 0..1, H and W multiples of 32."""
        return self.coarse(self.body, self.body(images), images.shape, truth, detect)

    def look(self, crops: torch.Tensor) -> Refined:
        """The third stage: crops [n, 3, *self.crop] in 0..1."""
        return self.refine(self.refine_body or self.body, crops)

    def forward(self, images: torch.Tensor, truth: list[Truth] | None = None, crops: bool = False) -> Coarse | Refined:
        """`look` for crops, else `propose`; one door, as wrappers for several processes need it."""
        return self.look(images) if crops else self.propose(images, truth)

    def start_from(self, state: Mapping[str, torch.Tensor]) -> None:
        """Start the small network from the state dict of `yolo11n-pose`, in place; raises KeyError where one lacks.

        Boxes, their scores and the refined poses are then the checkpoint's, those of the crops that it looks into.
        """
        for name, tensor in self.body.state_dict().items():
            tensor.copy_(state[name])
