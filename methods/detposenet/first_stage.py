"""DetPoseNet's first stage as a method of its own: what training judges it by, while the third one knows nothing."""

from typing import Any

import torch

from methods.detposenet.filtering import filter_proposals
from methods.detposenet.method import DetPoseNet
from methods.ops.letterbox import Frame
from methods.top_down import stacked
from methods.types import Poses


class FirstStage(DetPoseNet):
    """Boxes and coarse poses that coarse-pose filtering keeps, with the boxes' scores; nothing is refined."""

    takes_boxes = False

    def forward(self, batch: torch.Tensor) -> dict[str, torch.Tensor]:
        """The first stage: boxes [T, 4], scores [T] (-1 as padding), heatmaps [K, h, w] and limbs [L, 2, h, w]."""
        coarse = self.network.propose(self._see(batch))
        return {
            "boxes": stacked([one.boxes for one in coarse.boxes], 0),
            "scores": stacked([one.scores for one in coarse.boxes], -1),
            "heatmaps": coarse.heatmaps,
            "limbs": coarse.limbs,
        }

    def decode_outputs(self, outputs: dict[str, torch.Tensor], frame: Frame, settings: Any) -> tuple[Poses, Any]:
        """Coarse poses of whom Algorithm 1 keeps: keypoints that were not found are NaN; no intermediate outputs."""
        proposals = self._extract(*(outputs[name] for name in ("boxes", "scores", "heatmaps", "limbs")))
        found = filter_proposals(
            proposals, settings.box_confidence, settings.min_keypoints, settings.coarse_oks, settings.recover
        )
        coarse = proposals.poses[found.kept]
        boxes = frame.boxes_to_original(found.boxes[found.kept])
        return Poses(boxes, proposals.scores[found.kept], frame.to_original(coarse[..., :2]), coarse[..., 2]), None


class SmallFirstStage(FirstStage):
    """That of detposenet-n."""

    shares_body = True
