"""HybridPose behind the one interface."""

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from typing import Any, ClassVar

import numpy as np
import torch
from torch import nn

from methods.hybridpose import decode
from methods.hybridpose.candidates import Candidates, find_candidates
from methods.hybridpose.network import AnyHybridPoseNetwork, HybridPoseNetwork, SmallHybridPoseNetwork
from methods.method import Raw
from methods.ops.letterbox import Frame
from methods.pose_grid.grid import SMALL_INPUT, STRIDES
from methods.pose_grid.method import GridMethod
from methods.pose_grid.views import View
from methods.skeletons import COCO17, Skeleton
from methods.types import Poses


class HybridPose(GridMethod):
    """HybridPose-S, M and L; test-time augmentation (Tables 2 and 3) is KAPAO's."""

    Settings = decode.HybridPoseSettings
    Network: ClassVar[Callable[..., nn.Module]] = HybridPoseNetwork
    network: AnyHybridPoseNetwork

    def forward(self, batch: torch.Tensor) -> dict[str, torch.Tensor]:
        """Input [B, 3, h, w], values 0..255, to the fields of Candidates, all views' together, and maps for
        intermediate outputs.

        `map_8` ... `map_64`: uint8 [B, N_a, K, h / s, w / s], 255 for 1, of the view at the input's own scale.
        """
        width = batch.shape[3]
        seen, maps = [], {}
        for view in self.views:
            outputs = self.run(view.of(batch))
            seen.append(undo(find_candidates(outputs, self.network), view, width, self.skeleton))
            if view.scale == 1:
                scales = zip(STRIDES, outputs.maps, strict=True)
                maps = {f"map_{s}": in_bytes(x, view, self.skeleton) for s, x in scales}
        names = [field.name for field in fields(Candidates)]
        return {name: torch.cat([getattr(one, name) for one in seen], dim=1) for name in names} | maps

    def decode_outputs(
        self, outputs: dict[str, torch.Tensor], frame: Frame, settings: Any
    ) -> tuple[Poses, decode.HybridPoseIntermediate]:
        """See methods.hybridpose.decode."""
        return decode.decode(outputs, frame, settings, self.skeleton)


class HybridPoseSmall(HybridPose):
    """HybridPose-N: longer side 640 px, seen through the body that all small variants share."""

    Network = SmallHybridPoseNetwork
    default_input_size = SMALL_INPUT
    shares_body = True
    without_loss: "HybridPoseSmall | None" = None  # trained without self-correlation, to show its maps beside these

    def infer(
        self, images: Sequence[np.ndarray], batch_size: int = 8, boxes: Sequence[np.ndarray] | None = None
    ) -> list[Raw]:
        """See Method. The maps of `without_loss` come along as `plain_map_STRIDE`; its time is not counted."""
        raws = super().infer(images, batch_size, boxes)
        if self.without_loss is None:
            return raws
        others = self.without_loss.infer(images, batch_size)
        return [
            replace(raw, outputs=raw.outputs | {f"plain_map_{s}": other.outputs[f"map_{s}"] for s in STRIDES})
            for raw, other in zip(raws, others, strict=True)
        ]


def undo(found: Candidates, view: View, width: int, skeleton: Skeleton = COCO17) -> Candidates:
    """Candidates seen in a view, in the pixels of the plain input of that `width`, with left and right as they are."""
    return replace(
        found,
        boxes=view.undo_boxes(found.boxes, width),
        keypoints=view.undo_keypoints(found.keypoints, width, skeleton),
        visibility=view.undo_order(found.visibility, skeleton=skeleton),
    )


def in_bytes(maps: torch.Tensor, view: View, skeleton: Skeleton = COCO17) -> torch.Tensor:
    """Maps [B, N_a, K, h, w] seen in a view as they are in the plain input, uint8, 255 for 1."""
    compact = (maps.float().clamp(0, 1) * 255).round().to(torch.uint8)
    return view.undo_order(compact.flip(-1), 2, skeleton) if view.mirrored else compact
