"""Ultralytics' pose networks, with their answers turned into pixels."""

from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from methods.backbones.ultralytics_blocks import Pose26, dist2bbox, make_anchors
from methods.backbones.yolo_pose import build_pose_layers, feature_maps


class YoloPose(nn.Module):
    """A pose model of Ultralytics', see build_pose_layers; parameter names are those of their checkpoints."""

    def __init__(
        self, size: str = "n", architecture: str = "11", keypoint_shape: Sequence[int] = (17, 3), classes: int = 1
    ) -> None:
        super().__init__()
        self.model = build_pose_layers(size, architecture, keypoint_shape, classes)

    @property
    def stride(self) -> int:
        """Pixels of which the input's sides are multiples."""
        head: Any = self.model[-1]
        return int(head.stride.max())

    @property
    def towers(self) -> tuple[str, str, str]:
        """Names of the head's parts that give boxes, classes and keypoints: of an end-to-end head its one-to-one ones.

        An end-to-end head (YOLO26) has learned to give each instance once.
        """
        head: Any = self.model[-1]
        names = ("cv2", "cv3", "cv4_kpts" if isinstance(head, Pose26) else "cv4")
        box, category, keypoints = (f"one2one_{name}" if head.end2end else name for name in names)
        return box, category, keypoints

    def last_layers(self) -> list[str]:
        """Names of the last convolution of every tower of the head."""
        index, head = len(self.model) - 1, self.model[-1]
        names = []
        for tower in self.towers:
            for level, layer in enumerate(getattr(head, tower)):
                last = "" if isinstance(layer, nn.Conv2d) else ".2"
                names.append(f"model.{index}.{tower}.{level}{last}")
        return names

    def forward(self, images: torch.Tensor) -> dict[str, torch.Tensor]:
        """Images [B, 3, H, W] in 0..1 to A candidates, HW / s^2 of each stride s; coordinates in input pixels.

        boxes [B, A, 4] as x1, y1, x2, y2; scores [B, A] in 0..1, of the best class; classes [B, A]; keypoints
        [B, A, K, 3] as x, y, score in 0..1 (NaN of a network that gives none).
        All float32 whatever the network runs in: half precision cannot tell neighbouring pixels beyond 1024.
        """
        head: Any = self.model[-1]
        maps = feature_maps(self.model, images)
        logits = head.forward_head(maps, **(head.one2one if head.end2end else head.one2many))
        anchors, strides = make_anchors([x.float() for x in maps], head.stride.float(), 0.5)  # [A, 2] cells, [A, 1]
        distances = logits["boxes"].float().unflatten(1, (4, head.reg_max))  # [B, 4, R, A]
        if head.reg_max == 1:
            distances = distances[:, :, 0].mT
        else:  # each side of a box is the mean of a distribution over 0..R-1 cells
            bins = torch.arange(head.reg_max, device=distances.device, dtype=distances.dtype)
            distances = torch.einsum("bsra,r->bas", distances.softmax(dim=2), bins)
        keypoints = logits["kpts"].float().unflatten(1, tuple(head.kpt_shape)).permute(0, 3, 1, 2)  # [B, A, K, 2 or 3]
        in_cells = keypoints[..., :2] if isinstance(head, Pose26) else keypoints[..., :2] * 2 - 0.5
        positions = (in_cells + anchors[:, None]) * strides[:, None]
        scores, classes = logits["scores"].float().sigmoid().max(dim=1)
        found = torch.cat([positions, keypoints[..., 2:].sigmoid()], dim=-1)
        return {
            "boxes": dist2bbox(distances, anchors, xywh=False) * strides,
            "scores": scores,
            "classes": classes.float(),
            "keypoints": F.pad(found, (0, 3 - found.shape[-1]), value=torch.nan),
        }
