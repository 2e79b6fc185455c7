"""The body as methods share it: the same maps as without sharing, computed once, and only so many remembered."""

import threading
import time

import numpy as np
import pytest
import torch
from torch import nn

from methods import variants
from methods.backbones import shared_body as module
from methods.backbones.inference import for_inference
from methods.backbones.shared_body import SharedBody, clock, shared_body
from methods.backbones.small_body import exact_layers, load_small_body
from methods.catalog import find_variant
from methods.method import Method

CPU = torch.device("cpu")
WAY = (CPU, torch.float32, torch.channels_last)
SMALL = [variant.name for variant in variants() if variant.method_class().shares_body]
WHOLE = [name for name in SMALL if not find_variant(name).detector]  # which see the whole image through it


class Counting(nn.Module):
    """One map, of the images' means; counts the batches, and takes a while."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[int] = []

    def forward(self, images: torch.Tensor) -> list[torch.Tensor]:
        self.batches.append(len(images))
        time.sleep(0.02)
        return [images.mean(dim=(2, 3), keepdim=True)]


@pytest.fixture
def counting() -> Counting:
    return Counting()


def batch(seed: int, images: int = 1, side: int = 64) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, (images, 3, side, side), generator=generator).float()


def image(seed: int, height: int = 96, width: int = 128) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def build(name: str) -> Method:
    """A small variant with random weights at 128 px; it looks into its detector's boxes, where it needs any."""
    torch.manual_seed(0)
    variant = find_variant(name)
    family = variant.method_class()
    method = family(name, family.Network(**variant.options), 128, "cpu")
    if variant.detector:
        method.detector = find_variant("yolo11n-pose").method_class()("yolo11n-pose", yolo(), 128, "cpu")
    return method


def yolo() -> nn.Module:
    return find_variant("yolo11n-pose").method_class().Network()


def test_maps_are_those_of_the_body_itself():
    images = batch(0, 2)
    ready = for_inference(load_small_body(), *WAY, exact_layers())
    found = shared_body(*WAY)(images)
    with torch.inference_mode():
        for ours, same, unfolded in zip(found, ready(images / 255), load_small_body()(images / 255), strict=True):
            assert torch.equal(ours, same)
            torch.testing.assert_close(ours, unfolded, rtol=1e-4, atol=1e-4)
    assert all(torch.equal(x, y) for x, y in zip(found, shared_body(*WAY).run(images), strict=True))


def test_there_is_one_for_each_device_and_precision():
    half = shared_body(CPU, torch.bfloat16, torch.channels_last)
    assert shared_body(*WAY) is shared_body(*WAY) is not half
    assert {x.dtype for x in half(batch(0))} == {torch.bfloat16}
    for x, y in zip(half(batch(0)), shared_body(*WAY)(batch(0)), strict=True):
        assert (x.float() - y).abs().mean() < 0.02 * y.abs().mean()


def test_the_first_layer_stays_exact_in_half_precision():
    network = shared_body(CPU, torch.bfloat16, torch.channels_last)._network
    assert network.model[0].conv.weight.dtype == torch.float32
    assert network.model[1].conv.weight.dtype == torch.bfloat16


def test_a_batch_is_computed_once(counting):
    body = SharedBody(counting)
    first, again = body(batch(0, 2)), body(batch(0, 2))
    assert counting.batches == [2]
    assert all(x is y for x, y in zip(first, again, strict=True))
    torch.testing.assert_close(first[0].flatten(1), batch(0, 2).mean(dim=(2, 3)) / 255)


def test_another_batch_another_size_and_another_order_are_computed(counting):
    body = SharedBody(counting)
    images = batch(0, 2)
    for seen in (images, images.flip(0), images[:1], batch(0, 2, side=32), images + 0.25):
        assert torch.equal(body(seen)[0], body(seen)[0])
    assert counting.batches == [2, 2, 1, 2, 2]


def test_a_batch_that_is_written_over_is_another_one(counting):
    body = SharedBody(counting)
    images = batch(0)
    before = body(images)[0]
    images.add_(1)
    after = body(images)[0]
    torch.testing.assert_close(after - before, torch.full_like(before, 1 / 255))


