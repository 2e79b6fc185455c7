"""Backbones of timm: the maps, and images as they were trained with."""

import pytest
import torch

from methods.backbones.timm_pyramid import MODELS, STRIDES, TimmPyramid

CHANNELS = {"dla34": (128, 256, 512), "hrnet_w32": (64, 128, 256), "hrnet_w48": (96, 192, 384)}


@pytest.mark.parametrize("name", MODELS)
def test_three_maps(name):
    with torch.device("meta"):
        body = TimmPyramid(name)
        maps = body(torch.zeros(1, 3, 64, 96))
    assert body.channels == CHANNELS[name]
    assert [tuple(x.shape) for x in maps] == [
        (1, c, 64 // s, 96 // s) for c, s in zip(body.channels, STRIDES, strict=True)
    ]


def test_images_are_normalised_as_on_imagenet():
    body = TimmPyramid("dla34")
    body.model = torch.nn.Identity()
    grey = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1).expand(1, 3, 32, 32)
    torch.testing.assert_close(body(grey), torch.zeros(1, 3, 32, 32))
    bright = body(grey + torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1))
    torch.testing.assert_close(bright, torch.ones(1, 3, 32, 32))
