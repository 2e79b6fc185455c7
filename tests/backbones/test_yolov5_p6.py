"""CSP-P6: shapes, channels, parameter names."""

import pytest
import torch

from methods.backbones.yolov5_p6 import STRIDES, CspP6


@pytest.fixture(scope="module")
def narrow() -> CspP6:
    return CspP6(depth=1 / 3, width=1 / 8).eval()


def test_maps_have_the_strides_and_channels_that_are_stated(narrow):
    with torch.inference_mode():
        maps = narrow(torch.rand(2, 3, 128, 192))
    assert [tuple(x.shape) for x in maps] == [
        (2, width, 128 // stride, 192 // stride) for width, stride in zip(narrow.channels, STRIDES, strict=True)
    ]


def test_channels_scale_with_width():
    with torch.device("meta"):
        assert CspP6(1 / 3, 1 / 2).channels == (128, 256, 384, 512)
        assert CspP6(1.0, 1.0).channels == (256, 512, 768, 1024)


def test_bottlenecks_scale_with_depth():
    def repeats(depth: float) -> list[int]:
        with torch.device("meta"):
            body = CspP6(depth, 1 / 8)
        return [len(body.model[index].m) for index in (2, 4, 6, 8)]

    assert repeats(1.0) == [3, 9, 9, 3]
    assert repeats(2 / 3) == [2, 6, 6, 2]
    assert repeats(1 / 3) == [1, 3, 3, 1]


def test_only_the_body_has_shortcuts(narrow):
    assert all(block.add for index in (2, 4, 6, 8) for block in narrow.model[index].m)
    assert not any(block.add for index in (11, 15, 19, 23, 26, 29, 32) for block in narrow.model[index].m)


def test_names_are_those_of_yolov5_checkpoints(narrow):
    names = narrow.state_dict().keys()
    for name in (
        "model.0.conv.conv.weight",
        "model.4.m.0.cv1.conv.weight",
        "model.10.cv2.bn.bias",
        "model.32.cv3.bn.weight",
    ):
        assert name in names
    assert [module.kernel_size for module in narrow.model[10].m] == [3, 5, 7]
