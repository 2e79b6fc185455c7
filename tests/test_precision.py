"""Half precision, folding and test-time augmentation: what `create` switches on, and how far answers move."""

import copy

import numpy as np
import pytest
import torch

from methods import create, read_image, weights
from methods.backbones.inference import for_inference
from methods.catalog import find_variant
from methods.errors import CatalogError
from methods.kapao.method import KapaoSmall
from methods.kapao.network import SmallKapaoNetwork
from methods.method import Method, pick_dtype
from methods.pose_grid.views import AUGMENTED
from methods.samples import samples
from methods.weights import published

NAMES = published()


@pytest.fixture(scope="module")
def bus():
    """Half as large as it is, since input here is half as large as networks were trained for."""
    return read_image(next(sample.path for sample in samples() if sample.name == "bus"))[::2, ::2]


@pytest.fixture(scope="module", params=NAMES)
def single(request, bus):
    """A method in single precision and what it says of the bus, neither to be changed."""
    method = create(request.param, device="cpu", input_size=320)
    return method, method.infer([bus])[0]


def with_network(method: Method, network: torch.nn.Module) -> Method:
    """The same method with another network."""
    other = copy.copy(method)
    other.network = network
    return other


def unprepared(name: str) -> torch.nn.Module:
    """The variant's network as it was trained."""
    variant = find_variant(name)
    network = variant.method_class().Network(**variant.options)
    weights.load_into(network, weights.resolve(name))
    return network.eval()


def test_auto_is_half_precision_on_cuda_only():
    assert pick_dtype("auto", torch.device("cuda")) == torch.float16
    assert pick_dtype("auto", torch.device("cpu")) == torch.float32
    assert pick_dtype("auto", torch.device("mps")) == torch.float32
    assert pick_dtype("fp32", torch.device("cuda")) == torch.float32
    assert pick_dtype("bf16", torch.device("cpu")) == torch.bfloat16


def test_an_unknown_precision_is_refused_in_one_sentence():
    with pytest.raises(CatalogError, match="There is no precision 'int8'; choose from: auto, fp32, bf16") as caught:
        create("movenet-multipose", device="cpu", precision="int8")
    assert "\n" not in str(caught.value)


def test_a_method_answers_as_its_network_does_unprepared(single, bus):
    method, found = single
    # Compared as people: where two candidates score nearly the same, their order in the outputs is chance.
    people = with_network(method, unprepared(method.name)).predict([bus])[0].poses
    assert len(people) >= 2
    assert method.decode(found).poses.allclose(people, atol=0.02)


@pytest.mark.parametrize(
    ("dtype", "share", "pixels"), [(torch.float16, 0.95, 0.5), (torch.bfloat16, 0.75, 2.5)], ids=["fp16", "bf16"]
)
def test_half_precision_moves_keypoints_little(single, dtype, share, pixels, bus):
    """`share` of the keypoints move by less than `pixels`; fp16, as on CUDA, has 11 significant bits, bfloat16 has
    8."""
    method, raw = single
    exact = method.decode(raw).poses
    network = unprepared(method.name)
    half_network = for_inference(network, method.device, dtype, method.memory_format, method.exact_layers(network))
    half = with_network(method, half_network).predict([bus])[0].poses
    assert len(half) == len(exact) >= 2
    assert abs(exact.scores - half.scores).max() < 0.02
    # Two people whose scores are nearly the same may change places.
    same = [abs(half.boxes - box).sum(axis=1).argmin() for box in exact.boxes]
    moved = np.linalg.norm(exact.keypoints - half.keypoints[same], axis=2)
    assert (moved < pixels).sum() > share * np.isfinite(moved).sum()


@pytest.mark.parametrize("name", NAMES)
def test_bf16_is_what_create_gives(name):
    method = create(name, device="cpu", precision="bf16", input_size=64)
    exact = tuple(f"{layer}." for layer in method.exact_layers(method.network))
    assert exact
    for module_name, module in method.network.named_modules():
        if isinstance(module, torch.nn.Conv2d):
            assert module.weight.dtype == (torch.float32 if f"{module_name}.".startswith(exact) else torch.bfloat16)
    black = np.zeros((48, 64, 3), np.uint8)
    assert {value.dtype for value in method.infer([black])[0].outputs.values()} <= {torch.float32, torch.uint8}


def test_the_network_given_to_a_method_goes_on_training_unchanged():
    network = SmallKapaoNetwork().train()
    before = copy.deepcopy(network.state_dict())
    KapaoSmall("kapao-n", network, 64, "cpu", "bf16")
    assert network.training
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    assert all(parameter.requires_grad for parameter in network.parameters())


def test_test_time_augmentation_is_switched_on_where_there_is_one(tmp_path):
    from safetensors.torch import save_file

    save_file(SmallKapaoNetwork().state_dict(), tmp_path / "a.safetensors")
    options = {"device": "cpu", "weights": tmp_path / "a.safetensors", "input_size": 128}
    plain = create("kapao-n", **options)
    augmented = create("kapao-n", **options, test_time_augmentation=True)
    assert augmented.views == AUGMENTED
    image = np.zeros((100, 128, 3), np.uint8)
    one, three = (method.infer([image])[0].outputs["pose_scores"] for method in (plain, augmented))
    assert len(three) > 2 * len(one)


@pytest.mark.parametrize("name", ["movenet-multipose", "yolo11n-pose"])
def test_test_time_augmentation_is_refused_in_one_sentence_where_there_is_none(name):
    with pytest.raises(CatalogError, match=f"{name} has no test-time augmentation; leave it off.") as caught:
        create(name, device="cpu", test_time_augmentation=True)
    assert "\n" not in str(caught.value)
