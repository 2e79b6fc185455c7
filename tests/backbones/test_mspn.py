"""MSPN: maps of every stage, and the second stage hears of the first."""

import torch

from methods.backbones.mspn import CHANNELS, UP, Mspn


def test_each_stage_has_maps_of_four_scales_down_and_up():
    with torch.inference_mode():
        stages = Mspn(stages=2).eval()(torch.rand(1, 3, 64, 32))
    assert len(stages) == 2
    sides = [(2, 1), (4, 2), (8, 4), (16, 8)]
    for stage in stages:
        assert [tuple(x.shape[1:]) for x in stage.down] == [
            (width, *side) for width, side in zip(reversed(CHANNELS), sides, strict=True)
        ]
        assert [tuple(x.shape[1:]) for x in stage.up] == [(UP, *side) for side in sides]


def test_the_second_stage_starts_from_the_firsts_maps():
    """Maps of the first stage enlarged tenfold change the second's, though its own input is the same."""
    torch.manual_seed(0)
    network = Mspn(stages=2).eval()
    x = torch.rand(1, 64, 16, 8)
    with torch.inference_mode():
        first = network.stages[0](x)
        louder = type(first)([10 * one for one in first.down], first.up)
        plain, other = network.stages[1](x, first), network.stages[1](x, louder)
    assert not torch.allclose(plain.down[0], other.down[0])
