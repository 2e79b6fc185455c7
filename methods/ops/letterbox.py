"""Fitting an image of any size into a network's input and taking coordinates back."""

from dataclasses import dataclass

import cv2
import numpy as np
import torch
from torchvision.transforms.v2 import functional as F

PAD_VALUE = 114  # the grey that YOLO-style networks were trained with


@dataclass(frozen=True)
class Frame:
    """Where an image lies inside a network's input: input = original * (scale_x, scale_y) + (left, top), in pixels."""

    width: int  # of the original image
    height: int
    scale_x: float
    scale_y: float
    left: int
    top: int

    def to_input(self, points: np.ndarray) -> np.ndarray:
        """Points [..., 2] from pixels of the original image to input pixels, float32."""
        offset = np.array([self.left, self.top], dtype=np.float32)
        scale = np.array([self.scale_x, self.scale_y], dtype=np.float32)
        return np.asarray(points, dtype=np.float32) * scale + offset

    def to_original(self, points: np.ndarray) -> np.ndarray:
        """Points [..., 2] from input pixels to pixels of the original image, float32."""
        offset = np.array([self.left, self.top], dtype=np.float32)
        scale = np.array([self.scale_x, self.scale_y], dtype=np.float32)
        return (np.asarray(points, dtype=np.float32) - offset) / scale

    def boxes_to_original(self, boxes: np.ndarray) -> np.ndarray:
        """Boxes [..., 4] (x1, y1, x2, y2) from input pixels to original pixels, clipped to the image."""
        corners = self.to_original(np.asarray(boxes, dtype=np.float32).reshape(-1, 2, 2))
        return np.clip(corners, 0, [self.width, self.height]).reshape(np.shape(boxes)).astype(np.float32)


def letterbox(
    image: np.ndarray,
    size: int,
    stride: int,
    *,
    square: bool = False,
    pad_value: int = PAD_VALUE,
    antialias: bool = True,
) -> tuple[torch.Tensor, Frame]:
    """Scale an RGB uint8 image [H, W, 3] so that its longer side is `size` pixels and pad it evenly all round.

    The result [3, h, w] uint8 is `size` x `size` if `square`, else each side is the next multiple of `stride`.
    Bilinear with antialiasing, so that shrinking a large image does not alias; without it bit for bit as OpenCV scales,
    and so as YOLO-style networks usually see an image.
    """
    height, width = image.shape[:2]
    scale = size / max(height, width)
    new_height, new_width = max(1, round(height * scale)), max(1, round(width * scale))
    if not antialias:
        image = cv2.resize(image, (new_width, new_height), interpolation=cv2.INTER_LINEAR)
    tensor = torch.from_numpy(np.require(image, requirements=["C", "W"])).permute(2, 0, 1)
    if tuple(tensor.shape[1:]) != (new_height, new_width):
        tensor = F.resize(tensor, [new_height, new_width], antialias=True)
    pad_height, pad_width = (
        (size - new_height, size - new_width) if square else (-new_height % stride, -new_width % stride)
    )
    top, left = pad_height // 2, pad_width // 2
    tensor = F.pad(tensor, [left, top, pad_width - left, pad_height - top], fill=pad_value)
    return tensor, Frame(width, height, new_width / width, new_height / height, left, top)
