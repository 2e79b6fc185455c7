"""HybridPose's network: shapes of grids and maps, how its layers start, and what they take from the checkpoint."""

import pytest
import torch

from methods.backbones.yolo11 import build_pose_layers, feature_maps
from methods.hybridpose.network import AHEAD, HybridPoseNetwork
from methods.pose_grid.grid import ANCHORS, BOX, OBJECTNESS, STRIDES


@pytest.fixture(scope="module")
def small() -> HybridPoseNetwork:
    return HybridPoseNetwork("n").eval()


def test_grids_of_5_plus_2k_numbers_and_maps_of_k_joints_for_three_anchors(small):
    with torch.inference_mode():
        grids, maps = small(torch.rand(2, 3, 128, 64))
    assert [tuple(grid.shape) for grid in grids] == [(2, 3, 128 // s, 64 // s, 5 + 2 * 17) for s in STRIDES]
    assert [tuple(x.shape) for x in maps] == [(2, 3, 17, 128 // s, 64 // s) for s in STRIDES]


@pytest.mark.parametrize(("size", "like_kapao"), [("s", 12.6), ("m", 35.8), ("l", 77.0)])
def test_the_papers_sizes_are_kapaos_with_shallow_layers_more(size, like_kapao):
    with torch.device("meta"):
        network = HybridPoseNetwork(size)
    millions = sum(x.numel() for x in network.parameters()) / 1e6
    assert like_kapao < millions < like_kapao + 2
    assert network.anchors.shape == (4, 3, 2)


def test_anchors_are_in_proportion_to_the_input(small):
    torch.testing.assert_close(small.anchors, torch.tensor(ANCHORS) / 2)


def test_one_image_gives_the_same_as_in_a_batch(small):
    x = torch.rand(3, 3, 64, 64)
    with torch.inference_mode():
        together, alone = small(x), small(x[1:2])
    for several, one in zip([*together.grids, *together.maps], [*alone.grids, *alone.maps], strict=True):
        torch.testing.assert_close(several[1:2], one, rtol=1e-4, atol=1e-4)


def test_grids_and_maps_hold_each_anchors_channels_in_order(small):
    features = small.body(torch.rand(1, 3, 64, 64))
    grids, maps = small.head(features)
    seen = small.head.towers(features)[0]
    torch.testing.assert_close(grids[0][0, 2, 5, 3, BOX], small.head.boxes[0](seen)[0, 8:12, 5, 3])
    torch.testing.assert_close(grids[0][0, 1, 5, 3, OBJECTNESS:], small.head.poses[0](seen)[0, 35:70, 5, 3])
    torch.testing.assert_close(maps[0][0, 2, 4], small.head.visibility[0](features[0])[0, 2 * 17 + 4])


def test_without_a_checkpoint_objectness_starts_with_the_chance_of_a_person(small):
    for layer, stride in zip(small.head.poses, STRIDES, strict=True):
        chance = 1 / (1 + (640 / stride) ** 2 / 8)
        assert layer.bias.view(3, -1)[:, 0].sigmoid().tolist() == pytest.approx([chance] * 3, rel=1e-4)


@pytest.fixture(scope="module")
def pair():
    torch.manual_seed(0)
    layers = build_pose_layers("n").eval()
    for module in layers.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(std=0.1)
            module.running_var.uniform_(0.5, 1.5)
            module.eps = 1e-3
    network = HybridPoseNetwork("n").eval()
    network.start_from({f"model.{name}": tensor for name, tensor in layers.state_dict().items()})
    return layers, network


@torch.inference_mode()
def test_every_anchor_starts_with_the_score_and_the_keypoints_of_the_checkpoint(pair):
    layers, network = pair
    images = torch.rand(2, 3, 128, 192)
    head = layers[-1]
    for level, (x, grid) in enumerate(zip(feature_maps(layers, images), network(images).grids, strict=False)):
        score = head.cv3[level](x)[:, 0]
        found = head.cv4[level](x).unflatten(1, (17, 3))[:, :, :2].flatten(1, 2).permute(0, 2, 3, 1)  # [B, h, w, 2K]
        for anchor, sizes in enumerate(network.anchors[level]):
            ours = grid[:, anchor]
            assert (ours[..., BOX] == 0).all()
            behind = 0 if anchor == 2 else AHEAD
            torch.testing.assert_close(ours[..., OBJECTNESS], score - behind, atol=1e-4, rtol=1e-4)
            cells = ours[..., OBJECTNESS + 1 :] * (sizes / STRIDES[level]).repeat(17)  # near 0, equation 3 is linear
            torch.testing.assert_close(cells, 2 * found, atol=1e-4, rtol=1e-4)


def test_a_missing_tensor_is_named(pair):
    layers, _ = pair
    state = {f"model.{name}": tensor for name, tensor in layers.state_dict().items()}
    del state["model.23.cv4.1.2.weight"]
    with pytest.raises(KeyError, match=r"model.23.cv4.1.2.weight"):
        HybridPoseNetwork("n").start_from(state)
