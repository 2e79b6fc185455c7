"""People of drawn-up batches."""

from collections.abc import Callable

import pytest
import torch

from methods.ops.people import PeopleBatch


def make_people(
    boxes, *, joints=(), size=(256, 256), images=1, image_index=None, ignore=None, weights=(), count=17
) -> PeopleBatch:
    """`joints` holds (person, joint, x, y, visibility); `weights` (person, joint, weight)."""
    keypoints = torch.zeros(len(boxes), count, 2)
    visibility = torch.zeros(len(boxes), count, dtype=torch.long)
    trust = torch.ones(len(boxes), count)
    for person, joint, x, y, flag in joints:
        keypoints[person, joint] = torch.tensor([x, y])
        visibility[person, joint] = flag
    for person, joint, weight in weights:
        trust[person, joint] = weight
    return PeopleBatch(
        images=torch.zeros(images, 3, *size, dtype=torch.uint8),
        image_index=torch.tensor(image_index or [0] * len(boxes), dtype=torch.long),
        boxes=torch.tensor(boxes, dtype=torch.float32).reshape(-1, 4),
        keypoints=keypoints,
        visibility=visibility,
        joint_weights=trust,
        ignore=torch.tensor(ignore or [False] * len(boxes), dtype=torch.bool),
    )


@pytest.fixture
def people() -> Callable[..., PeopleBatch]:
    return make_people
