"""PoseDet behind the one interface."""

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
import torch
from torch import nn

from methods.method import Method
from methods.ops.letterbox import Frame, letterbox
from methods.pose_grid.views import PLAIN, View
from methods.posedet import decode
from methods.posedet.candidates import Candidates, find_candidates, score_maps
from methods.posedet.network import STRIDES, PoseDetNetwork, SmallPoseDetNetwork, last_layers
from methods.skeletons import COCO17, Skeleton
from methods.types import Poses

SHORTER_SHARE = 0.64  # of `input_size`, for the shorter side: 640 of 1000 (section 4.1), 512 of 800 (Table 1)
PYRAMID = (300, 400, 500, 600, 700, 800)  # px, shorter sides of the test-time image pyramid (section 4.1)


class PoseDet(Method):
    """PoseDet with HRNet-W48: shorter side 640 px, but the longer at most 1000 (section 4.1).

    After `augment` the network looks at an image pyramid, plain and mirrored, and non-maximum suppression chooses among
    the candidates of all.
    """

    Settings = decode.PoseDetSettings
    Network: ClassVar[Callable[..., nn.Module]] = PoseDetNetwork
    default_input_size = 1000
    views: tuple[View, ...] = PLAIN
    network: PoseDetNetwork | SmallPoseDetNetwork

    @staticmethod
    def exact_layers(network: PoseDetNetwork | SmallPoseDetNetwork) -> list[str]:
        """Where coarse keypoints, displacements and scores come from."""
        return last_layers()

    @property
    def shorter(self) -> float:
        """Pixels of the plain input that sides of PYRAMID are relative to."""
        return SHORTER_SHARE * self.input_size

    def augment(self) -> None:
        """Look at the six sizes of PYRAMID, plain and mirrored (section 4.1)."""
        self.views = tuple(View(side / self.shorter, mirrored) for side in PYRAMID for mirrored in (False, True))

    def preprocess(self, image: np.ndarray) -> tuple[torch.Tensor, Frame]:
        """RGB uint8 [H, W, 3] to uint8 [3, h, w]: shorter side 0.64 `input_size`, longer at most `input_size`.

        Each side is padded to a multiple of 64.
        """
        shorter, longer = sorted(image.shape[:2])
        size = min(self.input_size, round(self.shorter * longer / shorter))
        return letterbox(image, size, STRIDES[-1])

    def forward(self, batch: torch.Tensor) -> dict[str, torch.Tensor]:
        """Input [B, 3, h, w], values 0..255, to the fields of Candidates, those of all views one after the other.

        Also `scores_STRIDE` uint8 [B, h, w] of each level of the first view, see score_maps.
        """
        levels = [self.run(view.of(batch)) for view in self.views]
        seen = [
            vars(undo(find_candidates(each), view, batch.shape[3], self.skeleton))
            for each, view in zip(levels, self.views, strict=True)
        ]
        return {name: torch.cat([one[name] for one in seen], dim=1) for name in seen[0]} | score_maps(levels[0])

    def decode_outputs(
        self, outputs: dict[str, torch.Tensor], frame: Frame, settings: Any
    ) -> tuple[Poses, decode.PoseDetIntermediate]:
        """See methods.posedet.decode."""
        return decode.decode(outputs, frame, settings, self.skeleton)


class PoseDetAt512(PoseDet):
    """PoseDet with DLA-34 or HRNet-W32: shorter side 512 px, but the longer at most 800 (Table 1)."""

    default_input_size = 800


class SmallPoseDet(PoseDet):
    """posedet-n: longer side 640 px, as all small variants."""

    Network = SmallPoseDetNetwork
    default_input_size = 640
    shares_body = True

    @property
    def shorter(self) -> float:
        """As if the plain input were the paper's 640."""
        return self.input_size

    def preprocess(self, image: np.ndarray) -> tuple[torch.Tensor, Frame]:
        """RGB uint8 [H, W, 3] to uint8 [3, h, w]: longer side `input_size`, each side a multiple of 64."""
        return letterbox(image, self.input_size, STRIDES[-1])


def undo(found: Candidates, view: View, width: int, skeleton: Skeleton = COCO17) -> Candidates:
    """Candidates seen in a view, in the pixels of the plain input of that `width`, with left and right as they are."""
    x, y = (found.points / view.scale).unbind(-1)
    return Candidates(
        points=torch.stack([width - x if view.mirrored else x, y], dim=-1),
        coarse=view.undo_keypoints(found.coarse, width, skeleton),
        refined=view.undo_keypoints(found.refined, width, skeleton),
        scores=found.scores,
    )
