"""Ground truth of a batch in the form that every method's training targets start from."""

from dataclasses import dataclass, fields

import torch


@dataclass(frozen=True, eq=False)
class PeopleBatch:
    """B images of one size and the P people in all of them, coordinates in pixels of these images.

    images         [B, 3, H, W]  uint8 RGB
    image_index    [P]           int64, which image a person is in
    boxes          [P, 4]        float32 x1, y1, x2, y2, clipped to the image
    keypoints      [P, K, 2]     float32 x, y; finite but meaningless where visibility is 0
    visibility     [P, K]        int64, COCO's 0 absent or not labelled, 1 occluded, 2 visible, and 3 occluded or
                                 visible (where a recipe says that nobody told); a keypoint outside the image is 0
    keypoint_weights  [P, K]        float32 in 0..1, weight of a keypoint's flag and place; 1 for human labels, 0 where
                      nothing
                                 is known of it
    ignore         [P]           bool: a crowd or an unlabelled person; a detection there is neither right nor wrong
    """

    images: torch.Tensor
    image_index: torch.Tensor
    boxes: torch.Tensor
    keypoints: torch.Tensor
    visibility: torch.Tensor
    keypoint_weights: torch.Tensor
    ignore: torch.Tensor

    def to(self, device: torch.device | str) -> "PeopleBatch":
        """The same batch on another device."""
        return PeopleBatch(*(getattr(self, field.name).to(device, non_blocking=True) for field in fields(self)))
