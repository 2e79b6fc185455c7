"""The body that all small variants share."""

import pytest
import torch

from methods.backbones import small_body
from methods.backbones.small_body import HEAD, STRIDES, PoseTowers, SmallBody, start_from_pose_checkpoint
from methods.backbones.yolo11 import build_pose_layers, feature_maps


@pytest.fixture(scope="module")
def checkpoint() -> dict[str, torch.Tensor]:
    """Names and shapes of yolo11n-pose with random numbers."""
    return {f"model.{name}": x for name, x in build_pose_layers("n").state_dict().items()}


@pytest.fixture(scope="module")
def started(checkpoint) -> tuple[SmallBody, PoseTowers]:
    body, towers = SmallBody().eval(), PoseTowers().eval()
    start_from_pose_checkpoint(body, towers, checkpoint)
    return body, towers


def test_maps_have_the_strides_and_channels_that_are_stated(started):
    body, towers = started
    with torch.inference_mode():
        maps = body(torch.rand(2, 3, 64, 128))
        stacked = towers(maps)
    shapes = [(2, 64 // stride, 128 // stride) for stride in STRIDES]
    assert [(x.shape[0], *x.shape[2:]) for x in maps] == shapes
    assert tuple(x.shape[1] for x in maps) == body.channels
    assert [(x.shape[0], *x.shape[2:]) for x in stacked] == shapes
    assert {x.shape[1] for x in stacked} == {towers.channels} == {64 + 64 + 51}


def test_started_maps_are_those_of_the_pose_model(started, checkpoint):
    layers = build_pose_layers("n").eval()
    layers.load_state_dict({name.removeprefix("model."): x for name, x in checkpoint.items()})
    images = torch.rand(1, 3, 64, 64)
    with torch.inference_mode():
        for ours, theirs in zip(started[0](images)[:3], feature_maps(layers, images), strict=True):
            torch.testing.assert_close(ours, theirs)


def test_every_tower_starts_from_its_own_level_and_stride_64_from_stride_32(started, checkpoint):
    _, towers = started
    for level, source in enumerate((0, 1, 2, 2)):
        for tower, name in enumerate(small_body.TOWERS):
            ours = towers.levels[level][tower].state_dict()
            for key, value in ours.items():
                torch.testing.assert_close(value, checkpoint[f"model.{HEAD}.{name}.{source}.{key}"])


def test_stride_64_starts_as_a_mean_of_stride_32():
    body = SmallBody()
    x = torch.rand(1, 256, 4, 4)
    mean = torch.nn.functional.avg_pool2d(x, 3, stride=2, padding=1)
    torch.testing.assert_close(body.p6(x), mean)


def test_a_missing_tensor_is_named(checkpoint):
    partial = {name: x for name, x in checkpoint.items() if name != "model.0.conv.weight"}
    with pytest.raises(KeyError, match=r"model\.0\.conv\.weight"):
        start_from_pose_checkpoint(SmallBody(), PoseTowers(), partial)
