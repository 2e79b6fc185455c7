"""Test-time augmentation: looks at an input, scaled and mirrored, and what is found there back in its pixels."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F

from methods.pose_grid.grid import STRIDES
from methods.skeletons import COCO17, Skeleton

SCALED_PAD = 0.447 * 255  # the grey that KAPAO's authors pad a scaled view with, not quite the 114 of the input


@dataclass(frozen=True)
class View:
    """One look at the input: scaled by `scale`, mirrored or not."""

    scale: float = 1.0
    mirrored: bool = False

    def of(self, batch: torch.Tensor) -> torch.Tensor:
        """Input [B, 3, h, w], values 0..255, as seen; below and right padded to multiples of 64 where scaled."""
        if self.mirrored:
            batch = batch.flip(3)
        if self.scale == 1:
            return batch
        height, width = (int(side * self.scale) for side in batch.shape[2:])
        small = F.interpolate(batch, size=(height, width), mode="bilinear", align_corners=False)
        return F.pad(small, (0, -width % STRIDES[-1], 0, -height % STRIDES[-1]), value=SCALED_PAD)

    def undo_boxes(self, boxes: torch.Tensor, width: int) -> torch.Tensor:
        """Boxes [..., 4] (x1, y1, x2, y2) seen here, in the pixels of the plain input of that `width`."""
        x1, y1, x2, y2 = (boxes / self.scale).unbind(-1)
        return torch.stack([width - x2, y1, width - x1, y2] if self.mirrored else [x1, y1, x2, y2], dim=-1)

    def undo_keypoints(self, keypoints: torch.Tensor, width: int, skeleton: Skeleton = COCO17) -> torch.Tensor:
        """Keypoints [..., K, 2] seen here, in pixels of the plain input of that `width`, left and right as they are."""
        x, y = (keypoints / self.scale).unbind(-1)
        return self.undo_order(torch.stack([width - x if self.mirrored else x, y], dim=-1), -2, skeleton)

    def undo_order(self, values: torch.Tensor, dim: int = -1, skeleton: Skeleton = COCO17) -> torch.Tensor:
        """Values with K keypoints along `dim`: those of left and right swapped back where the view is mirrored."""
        swap = torch.tensor(skeleton.flip_order, device=values.device)
        return values.index_select(dim, swap) if self.mirrored else values


PLAIN = (View(),)
AUGMENTED = (View(0.8), View(1.0, mirrored=True), View(1.2))  # KAPAO's section 4.1, as its authors run it
