"""Person crops: from a box round a person to an image of one size, and coordinates both ways.

Coordinates are continuous: an image or crop covers 0..width and 0..height, and the centre of its first pixel is at
0.5, 0.5.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from methods.ops.letterbox import PAD_VALUE

MIN_SIDE = 1.0  # px; a box without extent has no scale
SHARPEST_SHRINK = 0.4  # bilinear sampling reads 2 x 2 pixels, so further below half size it skips too many


@dataclass(frozen=True)
class CropFrame:
    """Where n crops of one size lie in their images: crop = (image - corner) * scale, the same scale in x and y.

    corners [n, 2] float32, x and y in image pixels; scales [n] float32.
    """

    corners: torch.Tensor
    scales: torch.Tensor

    def to_crop(self, points: torch.Tensor) -> torch.Tensor:
        """Points [n, ..., 2] from image pixels to pixels of each one's crop."""
        corners, scales = self._beside(points)
        return (points - corners) * scales

    def to_image(self, points: torch.Tensor) -> torch.Tensor:
        """Points [n, ..., 2] from pixels of each one's crop to image pixels."""
        corners, scales = self._beside(points)
        return points / scales + corners

    def _beside(self, points: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        ones = (1,) * (points.ndim - 2)
        return self.corners.view(-1, *ones, 2), self.scales.view(-1, *ones, 1)


def fit_boxes(boxes: torch.Tensor, shape: Sequence[int], padding: float) -> tuple[torch.Tensor, CropFrame]:
    """Regions [n, 4] (x1, y1, x2, y2) to cut out for boxes [n, 4], and their frame in crops of `shape` (height, width).

    A region has the box's centre and the crop's aspect, and holds the box enlarged by the factor `padding`. n = 0 is
    fine.
    """
    height, width = shape
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    sides = (boxes[:, 2:] - boxes[:, :2]).clamp(min=MIN_SIDE) * padding
    scales = torch.minimum(width / sides[:, 0], height / sides[:, 1])
    halves = boxes.new_tensor([width, height]) / scales[:, None] / 2
    return torch.cat([centres - halves, centres + halves], dim=1), CropFrame(centres - halves, scales)


def sample_crops(
    images: torch.Tensor, image_index: torch.Tensor, regions: torch.Tensor, shape: Sequence[int]
) -> torch.Tensor:
    """Crops [n, C, height, width] of `shape` from images [B, C, H, W] (float, 0..255): region i of image_index[i].

    Bilinear, from images halved as often as keeps the scale from falling below SHARPEST_SHRINK, so that shrinking does
    not alias. Outside the image is the grey of the letterbox. n = 0 gives no crop.
    """
    crops = images.new_empty((len(regions), images.shape[1], *shape))
    sides = (regions[:, 2:] - regions[:, :2]).clamp(min=1e-6)
    scales = (sides.new_tensor([shape[1], shape[0]]) / sides).amin(dim=1)
    left = torch.ones_like(scales, dtype=torch.bool)
    level, halved = 0, images - PAD_VALUE
    while left.any():
        smallest = min(halved.shape[2:]) < 2
        now = left & (smallest | (scales * 2**level >= SHARPEST_SHRINK))
        for image in image_index[now].unique().tolist():
            chosen = (now & (image_index == image)).nonzero()[:, 0]
            crops[chosen] = _sample(halved[image], regions[chosen] / 2**level, shape).to(crops.dtype)
        left &= ~now
        if left.any():
            level, halved = level + 1, F.avg_pool2d(halved, 2)
    return crops + PAD_VALUE


def _sample(image: torch.Tensor, regions: torch.Tensor, shape: Sequence[int]) -> torch.Tensor:
    """Regions [n, 4] of an image [C, H, W], bilinear, zero outside it: [n, C, *shape]."""
    size = regions.new_tensor([image.shape[2], image.shape[1]])
    low, high = regions[:, None, :2], regions[:, None, 2:]
    steps = [(torch.arange(side, device=image.device) + 0.5) / side for side in (shape[1], shape[0])]
    x, y = (low[..., axis] + (high - low)[..., axis] * steps[axis] for axis in (0, 1))  # [n, width], [n, height]
    x, y = x / size[0] * 2 - 1, y / size[1] * 2 - 1
    n = len(regions)
    grid = torch.stack([x[:, None].expand(n, *shape), y[:, :, None].expand(n, *shape)], dim=-1)
    return F.grid_sample(image[None].expand(n, -1, -1, -1), grid.to(image), align_corners=False)
