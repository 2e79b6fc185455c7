"""People of drawn-up batches."""

from collections.abc import Callable

import pytest
import torch

from methods.ops.people import PeopleBatch


def make_people(
    boxes, *, points=(), size=(256, 256), images=1, image_index=None, ignore=None, weights=(), count=17
) -> PeopleBatch:
    """`points` holds (person, keypoint, x, y, visibility); `weights` (person, keypoint, weight)."""
    keypoints = torch.zeros(len(boxes), count, 2)
    visibility = torch.zeros(len(boxes), count, dtype=torch.long)
    label_weights = torch.ones(len(boxes), count)
    for person, keypoint, x, y, flag in points:
        keypoints[person, keypoint] = torch.tensor([x, y])
        visibility[person, keypoint] = flag
    for person, keypoint, weight in weights:
        label_weights[person, keypoint] = weight
    return PeopleBatch(
        images=torch.zeros(images, 3, *size, dtype=torch.uint8),
        image_index=torch.tensor(image_index or [0] * len(boxes), dtype=torch.long),
        boxes=torch.tensor(boxes, dtype=torch.float32).reshape(-1, 4),
        keypoints=keypoints,
        visibility=visibility,
        keypoint_weights=label_weights,
        ignore=torch.tensor(ignore or [False] * len(boxes), dtype=torch.bool),
    )


@pytest.fixture
def people() -> Callable[..., PeopleBatch]:
    return make_people
