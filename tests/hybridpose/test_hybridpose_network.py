"""HybridPose's networks: shapes of grids and maps, and how their layers start."""

import pytest
import torch

from methods.backbones.small_body import SmallBody
from methods.hybridpose.network import HybridPoseNetwork, SmallHybridPoseNetwork
from methods.pose_grid.grid import ANCHORS, BOX, OBJECTNESS, STRIDES


@pytest.fixture(scope="module")
def body() -> SmallBody:
    torch.manual_seed(0)
    return SmallBody().eval()


@pytest.fixture(scope="module")
def small() -> SmallHybridPoseNetwork:
    torch.manual_seed(0)
    return SmallHybridPoseNetwork().eval()


@pytest.fixture(scope="module")
def paper() -> HybridPoseNetwork:
    torch.manual_seed(0)
    return HybridPoseNetwork("s").eval()


@torch.inference_mode()
def test_grids_of_5_plus_2k_numbers_and_maps_of_k_keypoints_for_three_anchors(body, small, paper):
    images = torch.rand(2, 3, 128, 64)
    for grids, maps in (small(body(images)), paper(images)):
        assert [tuple(grid.shape) for grid in grids] == [(2, 3, 128 // s, 64 // s, 5 + 2 * 17) for s in STRIDES]
        assert [tuple(x.shape) for x in maps] == [(2, 3, 17, 128 // s, 64 // s) for s in STRIDES]


@pytest.mark.parametrize(("size", "like_kapao"), [("s", 12.6), ("m", 35.8), ("l", 77.0)])
def test_the_papers_sizes_are_kapaos_with_shallow_layers_more(size, like_kapao):
    with torch.device("meta"):
        network = HybridPoseNetwork(size)
    millions = sum(x.numel() for x in network.parameters()) / 1e6
    assert like_kapao < millions < like_kapao + 2
    assert network.anchors.shape == (4, 3, 2)


def test_anchors_are_in_proportion_to_the_input(small, paper):
    torch.testing.assert_close(paper.anchors, torch.tensor(ANCHORS).float())
    torch.testing.assert_close(small.anchors, torch.tensor(ANCHORS) / 2)


@torch.inference_mode()
def test_one_image_gives_the_same_as_in_a_batch(body, small):
    features = body(torch.rand(3, 3, 64, 64))
    together, alone = small(features), small([x[1:2] for x in features])
    for several, one in zip([*together.grids, *together.maps], [*alone.grids, *alone.maps], strict=True):
        torch.testing.assert_close(several[1:2], one, rtol=1e-4, atol=1e-4)


@torch.inference_mode()
def test_the_papers_grids_and_maps_hold_each_anchors_channels_in_order(paper):
    images = torch.rand(1, 3, 64, 64)
    seen, head = paper.body(images)[0], paper.head
    grids, maps = paper(images)
    torch.testing.assert_close(grids[0][0, 2, 5, 3, BOX], head.boxes[0](seen)[0, 8:12, 5, 3])
    torch.testing.assert_close(grids[0][0, 1, 5, 3, OBJECTNESS:], head.poses[0](seen)[0, 35:70, 5, 3])
    torch.testing.assert_close(maps[0][0, 2, 4], head.visibility[0](seen)[0, 2 * 17 + 4])


@torch.inference_mode()
def test_the_small_ones_grids_and_maps_hold_each_anchors_channels_in_order(body, small):
    features = body(torch.rand(1, 3, 64, 64))
    seen, (grids, maps) = small.neck(features)[1], small(features)
    torch.testing.assert_close(grids[1][0, 2, 3, 1], small.head.grids[1](seen)[0, 2 * 39 : 3 * 39, 3, 1])
    torch.testing.assert_close(maps[1][0, 2, 4], small.head.visibility[1](seen)[0, 2 * 17 + 4])


def test_objectness_starts_with_the_chance_of_a_person_and_maps_near_0(small, paper):
    for layers, channel in ((small.head.grids, OBJECTNESS), (paper.head.poses, 0)):
        for layer, stride in zip(layers, STRIDES, strict=True):
            chance = 1 / (1 + (640 / stride) ** 2 / 8)
            assert layer.bias.view(3, -1)[:, channel].sigmoid().tolist() == pytest.approx([chance] * 3, rel=1e-4)
    for branch in (*small.head.visibility, *paper.head.visibility):
        assert branch[1].weight.std() < 0.02
        assert branch[1].bias.eq(0).all()


def test_last_layers_are_named(small, paper):
    for head, count in ((small.head, 8), (paper.head, 12)):
        assert len(head.last_layers()) == count
        assert all(isinstance(head.get_submodule(name), torch.nn.Conv2d) for name in head.last_layers())


def test_the_small_one_is_neck_and_head_alone(small):
    """Its weights hold nothing of the body that it shares, nor of that body's checkpoint."""
    assert {name.split(".")[0] for name in small.state_dict()} == {"neck", "head"}
    assert {name.split(".")[1] for name in small.state_dict() if name.startswith("head.")} == {"grids", "visibility"}
