"""The network of YOLO11-pose, with its outputs turned into pixels."""

from typing import Any

import torch
from torch import nn

from methods.backbones.ultralytics_blocks import dist2bbox, make_anchors
from methods.backbones.yolo11 import build_pose_layers, feature_maps


class YoloPose(nn.Module):
    """YOLO11 pose model; parameter names are the official checkpoint's."""

    def __init__(self, size: str = "n") -> None:
        super().__init__()
        self.model = build_pose_layers(size)

    def last_layers(self) -> list[str]:
        """Names of the last convolution of every tower of the head."""
        head = len(self.model) - 1
        return [f"model.{head}.{tower}.{level}.2" for tower in ("cv2", "cv3", "cv4") for level in range(3)]

    def forward(self, images: torch.Tensor) -> dict[str, torch.Tensor]:
        """Images [B, 3, H, W] in 0..1 to A = HW (1/64 + 1/256 + 1/1024) candidates, coordinates in input pixels.

        boxes [B, A, 4] as x1, y1, x2, y2; scores [B, A] in 0..1; keypoints [B, A, K, 3] as x, y, score in 0..1.
        All float32 whatever the network runs in: half precision cannot tell neighbouring pixels beyond 1024.
        """
        head: Any = self.model[-1]
        maps = feature_maps(self.model, images)
        logits = head.forward_head(maps, **head.one2many)
        anchors, strides = make_anchors([x.float() for x in maps], head.stride.float(), 0.5)  # [A, 2] cells, [A, 1]
        # Each side of a box is the mean of a distribution over 0..15 cells.
        sides = logits["boxes"].float().unflatten(1, (4, head.reg_max)).softmax(dim=2)  # [B, 4, 16, A]
        bins = torch.arange(head.reg_max, device=sides.device, dtype=sides.dtype)
        distances = torch.einsum("bsra,r->bas", sides, bins)
        keypoints = logits["kpts"].float().unflatten(1, tuple(head.kpt_shape)).permute(0, 3, 1, 2)  # [B, A, K, 3]
        positions = (keypoints[..., :2] * 2 + anchors[:, None] - 0.5) * strides[:, None]
        return {
            "boxes": dist2bbox(distances, anchors, xywh=False) * strides,
            "scores": logits["scores"].float().sigmoid().squeeze(1),
            "keypoints": torch.cat([positions, keypoints[..., 2:].sigmoid()], dim=-1),
        }
