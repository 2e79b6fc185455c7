"""The small neck: levels from the small body's maps."""

import pytest
import torch

from methods.backbones.small_body import CHANNELS, STRIDES
from methods.backbones.small_neck import LEVELS, SmallNeck


def maps(height: int, width: int, images: int = 1) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return [
        torch.randn(images, c, height // s, width // s, generator=generator)
        for c, s in zip(CHANNELS, STRIDES, strict=True)
    ]


@pytest.fixture(scope="module")
def neck() -> SmallNeck:
    torch.manual_seed(0)
    return SmallNeck(64).eval()


@torch.inference_mode()
def test_a_level_for_each_stride_with_its_channels(neck):
    levels = neck(maps(128, 192, images=2))
    wanted = [(2, c, 128 // s, 192 // s) for c, s in zip(neck.channels, LEVELS, strict=True)]
    assert [tuple(level.shape) for level in levels] == wanted
    assert neck.channels[0] == 64


@torch.inference_mode()
def test_the_finest_map_is_not_read_and_each_level_has_its_own_map(neck):
    given = maps(64, 64)
    before = neck(given)
    for changed, differing in ((0, set()), (1, {0}), (2, {1}), (3, {2, 3})):
        other = [x + 1 if i == changed else x for i, x in enumerate(given)]
        after = neck(other)
        assert {i for i in range(len(LEVELS)) if not torch.equal(before[i], after[i])} == differing


def test_every_parameter_learns():
    fresh = SmallNeck(16)
    torch.stack([level.square().mean() for level in fresh(maps(128, 128, images=2))]).sum().backward()
    assert all(parameter.grad.count_nonzero() for parameter in fresh.parameters())
