"""Backbones of timm: the maps, and images as they were trained with."""

import pytest
import torch

from methods.backbones.timm_pyramid import MODELS, TimmPyramid
from methods.errors import WeightsError

CHANNELS = {"dla34": (128, 256, 512), "hrnet_w32": (32, 64, 128, 256), "hrnet_w48": (48, 96, 192, 384)}


@pytest.mark.parametrize("name", MODELS)
def test_maps(name):
    with torch.device("meta"):
        body = TimmPyramid(name)
        maps = body(torch.zeros(1, 3, 64, 96))
    assert body.channels == CHANNELS[name]
    assert [tuple(x.shape) for x in maps] == [
        (1, c, 64 // s, 96 // s) for c, s in zip(body.channels, (4, 8, 16, 32)[-len(body.channels) :], strict=True)
    ]


def test_images_are_normalised_as_on_imagenet():
    body = TimmPyramid("dla34")
    body.model = torch.nn.Identity()
    grey = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1).expand(1, 3, 32, 32)
    torch.testing.assert_close(body(grey), torch.zeros(1, 3, 32, 32))
    bright = body(grey + torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1))
    torch.testing.assert_close(bright, torch.ones(1, 3, 32, 32))


def test_the_start_is_timms_imagenet_weights(monkeypatch):
    """In place of the download: a network with other random weights."""
    body = TimmPyramid("dla34")
    trained = TimmPyramid("dla34").model
    asked = {}

    def create(name, **options):
        asked.update(options, name=name)
        return trained

    monkeypatch.setattr("timm.create_model", create)
    body.start_from_imagenet()
    assert (asked["name"], asked["pretrained"], asked["features_only"]) == ("dla34", True, True)
    for name, tensor in trained.state_dict().items():
        assert torch.equal(body.model.state_dict()[name], tensor)


def test_without_the_hub_the_error_says_so(monkeypatch):
    body = TimmPyramid("dla34")

    def fail(name, **options):
        raise ConnectionError("no route")

    monkeypatch.setattr("timm.create_model", fail)
    with pytest.raises(WeightsError, match=r"ImageNet weights of dla34 could not be fetched .*\(ConnectionError\)"):
        body.start_from_imagenet()
