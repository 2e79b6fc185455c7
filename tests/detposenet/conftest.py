"""Small DetPoseNets with random weights."""

import numpy as np
import pytest
import torch

from methods.detposenet.method import SmallDetPoseNet
from methods.detposenet.network import DetPoseNetNetwork
from methods.ops.people import PeopleBatch


@pytest.fixture(scope="session")
def network() -> DetPoseNetNetwork:
    """With last layers that say something, so that there are keypoints and some boxes."""
    torch.manual_seed(0)
    network = DetPoseNetNetwork("n").eval()
    network.crop = (64, 32)  # small, because some sixty proposals an image are looked into
    for layer in (network.coarse.heatmaps, network.coarse.limbs, network.refine.final):
        torch.nn.init.normal_(layer.weight, std=3.0)
    objectness = network.coarse.detector.proposals.head.logits
    torch.nn.init.normal_(objectness.weight, std=4.0)
    torch.nn.init.constant_(objectness.bias, -6.0)
    return network


@pytest.fixture(scope="session")
def detposenet(network) -> SmallDetPoseNet:
    return SmallDetPoseNet("detposenet-n", network, input_size=128, device="cpu")


@pytest.fixture
def make_people():
    """A PeopleBatch of images of `size` (height, width) with people of given keypoints [P, 17, 2]."""

    def make(keypoints, image_index=None, size=(64, 64), images=1, **changes) -> PeopleBatch:
        keypoints = torch.from_numpy(np.asarray(keypoints, dtype=np.float32)).reshape(-1, 17, 2)
        n = len(keypoints)
        values = {
            "images": torch.zeros(images, 3, *size, dtype=torch.uint8),
            "image_index": torch.zeros(n, dtype=torch.long) if image_index is None else torch.tensor(image_index),
            "boxes": torch.cat([keypoints.amin(1) - 2, keypoints.amax(1) + 2], dim=1) if n else torch.zeros(0, 4),
            "keypoints": keypoints,
            "visibility": torch.full((n, 17), 2),
            "keypoint_weights": torch.ones(n, 17),
            "ignore": torch.zeros(n, dtype=torch.bool),
        }
        return PeopleBatch(**(values | changes))

    return make
