"""HybridPose behind the one interface."""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any, ClassVar

import numpy as np
import torch
from torch import nn

from methods.hybridpose import decode
from methods.hybridpose.candidates import Candidates, find_candidates
from methods.hybridpose.network import AnyHybridPoseNetwork, HybridPoseNetwork, SmallHybridPoseNetwork
from methods.method import Method
from methods.ops.letterbox import Frame, letterbox
from methods.pose_grid.grid import PAPER_INPUT, SMALL_INPUT, STRIDES
from methods.pose_grid.views import AUGMENTED, PLAIN, View
from methods.types import Poses


class HybridPose(Method):
    """HybridPose-S, M and L: longer side 1280 px, the other padded with grey to a multiple of 64.

    After `augment` the network looks three times, as KAPAO, and the candidates of all three go into one decoding.
    """

    Settings = decode.HybridPoseSettings
    Network: ClassVar[Callable[..., nn.Module]] = HybridPoseNetwork
    default_input_size = PAPER_INPUT
    views: tuple[View, ...] = PLAIN
    network: AnyHybridPoseNetwork

    @staticmethod
    def exact_layers(network: AnyHybridPoseNetwork) -> list[str]:
        """The last convolutions of grids and visibility maps."""
        return [f"head.{name}" for name in network.head.last_layers()]

    def augment(self) -> None:
        """Look at the image scaled by 0.8, mirrored, and scaled by 1.2 (Tables 2 and 3; which looks is KAPAO's)."""
        self.views = AUGMENTED

    def preprocess(self, image: np.ndarray) -> tuple[torch.Tensor, Frame]:
        """RGB uint8 [H, W, 3] to uint8 [3, h, w]: longer side `input_size`, each side a multiple of 64."""
        return letterbox(image, self.input_size, STRIDES[-1])

    def forward(self, batch: torch.Tensor) -> dict[str, torch.Tensor]:
        """Input [B, 3, h, w], values 0..255, to the fields of Candidates, all views' together, and maps for evidence.

        `map_8` ... `map_64`: uint8 [B, N_a, K, h / s, w / s], 255 for 1, of the view at the input's own scale.
        """
        width = batch.shape[3]
        seen, maps = [], {}
        for view in self.views:
            outputs = self.run(view.of(batch))
            seen.append(undo(find_candidates(outputs, self.network), view, width))
            if view.scale == 1:
                maps = {f"map_{s}": in_bytes(x, view) for s, x in zip(STRIDES, outputs.maps, strict=True)}
        names = [field.name for field in fields(Candidates)]
        return {name: torch.cat([getattr(one, name) for one in seen], dim=1) for name in names} | maps

    def decode_outputs(
        self, outputs: dict[str, torch.Tensor], frame: Frame, settings: Any
    ) -> tuple[Poses, decode.HybridPoseEvidence]:
        """See methods.hybridpose.decode."""
        return decode.decode(outputs, frame, settings)


class HybridPoseSmall(HybridPose):
    """HybridPose-N: longer side 640 px, seen through the body that all small variants share."""

    Network = SmallHybridPoseNetwork
    default_input_size = SMALL_INPUT
    shares_body = True


def undo(found: Candidates, view: View, width: int) -> Candidates:
    """Candidates seen in a view, in the pixels of the plain input of that `width`, with left and right as they are."""
    return replace(
        found,
        boxes=view.undo_boxes(found.boxes, width),
        keypoints=view.undo_keypoints(found.keypoints, width),
        visibility=view.undo_joints(found.visibility),
    )


def in_bytes(maps: torch.Tensor, view: View) -> torch.Tensor:
    """Maps [B, N_a, K, h, w] seen in a view as they are in the plain input, uint8, 255 for 1."""
    compact = (maps.float().clamp(0, 1) * 255).round().to(torch.uint8)
    return view.undo_joints(compact.flip(-1), 2) if view.mirrored else compact
