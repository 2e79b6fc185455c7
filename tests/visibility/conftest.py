"""A small metamodel before any training, and drawn-up crops."""

from collections.abc import Callable

import pytest
import torch

from methods.backbones.small_body import load_small_body
from methods.ops.people import PeopleBatch
from methods.visibility.method import SmallVisibility
from methods.visibility.network import SHAPE, VisibilityNetwork


@pytest.fixture(scope="session")
def maps() -> list[torch.Tensor]:
    """What the shared body says of two crops of noise."""
    torch.manual_seed(1)
    return load_small_body()(torch.rand(2, 3, *SHAPE))


@pytest.fixture(scope="session")
def network(maps) -> VisibilityNetwork:
    """Random, with the statistics that its batch norms would have of `maps`: without them it hardly sees its input."""
    torch.manual_seed(0)
    network = VisibilityNetwork("n").train()
    with torch.no_grad():
        for _ in range(30):
            network(maps)
    return network.eval()


@pytest.fixture(scope="session")
def method(network) -> SmallVisibility:
    return SmallVisibility("visibility-n", network, input_size=128, device="cpu")


def make_crops(points=(), *, images=1, ignore=None, weights=(), size=SHAPE, count=17) -> PeopleBatch:
    """One person in each crop; `points` holds (crop, keypoint, x, y, flag), `weights` (crop, keypoint, weight)."""
    keypoints, flags = torch.zeros(images, count, 2), torch.zeros(images, count, dtype=torch.long)
    label_weights = torch.ones(images, count)
    for person, keypoint, x, y, flag in points:
        keypoints[person, keypoint] = torch.tensor([x, y], dtype=torch.float32)
        flags[person, keypoint] = flag
    for person, keypoint, weight in weights:
        label_weights[person, keypoint] = weight
    return PeopleBatch(
        images=torch.zeros(images, 3, *size, dtype=torch.uint8),
        image_index=torch.arange(images),
        boxes=torch.tensor([[0.0, 0, size[1], size[0]]]).repeat(images, 1),
        keypoints=keypoints,
        visibility=flags,
        keypoint_weights=label_weights,
        ignore=torch.tensor(ignore or [False] * images),
    )


@pytest.fixture(scope="session")
def crops() -> Callable[..., PeopleBatch]:
    return make_crops
