"""KAPAO behind the one interface."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from methods.kapao import decode
from methods.kapao.candidates import Candidates, find_candidates
from methods.kapao.network import PAPER_INPUT, SMALL_INPUT, STRIDES, KapaoNetwork
from methods.method import Method
from methods.ops.letterbox import Frame, letterbox
from methods.skeletons import COCO17
from methods.types import Poses


@dataclass(frozen=True)
class View:
    """One look at the input: scaled by `scale`, mirrored or not."""

    scale: float = 1.0
    mirrored: bool = False


PLAIN = (View(),)
AUGMENTED = (View(0.8), View(1.0, mirrored=True), View(1.2))  # section 4.1, as the authors run it
SCALED_PAD = 0.447 * 255  # the grey that the authors pad a scaled view with, not quite the 114 of the input


class Kapao(Method):
    """KAPAO-S, M and L: longer side 1280 px, the other padded with grey to a multiple of 64.

    After `augment` the network looks three times (test-time augmentation), and the candidates of all three go into one
    decoding.
    """

    Settings = decode.KapaoSettings
    Network = KapaoNetwork
    default_input_size = PAPER_INPUT
    views: tuple[View, ...] = PLAIN
    network: KapaoNetwork

    @staticmethod
    def last_layers(network: KapaoNetwork) -> list[str]:
        """The four grids' last convolutions."""
        return [f"head.m.{level}" for level in range(len(network.head.m))]

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
        return find_candidates(self.network(view_of(batch, view) / 255), self.network)


class KapaoSmall(Kapao):
    """KAPAO-N: longer side 640 px."""

    default_input_size = SMALL_INPUT


def view_of(batch: torch.Tensor, view: View) -> torch.Tensor:
    """Input [B, 3, h, w], values 0..255, as `view` sees it; below and right padded to multiples of 64 where scaled."""
    if view.mirrored:
        batch = batch.flip(3)
    if view.scale == 1:
        return batch
    height, width = (int(side * view.scale) for side in batch.shape[2:])
    small = F.interpolate(batch, size=(height, width), mode="bilinear", align_corners=False)
    return F.pad(small, (0, -width % STRIDES[-1], 0, -height % STRIDES[-1]), value=SCALED_PAD)


def undo(found: Candidates, view: View, width: int) -> Candidates:
    """Candidates seen in a view, in the pixels of the plain input of that `width`, with left and right as they are."""
    pose_boxes, keypoint_boxes, keypoints = (
        x / view.scale for x in (found.pose_boxes, found.keypoint_boxes, found.keypoints)
    )
    if not view.mirrored:
        return replace(found, pose_boxes=pose_boxes, keypoint_boxes=keypoint_boxes, keypoints=keypoints)
    swap = torch.tensor(COCO17.flip_order, device=keypoints.device)
    keypoints = keypoints[:, :, swap]
    return replace(
        found,
        pose_boxes=_mirror_boxes(pose_boxes, width),
        keypoint_boxes=_mirror_boxes(keypoint_boxes, width),
        keypoints=torch.stack([width - keypoints[..., 0], keypoints[..., 1]], dim=-1),
        joints=swap[found.joints],
    )


def _mirror_boxes(boxes: torch.Tensor, width: int) -> torch.Tensor:
    x1, y1, x2, y2 = boxes.unbind(-1)
    return torch.stack([width - x2, y1, width - x1, y2], dim=-1)
