"""KAPAO behind the one interface."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
import torch
from torch import nn

from methods.kapao import decode
from methods.kapao.candidates import Candidates, find_candidates
from methods.kapao.network import AnyKapaoNetwork, KapaoNetwork, SmallKapaoNetwork
from methods.method import Method
from methods.ops.letterbox import Frame, letterbox
from methods.pose_grid.grid import PAPER_INPUT, SMALL_INPUT, STRIDES
from methods.pose_grid.views import AUGMENTED, PLAIN, View
from methods.skeletons import COCO17
from methods.types import Poses


class Kapao(Method):
    """KAPAO-S, M and L: longer side 1280 px, the other padded with grey to a multiple of 64.

    After `augment` the network looks three times (test-time augmentation), and the candidates of all three go into one
    decoding.
    """

    Settings = decode.KapaoSettings
    Network: ClassVar[Callable[..., nn.Module]] = KapaoNetwork
    default_input_size = PAPER_INPUT
    views: tuple[View, ...] = PLAIN
    network: AnyKapaoNetwork

    @staticmethod
    def exact_layers(network: AnyKapaoNetwork) -> list[str]:
        """The grids' last convolutions."""
        return [f"head.{name}" for name in network.head.last_layers()]

    def augment(self) -> None:
        """Look at the image scaled by 0.8, mirrored, and scaled by 1.2 (section 4.1)."""
        self.views = AUGMENTED

    def preprocess(self, image: np.ndarray) -> tuple[torch.Tensor, Frame]:
        """RGB uint8 [H, W, 3] to uint8 [3, h, w]: longer side `input_size`, each side a multiple of 64."""
        return letterbox(image, self.input_size, STRIDES[-1])

    def forward(self, batch: torch.Tensor) -> dict[str, torch.Tensor]:
        """Input [B, 3, h, w], values 0..255, to the fields of Candidates, those of all views one after the other."""
        width = batch.shape[3]
        seen = [vars(undo(self._look(batch, view), view, width)) for view in self.views]
        return {name: torch.cat([one[name] for one in seen], dim=1) for name in seen[0]}

    def decode_outputs(
        self, outputs: dict[str, torch.Tensor], frame: Frame, settings: Any
    ) -> tuple[Poses, decode.KapaoEvidence]:
        """See methods.kapao.decode."""
        return decode.decode(outputs, frame, settings)

    def _look(self, batch: torch.Tensor, view: View) -> Candidates:
        return find_candidates(self.run(view.of(batch)), self.network)


class KapaoSmall(Kapao):
    """KAPAO-N: longer side 640 px, seen through the body that all small variants share."""

    Settings = decode.KapaoSmallSettings
    Network = SmallKapaoNetwork
    default_input_size = SMALL_INPUT
    shares_body = True


def undo(found: Candidates, view: View, width: int) -> Candidates:
    """Candidates seen in a view, in the pixels of the plain input of that `width`, with left and right as they are."""
    swap = torch.tensor(COCO17.flip_order, device=found.joints.device)
    return replace(
        found,
        pose_boxes=view.undo_boxes(found.pose_boxes, width),
        keypoint_boxes=view.undo_boxes(found.keypoint_boxes, width),
        keypoints=view.undo_keypoints(found.keypoints, width),
        joints=swap[found.joints] if view.mirrored else found.joints,
    )
