"""A small metamodel before any training, and drawn-up crops."""

from collections.abc import Callable

import pytest
import torch

from methods import weights
from methods.ops.people import PeopleBatch
from methods.visibility.method import Visibility
from methods.visibility.network import SHAPE, VisibilityNetwork


@pytest.fixture(scope="session")
def network() -> VisibilityNetwork:
    """Started from the checkpoint, because random networks hardly see their input."""
    torch.manual_seed(0)
    network = VisibilityNetwork("n").eval()
    network.start_from(weights.load(weights.resolve("yolo11n-pose")))
    return network


@pytest.fixture(scope="session")
def method(network) -> Visibility:
    return Visibility("visibility-n", network, input_size=128, device="cpu")


def make_crops(joints=(), *, images=1, ignore=None, weights=(), size=SHAPE, count=17) -> PeopleBatch:
    """One person in each crop; `joints` holds (crop, joint, x, y, flag), `weights` (crop, joint, weight)."""
    keypoints, flags = torch.zeros(images, count, 2), torch.zeros(images, count, dtype=torch.long)
    trust = torch.ones(images, count)
    for person, joint, x, y, flag in joints:
        keypoints[person, joint] = torch.tensor([x, y], dtype=torch.float32)
        flags[person, joint] = flag
    for person, joint, weight in weights:
        trust[person, joint] = weight
    return PeopleBatch(
        images=torch.zeros(images, 3, *size, dtype=torch.uint8),
        image_index=torch.arange(images),
        boxes=torch.tensor([[0.0, 0, size[1], size[0]]]).repeat(images, 1),
        keypoints=keypoints,
        visibility=flags,
        joint_weights=trust,
        ignore=torch.tensor(ignore or [False] * images),
    )


@pytest.fixture
def crops() -> Callable[..., PeopleBatch]:
    return make_crops