def test_crops_are_not_remembered(counting):
    body = SharedBody(counting)
    spent = clock.spent
    body.run(batch(0))
    body.run(batch(0))
    assert counting.batches == [1, 1]
    assert clock.spent == spent


def test_what_was_asked_for_longest_ago_is_forgotten_first(counting, monkeypatch):
    monkeypatch.setattr(module, "REMEMBERED", 2 * (batch(0).nbytes + 3 * 4))
    body = SharedBody(counting)
    for seed in (0, 1, 0, 2, 0, 2, 1):  # the last is forgotten when 2 comes, because 0 was asked for again
        body(batch(seed))
    assert len(counting.batches) == 4
    assert sum(one.nbytes for one in body._known) <= module.REMEMBERED


def test_a_batch_larger_than_the_bound_is_still_shared(counting, monkeypatch):
    monkeypatch.setattr(module, "REMEMBERED", 1)
    body = SharedBody(counting)
    for seed in (0, 0, 1, 1):
        body(batch(seed, 4))
    assert counting.batches == [4, 4]
    assert len(body._known) == 1


def test_forgetting_means_computing_anew(counting):
    body = SharedBody(counting)
    body(batch(0))
    body.forget()
    body(batch(0))
    assert counting.batches == [1, 1]


def test_the_clock_says_what_maps_took_and_what_of_it_was_saved(counting):
    body = SharedBody(counting)
    spent, saved, saved_cpu = clock.spent, clock.saved, clock.saved_cpu
    body(batch(0))
    once = clock.spent - spent
    assert once >= 0.02
    assert (clock.saved, clock.saved_cpu) == (saved, saved_cpu)
    body(batch(0))
    assert clock.spent - spent == pytest.approx(2 * once)
    assert clock.saved - saved == pytest.approx(once)
    assert clock.saved_cpu > saved_cpu


def test_threads_that_ask_for_the_same_wait_for_one_computation_and_have_clocks_of_their_own(counting):
    body = SharedBody(counting)
    clocks = []

    def ask(seed: int) -> None:
        for _ in range(3):
            body(batch(seed))
        clocks.append((clock.spent, clock.saved))

    threads = [threading.Thread(target=ask, args=[seed]) for seed in (0, 0, 1, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counting.batches == [1, 1]
    spent, saved = (sum(each) for each in zip(*clocks, strict=True))
    assert saved == pytest.approx(spent * 10 / 12)  # twelve were asked for, two were computed


def test_two_methods_share_one_computation(counting, monkeypatch):
    methods = [build(name) for name in WHOLE]
    assert len({id(method.body) for method in methods}) == 1
    methods[0].forget()
    calls = []
    compute = SharedBody._compute
    monkeypatch.setattr(SharedBody, "_compute", lambda body, seen: calls.append(len(seen)) or compute(body, seen))
    raws = [method.infer([image(0), image(1)]) for method in methods]
    assert calls == [2]
    # Whichever of them ran it, its time is the same for all.
    assert len({round(raw.body, 6) for each in raws for raw in each}) == 1
    assert all(raw.body > 0 and raw.forward > 0 for each in raws for raw in each)


@pytest.mark.parametrize("name", SMALL)
def test_a_method_alone_gives_the_same_numbers_as_one_that_shares(name):
    first, sharing, alone = build("kapao-n"), build(name), build(name)
    alone.body = SharedBody(for_inference(load_small_body(), *WAY, exact_layers()))
    images = [image(0), image(1), image(2, 128, 60)]
    first.infer(images)
    for raw, expected in zip(sharing.infer(images), alone.infer(images), strict=True):
        assert set(raw.outputs) == set(expected.outputs)
        for key, value in raw.outputs.items():
            assert torch.equal(value.nan_to_num(-7), expected.outputs[key].nan_to_num(-7)), key


@pytest.mark.parametrize("name", WHOLE)
def test_no_method_writes_into_the_maps_that_others_will_read(name):
    method = build(name)
    method.forget()
    method.infer([image(0), image(2, 128, 60)])
    assert len(method.body._known) == 2
    for seen in method.body._known:
        assert all(torch.equal(x, y) for x, y in zip(seen.maps, method.body.run(seen.batch), strict=True))
