"""KAPAO's networks: parameter counts of Table 1, output grids of equation 1."""

import pytest
import torch

from methods.backbones.small_body import SmallBody
from methods.kapao.network import CLASSES, KapaoNetwork, SmallKapaoNetwork
from methods.pose_grid.grid import ANCHORS, OBJECTNESS, STRIDES


@pytest.mark.parametrize(("size", "millions"), [("s", 12.6), ("m", 35.8), ("l", 77.0)])
def test_parameter_counts_are_those_of_table_1(size, millions):
    with torch.device("meta"):
        network = KapaoNetwork(size)
    assert round(sum(x.numel() for x in network.parameters()) / 1e6, 1) == millions


@pytest.fixture(scope="module")
def body() -> SmallBody:
    torch.manual_seed(0)
    return SmallBody().eval()


@pytest.fixture(scope="module")
def small() -> SmallKapaoNetwork:
    torch.manual_seed(0)
    return SmallKapaoNetwork().eval()


@torch.inference_mode()
def test_four_grids_of_three_anchors_and_3k_plus_6_numbers(body, small):
    wanted = [(2, 3, 128 // s, 64 // s, 3 * 17 + 6) for s in STRIDES]
    images = torch.rand(2, 3, 128, 64)
    assert [tuple(grid.shape) for grid in small(body(images))] == wanted
    assert [tuple(grid.shape) for grid in KapaoNetwork("s").eval()(images)] == wanted


@torch.inference_mode()
def test_a_grid_holds_each_anchors_channels_in_order(body, small):
    maps = body(torch.rand(1, 3, 64, 64))
    flat, grid = small.head(small.neck(maps))[0], small(maps)[0]
    torch.testing.assert_close(grid[0, 2, 5, 3, 7], flat[0, 2 * 57 + 7, 5, 3])


@pytest.mark.parametrize("build", [lambda: KapaoNetwork("s"), SmallKapaoNetwork])
def test_last_layers_are_the_one_convolution_of_each_grid(build):
    with torch.device("meta"):
        head = build().head
    assert [name for name, _ in head.named_parameters() if name.endswith("weight")] == [
        f"{name}.weight" for name in head.last_layers()
    ]
    assert len(head.last_layers()) == len(STRIDES)


@torch.inference_mode()
def test_one_image_gives_the_same_as_in_a_batch(body, small):
    maps = body(torch.rand(3, 3, 64, 64))
    for together, alone in zip(small(maps), small([x[1:2] for x in maps]), strict=True):
        torch.testing.assert_close(together[1:2], alone, rtol=1e-4, atol=1e-4)


def test_anchors_are_in_proportion_to_the_input(small):
    with torch.device("meta"):
        paper = KapaoNetwork("s")
    assert paper.made_for == 2 * small.made_for == 1280
    torch.testing.assert_close(small.anchors, torch.tensor(ANCHORS) / 2)
    torch.testing.assert_close(KapaoNetwork("s").anchors, torch.tensor(ANCHORS).float())


@pytest.mark.parametrize("build", [lambda: KapaoNetwork("s"), SmallKapaoNetwork])
def test_heads_start_with_the_chance_of_an_object(build):
    for layer, stride in zip(build().head.m, STRIDES, strict=True):
        biases = layer.bias.view(3, -1)
        assert biases[:, OBJECTNESS].sigmoid().tolist() == pytest.approx(
            [1 / (1 + (640 / stride) ** 2 / 8)] * 3, rel=1e-4
        )
        assert biases[:, CLASSES : CLASSES + 18].exp().sum(dim=1).tolist() == pytest.approx([0.6 * 18 / 17.01] * 3)


def test_body_and_head_can_be_told_apart_by_name():
    with torch.device("meta"):
        names = list(KapaoNetwork("s").state_dict())
    assert {name.split(".")[0] for name in names} == {"body", "head"}
    assert any(name.startswith("body.model.0.") for name in names)


def test_the_small_one_is_neck_and_head_alone(small):
    """Its weights hold nothing of the body that it shares, nor of that body's checkpoint."""
    assert {name.split(".")[0] for name in small.state_dict()} == {"neck", "head"}
    names = {name for name in small.state_dict() if name.startswith("head")}
    assert names == {f"head.m.{level}.{kind}" for level in range(len(STRIDES)) for kind in ("weight", "bias")}
