"""KAPAO's network: parameter counts of Table 1, output grids of equation 1."""

import pytest
import torch

from methods.kapao.network import CLASSES, KapaoNetwork
from methods.pose_grid.grid import ANCHORS, OBJECTNESS, STRIDES


@pytest.mark.parametrize(("size", "millions"), [("s", 12.6), ("m", 35.8), ("l", 77.0)])
def test_parameter_counts_are_those_of_table_1(size, millions):
    with torch.device("meta"):
        network = KapaoNetwork(size)
    assert round(sum(x.numel() for x in network.parameters()) / 1e6, 1) == millions


@pytest.fixture(scope="module")
def small() -> KapaoNetwork:
    return KapaoNetwork("n").eval()


def test_four_grids_of_three_anchors_and_3k_plus_6_numbers(small):
    with torch.inference_mode():
        grids = small(torch.rand(2, 3, 128, 64))
    assert [tuple(grid.shape) for grid in grids] == [(2, 3, 128 // s, 64 // s, 3 * 17 + 6) for s in STRIDES]


def test_a_grid_holds_each_anchors_channels_in_order(small):
    with torch.inference_mode():
        x = torch.rand(1, 3, 64, 64)
        flat, grid = small.head(small.body(x))[0], small(x)[0]
    torch.testing.assert_close(grid[0, 2, 5, 3, 7], flat[0, 2 * 57 + 7, 5, 3])


def test_the_small_head_puts_each_layers_numbers_where_grids_have_them(small):
    """Anchor 1 of the first grid: box, objectness from both sides, pose class, joint classes, keypoints."""
    head = small.head
    with torch.inference_mode():
        maps = small.body(torch.rand(1, 3, 64, 64))
        grid = head(maps)[0][0, 57:114]
        known, new = head.towers(maps)[0], head.tower[0](maps[0])
        boxes = head.boxes[0](torch.cat([known, new], dim=1))[0, 4:8]
        poses, parts = head.poses[0](known)[0, 36:72], head.parts[0](new)[0, 18:36]
    expected = torch.cat([boxes, poses[:1] + parts[:1], poses[1:2], parts[1:], poses[2:]])
    torch.testing.assert_close(grid, expected)


def test_last_layers_are_named(small):
    assert all(isinstance(small.head.get_submodule(name), torch.nn.Conv2d) for name in small.head.last_layers())
    assert len(small.head.last_layers()) == 12


def test_one_image_gives_the_same_as_in_a_batch(small):
    x = torch.rand(3, 3, 64, 64)
    with torch.inference_mode():
        for together, alone in zip(small(x), small(x[1:2]), strict=True):
            torch.testing.assert_close(together[1:2], alone, rtol=1e-4, atol=1e-4)


def test_anchors_and_keypoint_squares_are_in_proportion_to_the_input():
    with torch.device("meta"):
        paper = KapaoNetwork("s")
    assert paper.keypoint_size == 64
    small = KapaoNetwork("n")
    assert small.keypoint_size == 32
    torch.testing.assert_close(small.anchors, torch.tensor(ANCHORS) / 2)


def test_heads_start_with_the_chance_of_an_object():
    network = KapaoNetwork("s")
    for layer, stride in zip(network.head.m, STRIDES, strict=True):
        biases = layer.bias.view(3, -1)
        assert biases[:, OBJECTNESS].sigmoid().tolist() == pytest.approx(
            [1 / (1 + (640 / stride) ** 2 / 8)] * 3, rel=1e-4
        )
        assert biases[:, CLASSES : CLASSES + 18].exp().sum(dim=1).tolist() == pytest.approx([0.6 * 18 / 17.01] * 3)


def test_body_and_head_can_be_told_apart_by_name(small):
    names = [name for name, _ in small.named_parameters()]
    assert {name.split(".")[0] for name in names} == {"body", "head"}
    assert any(name.startswith("body.model.0.") for name in names)
