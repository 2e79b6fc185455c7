"""HRNet's feature pyramid: sizes, and what reaches which level."""

import torch

from methods.backbones.hrfpn import HrFpn


def test_branches_of_strides_4_to_32_give_levels_of_8_to_32():
    maps = [torch.rand(2, c, 32 // 2**i, 48 // 2**i) for i, c in enumerate((8, 16, 32, 64))]
    levels = HrFpn((8, 16, 32, 64), 24, 3)(maps)
    assert [tuple(x.shape) for x in levels] == [(2, 24, 16, 24), (2, 24, 8, 12), (2, 24, 4, 6)]


def test_every_branch_reaches_every_level():
    pyramid = HrFpn((8, 8, 8, 8), 16, 3)
    maps = [torch.rand(1, 8, 32 // 2**i, 32 // 2**i) for i in range(4)]
    for branch in range(4):
        other = [x + (i == branch) * torch.rand_like(x) for i, x in enumerate(maps)]
        assert not any(torch.allclose(a, b, atol=1e-5) for a, b in zip(pyramid(maps), pyramid(other), strict=True))


def test_a_level_by_hand():
    """One channel, of ones at the finest branch and of twos at the other: 1 x 1 weights of 1 and 10 make 21 of them.

    The second level is their average, 21 again, and a 3 x 3 convolution of ones gives 9 of it where it lies inside, 4
    at the corner.
    """
    pyramid = HrFpn((1, 1), 1, 2)
    pyramid.fuse.weight.data = torch.tensor([1.0, 10.0]).view(1, 2, 1, 1)
    for layer in pyramid.smooth:
        torch.nn.init.ones_(layer.weight)
    fine, coarse = pyramid([torch.ones(1, 1, 8, 8), torch.full((1, 1, 4, 4), 2.0)])
    assert fine.shape[2:] == (4, 4)
    assert (fine[0, 0, 0, 0].item(), fine[0, 0, 2, 2].item()) == (4 * 21, 9 * 21)
    assert coarse[0, 0].tolist() == [[4 * 21, 6 * 21], [6 * 21, 9 * 21]]
