"""The feature pyramid: sizes, the way down, group norm."""

import pytest
import torch
from torch import nn

from methods.backbones.fpn import Fpn, conv_norm


@pytest.mark.parametrize("extra", [False, True])
def test_one_map_of_equal_width_for_each_level(extra):
    fpn = Fpn((8, 16, 24), 32, extra)
    maps = [torch.rand(2, c, 16 // 2**i, 24 // 2**i) for i, c in enumerate((8, 16, 24))]
    shapes = [tuple(x.shape) for x in fpn(maps)]
    assert shapes == [(2, 32, 16, 24), (2, 32, 8, 12), (2, 32, 4, 6), (2, 32, 2, 3)][: 4 if extra else 3]


def test_coarse_maps_reach_fine_levels_and_not_the_other_way_round():
    fpn = Fpn((8, 8, 8), 32, extra=True)
    maps = [torch.rand(1, 8, 16 // 2**i, 16 // 2**i) for i in range(3)]

    def changed(level: int) -> list[bool]:
        other = [x + (i == level) * torch.rand_like(x) for i, x in enumerate(maps)]
        return [not torch.allclose(a, b, atol=1e-5) for a, b in zip(fpn(maps), fpn(other), strict=True)]

    assert changed(0) == [True, False, False, False]
    assert changed(1) == [True, True, False, False]
    assert changed(2) == [True, True, True, True]  # the extra level is made of the coarsest input


@pytest.mark.parametrize(("channels", "groups"), [(256, 32), (128, 32), (64, 16)])
def test_groups_hold_four_channels_or_more(channels, groups):
    norm = conv_norm(8, channels, 3)[1]
    assert isinstance(norm, nn.GroupNorm)
    assert norm.num_groups == groups


def test_one_image_gives_the_same_as_in_a_batch():
    fpn = Fpn((8, 16), 32, extra=True).train()
    maps = [torch.rand(3, 8, 16, 16), torch.rand(3, 16, 8, 8)]
    for together, alone in zip(fpn(maps), fpn([x[1:2] for x in maps]), strict=True):
        torch.testing.assert_close(together[1:2], alone, rtol=1e-4, atol=1e-5)
