"""What the small network takes over from the pose checkpoint."""

import pytest
import torch

from methods.backbones.yolo11 import build_pose_layers, feature_maps
from methods.kapao.network import CLASSES, KapaoNetwork
from methods.pose_grid.grid import OBJECTNESS, STRIDES
from methods.pose_grid.network import AHEAD


@pytest.fixture(scope="module")
def pair():
    torch.manual_seed(0)
    layers = build_pose_layers("n").eval()
    for module in layers.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(std=0.1)
            module.running_var.uniform_(0.5, 1.5)
            module.eps = 1e-3
    network = KapaoNetwork("n").eval()
    for layer in network.head.parts:  # what is added to the checkpoint's objectness
        torch.nn.init.zeros_(layer.weight)
    network.start_from({f"model.{name}": tensor for name, tensor in layers.state_dict().items()})
    return layers, network


@torch.inference_mode()
def test_pose_objects_start_with_the_score_and_the_keypoints_of_the_checkpoint(pair):
    layers, network = pair
    images = torch.rand(2, 3, 128, 192)
    grids = network(images)
    head = layers[-1]
    for level, (x, grid) in enumerate(zip(feature_maps(layers, images), grids, strict=False)):
        score = head.cv3[level](x)[:, 0]
        found = head.cv4[level](x).unflatten(1, (17, 3))[:, :, :2].flatten(1, 2).permute(0, 2, 3, 1)  # [B, h, w, 2K]
        for anchor, sizes in enumerate(network.anchors[level]):
            ours = grid[:, anchor]
            ahead = 0 if anchor == 2 else -AHEAD
            torch.testing.assert_close(ours[..., OBJECTNESS], score + ahead, atol=1e-4, rtol=1e-4)
            torch.testing.assert_close(ours[..., CLASSES], score, atol=1e-4, rtol=1e-4)
            cells = ours[..., CLASSES + 18 :] * (sizes / STRIDES[level]).repeat(17)  # near 0, equation 4 is linear
            torch.testing.assert_close(cells, 2 * found, atol=1e-4, rtol=1e-4)


def test_a_missing_tensor_is_named(pair):
    layers, _ = pair
    state = {f"model.{name}": tensor for name, tensor in layers.state_dict().items()}
    del state["model.23.cv4.1.2.weight"]
    with pytest.raises(KeyError, match=r"model.23.cv4.1.2.weight"):
        KapaoNetwork("n").start_from(state)
