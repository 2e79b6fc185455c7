"""The body that all small variants share: the checkpoint's first layers, bit for bit, and nothing of its pose head."""

import copy

import pytest
import torch

from methods import variants, weights
from methods.backbones.small_body import CHANNELS, CHECKPOINT, HEAD, LAYERS, STRIDES, SmallBody, load_small_body
from methods.backbones.yolo_pose import build_pose_layers, feature_maps
from methods.catalog import find_variant

SMALL = [variant.name for variant in variants() if variant.method_class().shares_body]


@pytest.fixture(scope="module")
def checkpoint() -> dict[str, torch.Tensor]:
    return weights.load(weights.resolve(CHECKPOINT))


def in_head(name: str) -> bool:
    return name.startswith(f"model.{HEAD}.")


def test_maps_have_the_strides_and_channels_that_are_stated():
    with torch.inference_mode():
        maps = SmallBody().eval()(torch.rand(2, 3, 64, 128))
    assert [tuple(x.shape) for x in maps] == [
        (2, channels, 64 // stride, 128 // stride) for channels, stride in zip(CHANNELS, STRIDES, strict=True)
    ]


def test_every_tensor_is_the_checkpoints_bit_for_bit(checkpoint):
    state = load_small_body().state_dict()
    assert set(state) == {name for name in checkpoint if not in_head(name)}
    for name, x in state.items():
        assert torch.equal(x, checkpoint[name].to(x.dtype)), name


def test_maps_are_those_that_the_checkpoint_hands_to_its_head(checkpoint):
    layers = build_pose_layers("n").eval()
    layers.load_state_dict({name.removeprefix("model."): x for name, x in checkpoint.items()})
    images = torch.rand(1, 3, 64, 96)
    # A training before may have arranged the one copy's weights otherwise in memory, which rounds otherwise.
    body = copy.deepcopy(load_small_body()).to(memory_format=torch.contiguous_format)
    with torch.inference_mode():
        finest, *others = body(images)
        for ours, theirs in zip(others, feature_maps(layers, images), strict=True):
            torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-6)
        torch.testing.assert_close(finest, layers[: LAYERS[0] + 1](images), rtol=0, atol=1e-6)


def test_there_is_one_copy_and_it_never_learns():
    body = load_small_body()
    assert load_small_body() is body
    assert not body.training
    assert not any(parameter.requires_grad for parameter in body.parameters())


@pytest.mark.parametrize("name", SMALL)
def test_a_small_variant_has_no_layer_of_the_body_or_of_the_pose_head(name, checkpoint):
    variant = find_variant(name)
    names = {key.removeprefix("model.") for key in checkpoint}
    parts = {".".join(key.split(".")[1:3]) for key in names if key.startswith(f"{HEAD}.")}
    state = variant.method_class().Network(**variant.options).state_dict()
    assert not names & set(state)
    assert not [key for key in state for part in parts if f".{part}." in f".{key}."]


@pytest.mark.parametrize("name", SMALL)
def test_no_published_tensor_of_a_small_variant_is_the_pose_heads(name, checkpoint):
    """In half precision, as the checkpoint is stored; a single number says nothing of where it is from."""
    theirs = [x for key, x in checkpoint.items() if in_head(key) and x.numel() > 1]
    for key, ours in weights.load(weights.resolve(name)).items():
        same = [x for x in theirs if x.shape == ours.shape and torch.equal(x.half(), ours.half())]
        assert not same, key


def test_the_small_variants_are_the_five():
    assert {find_variant(name).family for name in SMALL} == {
        "kapao",
        "hybridpose",
        "posedet",
        "detposenet",
        "visibility",
    }
    assert all(name.endswith("-n") for name in SMALL)
