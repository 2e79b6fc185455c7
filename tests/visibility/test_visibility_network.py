"""The metamodel's network: sizes of Table 5, and what the small one makes of the shared body's maps."""

import pytest
import torch
from torch import nn

from methods.backbones.small_body import CHANNELS, STRIDES
from methods.visibility.network import SHAPE, SIZES, VisibilityNetwork

TABLE_5 = {"resnet50": 71.2, "b0": 55.6, "b6": 95.5, "mspn2": 104.6}  # millions of parameters


@pytest.mark.parametrize("size", TABLE_5)
def test_parameters_are_as_many_as_in_table_5(size):
    with torch.device("meta"):  # counts without memory
        network = VisibilityNetwork(size)
    millions = sum(parameter.numel() for parameter in network.parameters()) / 1e6
    assert millions == pytest.approx(TABLE_5[size], rel=0.01)
    linear = [layer.out_features for layer in network.visibility.connected if isinstance(layer, nn.Linear)]
    assert linear == [4096, 2048, 1024, 51]


def test_the_small_head_weighs_less_than_4_mb_in_half_precision_and_holds_no_body(network):
    state = network.state_dict()
    assert 2 * sum(value.numel() for value in state.values()) < 4e6
    assert not [name for name in state if ".model." in name]


@pytest.mark.parametrize("size", [size for size in SIZES if size != "n"])
def test_crops_give_heat_maps_at_stride_4_and_three_logits_for_each_keypoint(size):
    with torch.device("meta"):  # shapes without numbers
        outputs = VisibilityNetwork(size).eval()(torch.rand(1, 3, *SHAPE))
    assert len(outputs.heatmaps) == (8 if size == "mspn2" else 1)
    assert {tuple(maps.shape) for maps in outputs.heatmaps} == {(1, 17, 64, 48)}
    assert outputs.visibility.shape == (1, 17, 3)


@pytest.mark.parametrize("crops", [0, 1, 2])
def test_the_small_one_gives_the_same_from_the_shared_bodys_maps(network, maps, crops):
    with torch.inference_mode():
        (heatmaps,), visibility = network([level[:crops] for level in maps])
    assert heatmaps.shape == (crops, 17, 64, 48)
    assert visibility.shape == (crops, 17, 3)


@pytest.mark.parametrize("level", range(len(STRIDES)), ids=[f"stride {stride}" for stride in STRIDES])
def test_heat_maps_read_every_map_of_the_body_and_states_all_but_the_finest(network, maps, level):
    changed = [each.flip(3) if index == level else each for index, each in enumerate(maps)]
    with torch.inference_mode():
        (heatmaps,), visibility = network(maps)
        (others,), states = network(changed)
    assert not torch.allclose(heatmaps, others, rtol=0.01)
    assert torch.allclose(visibility, states) == (STRIDES[level] == 4)


def test_what_a_map_says_of_a_place_stays_there(network, maps):
    """A cell of stride 4 changes heat maps at most two cells away, through the one convolution of 5 x 5."""
    fine = maps[0].clone()
    fine[:, :, 20, 30] += 1
    with torch.inference_mode():
        before, after = (network([level, *maps[1:]]).heatmaps[0] for level in (maps[0], fine))
    changed = ((before - after).abs().amax(dim=(0, 1)) > 0).nonzero()
    assert changed.amin(dim=0).tolist() == [18, 28]
    assert changed.amax(dim=0).tolist() == [22, 32]


def test_coarse_maps_lie_over_fine_ones(network):
    """A cell of stride 32 of the only map that is not empty moves heat maps most where it lies."""
    shapes = [(1, c, SHAPE[0] // s, SHAPE[1] // s) for c, s in zip(CHANNELS, STRIDES, strict=True)]
    empty = [torch.zeros(shape) for shape in shapes]
    spot = empty[3].clone()
    spot[:, :, 5, 2] = 1
    with torch.inference_mode():
        change = (network([*empty[:3], spot]).heatmaps[0] - network(empty).heatmaps[0]).abs().sum(dim=(0, 1))
    row, column = divmod(int(change.argmax()), change.shape[1])
    assert (row // 8, column // 8) == (5, 2)


def test_it_starts_with_nearly_empty_heat_maps(network, maps):
    """As Simple Baseline: a start that is louder than what is wanted costs hundreds of steps to quieten."""
    with torch.inference_mode():
        assert network(maps).heatmaps[0].abs().max() < 0.1


def test_nothing_of_it_rests(maps):
    network = VisibilityNetwork("n").train()
    (heatmaps,), visibility = network(maps)
    (heatmaps.square().sum() + visibility.square().sum()).backward()
    assert all(parameter.grad is not None for parameter in network.parameters())


@pytest.mark.parametrize("size", SIZES)
def test_layers_that_stay_exact_give_coordinates_and_states(size):
    with torch.device("meta"):
        network = VisibilityNetwork(size)
    *maps, connected = network.exact_layers()
    assert connected == "visibility.connected"
    assert len(maps) == (8 if size == "mspn2" else 1)
    assert {network.get_submodule(name).out_channels for name in maps} == {17}
