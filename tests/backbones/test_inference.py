"""Networks made ready for prediction: the same answers, and the caller's network as it was."""

import copy

import pytest
import torch
from torch import nn

from methods.backbones.inference import copied, fold_batch_norm, for_inference, round_for_bfloat16
from methods.backbones.small_body import SmallBody
from methods.backbones.yolov5_p6 import CspP6

CPU = torch.device("cpu")


def randomised(network: nn.Module) -> nn.Module:
    """Batch norm with statistics that are not 0 and 1, so that folding has something to fold."""
    torch.manual_seed(0)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.uniform_(-0.1, 0.1)
            module.running_var.uniform_(0.8, 1.2)
    return network.eval()


def norms(network: nn.Module) -> int:
    return sum(isinstance(module, nn.BatchNorm2d) for module in network.modules())


@pytest.mark.parametrize("make", [SmallBody, lambda: CspP6(1 / 3, 1 / 4)], ids=["small", "csp-p6"])
def test_folding_keeps_the_maps(make):
    body = randomised(make())
    images = torch.rand(1, 3, 64, 128)
    with torch.inference_mode():
        before = body(images)
        assert norms(body) > 0
        fold_batch_norm(body)
        after = body(images)
    assert norms(body) == 0
    assert all(torch.allclose(x, y, atol=1e-4) for x, y in zip(before, after, strict=True))


def test_activations_overwrite_only_what_a_convolution_gave_them():
    body = SmallBody().eval()
    images = torch.rand(1, 3, 64, 64)
    with torch.inference_mode():
        before = body(images)
        ready = for_inference(body, CPU, torch.float32, torch.contiguous_format)
        after = ready(images.clone())
    assert any(isinstance(module, nn.SiLU) and module.inplace for module in ready.modules())
    assert not any(isinstance(module, nn.SiLU) and module.inplace for module in body.modules())
    assert all(torch.allclose(x, y, atol=1e-4) for x, y in zip(before, after, strict=True))


def test_neighbours_in_a_sequence_are_folded():
    network = randomised(nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.BatchNorm2d(4)))
    images = torch.rand(2, 3, 8, 8)
    before = network(images)
    fold_batch_norm(network)
    assert [type(layer) for layer in network] == [nn.Conv2d, nn.Identity, nn.ReLU, nn.BatchNorm2d]
    torch.testing.assert_close(network(images), before)


def test_a_convolution_used_twice_is_folded_twice():
    shared = nn.Conv2d(3, 3, 1)
    network = randomised(nn.Sequential(shared, nn.BatchNorm2d(3), nn.ReLU(), shared, nn.BatchNorm2d(3)))
    images = torch.rand(2, 3, 8, 8)
    before = network(images)
    fold_batch_norm(network)
    torch.testing.assert_close(network(images), before)


def test_a_batch_norm_that_does_more_is_left():
    class WithActivation(nn.BatchNorm2d):
        pass

    network = nn.Sequential(nn.Conv2d(3, 4, 3), WithActivation(4)).eval()
    fold_batch_norm(network)
    assert norms(network) == 1


def test_the_callers_network_stays_as_it_was():
    body = randomised(SmallBody()).train()
    before = copy.deepcopy(body.state_dict())
    ready = for_inference(body, CPU, torch.bfloat16, torch.channels_last)
    assert norms(ready) == 0
    assert not ready.training
    assert body.training
    assert all(parameter.requires_grad for parameter in body.parameters())
    assert all(torch.equal(value, before[name]) for name, value in body.state_dict().items())
    assert len(before) == len(body.state_dict())


def test_last_layers_and_buffers_stay_in_single_precision():
    network = nn.Sequential(nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4), nn.Conv2d(4, 2, 1)).eval()
    network.register_buffer("lengths", torch.tensor([462.5]))
    ready = for_inference(network, CPU, torch.bfloat16, torch.channels_last, ["2"])
    assert [ready.get_submodule(name).weight.dtype for name in "02"] == [torch.bfloat16, torch.float32]
    assert ready.lengths.item() == 462.5
    found = ready(torch.rand(1, 3, 4, 4, dtype=torch.bfloat16))
    assert found.dtype == torch.float32


def test_rounded_weights_are_bfloat16_numbers_once_folded_and_stored():
    body = randomised(SmallBody())
    body.add_module("last", nn.Conv2d(3, 3, 1))
    before = {name: tensor.clone() for name, tensor in body.state_dict().items()}
    round_for_bfloat16(body, ["last"])
    stored = {n: t.half().to(t.dtype) if t.is_floating_point() else t for n, t in body.state_dict().items()}
    body.load_state_dict(stored)
    exact, half = (
        for_inference(body, CPU, dtype, torch.contiguous_format, ["last"]).state_dict()
        for dtype in (torch.float32, torch.bfloat16)
    )
    for name, tensor in exact.items():
        torch.testing.assert_close(half[name].float(), tensor, rtol=2**-10, atol=1e-6)
    assert torch.equal(body.last.weight, before["last.weight"].half().float())
    for name, tensor in body.state_dict().items():
        torch.testing.assert_close(tensor, before[name], rtol=2**-8, atol=4e-3)


def test_rounding_leaves_channels_that_batch_norm_switches_off():
    network = randomised(nn.Sequential(nn.Conv2d(1, 2, 1, bias=False), nn.BatchNorm2d(2)))
    network[1].weight.data[0] = 0
    network[1].bias.data = torch.tensor([0.1001, 0.1001])
    weight = network[0].weight.clone()
    round_for_bfloat16(network)
    assert torch.equal(network[0].weight[0], weight[0])
    assert network[1].bias[0] == torch.tensor(0.1001).bfloat16()
    assert network(torch.zeros(1, 1, 1, 1)).isfinite().all()


def test_a_copy_has_tensors_of_its_own_and_none_copies_itself(monkeypatch):
    """On ZeroGPU Spaces each tensor that copies itself takes as long as there are tensors copied before it."""
    for kind in (torch.Tensor, nn.Parameter):
        monkeypatch.setattr(kind, "__deepcopy__", lambda *_: pytest.fail("a tensor copied itself"))
    network = nn.Sequential(nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4))
    again = copied(network)
    for (name, mine), (other, theirs) in zip(network.state_dict().items(), again.state_dict().items(), strict=True):
        assert name == other
        assert torch.equal(mine, theirs)
        assert mine.data_ptr() != theirs.data_ptr()
    assert not any(parameter.requires_grad for parameter in again.parameters())
    assert all(parameter.requires_grad for parameter in network.parameters())
