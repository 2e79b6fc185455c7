"""DetPoseNet's network (Figure 2): the first and the third stage; the second one, between them, has no weights."""

from typing import Any, Literal

import torch
from torch import nn

from methods.detposenet.coarse import Coarse, CoarseStage
from methods.detposenet.detection import GroundTruth
from methods.detposenet.encoders import SmallMaps, TimmEncoder
from methods.detposenet.refinement import HighResolution, Refined, Refinement

CROP = {"n": (256, 192), "paper": (256, 256), "hrnet48": (384, 288)}  # height and width in pixels of the third stage's
PADDING = 1.25  # by what factor a box is enlarged before it is fitted into a crop

Seen = torch.Tensor | list[torch.Tensor]


class DetPoseNetNetwork(nn.Module):
    """Children `body`, `coarse`, `refine`, and `refine_body` where the third stage has an encoder of its own.

    `size` n: both stages read the small body's maps (`body` has no weights); paper: ResNet-50, and two hourglasses
    behind another; hrnet48: the same with HRNet-W48 as the third stage. Weights are random.

    `Seen` are images [B, 3, H, W] in 0..1 or, in size n, the small body's maps of them; H and W are multiples of 64 for
    the first stage, `crop` for the third. Anchors are from 48 px large to 384 in input of 640 px, and accordingly.
    """

    def __init__(self, size: Literal["n", "paper", "hrnet48"] = "n", num_keypoints: int = 17) -> None:
        super().__init__()
        self.crop = CROP[size]
        self.refine_body: nn.Module | None = None
        self.body: Any
        self.refine: nn.Module
        if size == "n":
            self.body = SmallMaps()
            self.coarse = CoarseStage(self.body, 48, 128, anchor=6, num_keypoints=num_keypoints)
            self.refine = Refinement(self.body, (32, 48, 64, 96), 2, num_keypoints)
            for module in self.modules():
                if isinstance(module, nn.BatchNorm2d):
                    module.eps, module.momentum = 1e-3, 0.03  # as YOLO11 was trained
            return
        self.body = TimmEncoder("resnet50")
        self.coarse = CoarseStage(self.body, 256, 1024, anchor=12, num_keypoints=num_keypoints)
        self.refine_body = TimmEncoder("resnet50" if size == "paper" else "hrnet_w48")
        if size == "paper":
            self.refine = Refinement(
                self.refine_body, (128, 256, 256, 256), 3, num_keypoints, all_scales=True, structures=True
            )
        else:
            self.refine = HighResolution(self.refine_body, num_keypoints)

    def propose(self, seen: Seen, ground_truth: list[GroundTruth] | None = None, detect: bool = True) -> Coarse:
        """The first stage on what is Seen of whole images; see CoarseStage."""
        return self.coarse(self.body(seen), ground_truth, detect)

    def look(self, seen: Seen, coarse: torch.Tensor) -> Refined:
        """The third stage on what is Seen of n crops, and their coarse poses [n, K, 3]; see Refinement."""
        return self.refine((self.refine_body or self.body)(seen), coarse)

    def forward(
        self, seen: Seen, ground_truth: list[GroundTruth] | None = None, coarse: torch.Tensor | None = None
    ) -> Coarse | Refined:
        """`look` where `coarse` poses are given, else `propose`; one door, as wrappers for processes need it."""
        return self.propose(seen, ground_truth) if coarse is None else self.look(seen, coarse)
