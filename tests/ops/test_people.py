"""The batch that training targets start from."""

from dataclasses import fields

import torch

from methods.ops.people import PeopleBatch


def test_everything_moves_together():
    batch = PeopleBatch(
        images=torch.zeros(2, 3, 4, 4, dtype=torch.uint8),
        image_index=torch.tensor([1]),
        boxes=torch.tensor([[0.0, 1, 2, 3]]),
        keypoints=torch.zeros(1, 17, 2),
        visibility=torch.zeros(1, 17, dtype=torch.long),
        keypoint_weights=torch.ones(1, 17),
        ignore=torch.tensor([False]),
    )
    moved = batch.to("meta")
    for field in fields(PeopleBatch):
        before, after = getattr(batch, field.name), getattr(moved, field.name)
        assert after.device.type == "meta"
        assert (after.shape, after.dtype) == (before.shape, before.dtype)
