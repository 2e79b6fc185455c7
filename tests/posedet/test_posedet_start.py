"""What the small network takes over from the pose checkpoint."""

import pytest
import torch

from methods.backbones.yolo11 import build_pose_layers, feature_maps
from methods.posedet.network import SmallPoseDetNetwork


@pytest.fixture(scope="module")
def pair():
    torch.manual_seed(0)
    layers = build_pose_layers("n").eval()
    for module in layers.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(std=0.1)
            module.running_var.uniform_(0.5, 1.5)
            module.eps = 1e-3
    network = SmallPoseDetNetwork().eval()
    network.start_from({f"model.{name}": tensor for name, tensor in layers.state_dict().items()})
    return layers, network


@torch.inference_mode()
def test_poses_start_as_the_checkpoints_and_scores_in_the_order_of_its(pair):
    layers, network = pair
    images = torch.rand(2, 3, 128, 192)
    head = layers[-1]
    for level, (x, found) in enumerate(zip(feature_maps(layers, images), network(images), strict=False)):
        raw = head.cv4[level](x).unflatten(1, (17, 3))[:, :, :2].permute(0, 3, 4, 1, 2)  # [B, h, w, K, 2]
        # Theirs are 2 r cells from the corner of the cell, ours count from its centre.
        torch.testing.assert_close(found.coarse + 0.5, 2 * raw, atol=1e-4, rtol=1e-4)
        score = head.cv3[level](x).flatten(1).gather(1, found.cells)
        torch.testing.assert_close(found.scores.sigmoid(), (score.sigmoid() / 2).sqrt(), atol=1e-5, rtol=1e-4)
        assert (found.displacements == 0).all()


def test_a_missing_tensor_is_named(pair):
    layers, _ = pair
    state = {f"model.{name}": tensor for name, tensor in layers.state_dict().items()}
    del state["model.23.cv4.1.2.weight"]
    with pytest.raises(KeyError, match=r"model.23.cv4.1.2.weight"):
        SmallPoseDetNetwork().start_from(state)
