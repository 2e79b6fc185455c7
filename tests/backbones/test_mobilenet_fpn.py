"""MobileNetV2-FPN: TensorFlow's padding on numbers worked out by hand, shapes and size."""

import torch

from methods.backbones.mobilenet_fpn import InvertedResidual, MobileNetFpn, SameConv


def test_stride_two_pads_below_and_to_the_right():
    conv = SameConv(1, 1, 3, stride=2, bias=False)
    torch.nn.init.ones_(conv.weight)
    grid = torch.arange(16.0).reshape(1, 1, 4, 4)
    # Windows begin at rows and columns 0 and 2; the fifth row and column are zeros.
    assert conv(grid).tolist() == [[[[45.0, 39.0], [66.0, 50.0]]]]


def test_stride_one_pads_all_round():
    conv = SameConv(1, 1, 3, bias=False)
    torch.nn.init.ones_(conv.weight)
    assert conv(torch.ones(1, 1, 2, 2)).tolist() == [[[[4.0, 4.0], [4.0, 4.0]]]]


def test_a_block_adds_its_input_only_where_the_shape_stays():
    x = torch.rand(1, 8, 4, 4)
    block = InvertedResidual(8, 8, stride=1, expansion=6)
    torch.nn.init.zeros_(block.project.weight)
    torch.nn.init.zeros_(block.project.bias)
    assert torch.equal(block(x), x)
    assert not InvertedResidual(8, 8, stride=2, expansion=6).is_residual
    assert not InvertedResidual(8, 16, stride=1, expansion=6).is_residual


def test_one_map_at_stride_four():
    body = MobileNetFpn()
    with torch.inference_mode():
        assert body(torch.zeros(2, 3, 64, 96)).shape == (2, 24, 16, 24)


def test_width_and_depth_are_the_published_ones():
    body = MobileNetFpn()
    assert len(body.blocks) == 17
    assert 4.5e6 < sum(p.numel() for p in body.parameters()) < 4.8e6
