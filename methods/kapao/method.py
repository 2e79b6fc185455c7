"""KAPAO behind the one interface."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar

import torch
from torch import nn

from methods.kapao import decode
from methods.kapao.candidates import Candidates, find_candidates
from methods.kapao.network import AnyKapaoNetwork, KapaoNetwork, SmallKapaoNetwork
from methods.ops.letterbox import Frame
from methods.pose_grid.grid import PAPER_INPUT, SMALL_INPUT, STRIDES
from methods.pose_grid.method import GridMethod
from methods.pose_grid.views import View
from methods.settings import InputSettings, setting, switch
from methods.skeletons import COCO17, Skeleton
from methods.types import Poses

SIZE = "longer side of the input; smaller is quicker and finds fewer small people (Figure 5)"
TTA = "look three times: scaled by 0.8, mirrored, scaled by 1.2 (section 4.1); takes about three times as long"


class KapaoInput(InputSettings):
    """The sizes of Figure 5, and the test-time augmentation of section 4.1."""

    input_size: int = setting(PAPER_INPUT, PAPER_INPUT // 2, PAPER_INPUT, SIZE, unit="pixels", step=2 * STRIDES[-1])
    test_time_augmentation: bool = switch(False, TTA)


class KapaoSmallInput(KapaoInput):
    """KAPAO-N's: half as large, and as large as the paper's smallest twice over."""

    input_size: int = setting(SMALL_INPUT, SMALL_INPUT // 2, PAPER_INPUT, SIZE, unit="pixels", step=STRIDES[-1])


class Kapao(GridMethod):
    """KAPAO-S, M and L."""

    Settings = decode.KapaoSettings
    Input = KapaoInput
    Network: ClassVar[Callable[..., nn.Module]] = KapaoNetwork
    network: AnyKapaoNetwork

    def forward(self, batch: torch.Tensor) -> dict[str, torch.Tensor]:
        """Input [B, 3, h, w], values 0..255, to the fields of Candidates, those of all views one after the other."""
        width = batch.shape[3]
        seen = [vars(undo(self._candidates(batch, view), view, width, self.skeleton)) for view in self.views]
        return {name: torch.cat([one[name] for one in seen], dim=1) for name in seen[0]}

    def decode_outputs(
        self, outputs: dict[str, torch.Tensor], frame: Frame, settings: Any
    ) -> tuple[Poses, decode.KapaoIntermediate]:
        """See methods.kapao.decode."""
        return decode.decode(outputs, frame, settings, self.skeleton)

    def _candidates(self, batch: torch.Tensor, view: View) -> Candidates:
        return find_candidates(self.run(view.of(batch)), self.network)


class KapaoSmall(Kapao):
    """KAPAO-N: longer side 640 px, seen through the body that all small variants share."""

    Settings = decode.KapaoSmallSettings
    Input = KapaoSmallInput
    Network = SmallKapaoNetwork
    default_input_size = SMALL_INPUT
    shares_body = True


def undo(found: Candidates, view: View, width: int, skeleton: Skeleton = COCO17) -> Candidates:
    """Candidates seen in a view, in the pixels of the plain input of that `width`, with left and right as they are."""
    swap = torch.tensor(skeleton.flip_order, device=found.keypoint_classes.device)
    return replace(
        found,
        pose_boxes=view.undo_boxes(found.pose_boxes, width),
        keypoint_boxes=view.undo_boxes(found.keypoint_boxes, width),
        keypoints=view.undo_keypoints(found.keypoints, width, skeleton),
        keypoint_classes=swap[found.keypoint_classes] if view.mirrored else found.keypoint_classes,
    )
