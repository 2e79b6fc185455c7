"""Speed in pairs: what is timed, how ratios are taken, and the table. No time itself is judged."""

import numpy as np
import pytest
import torch

from methods import variants, weights
from methods.analysis.speed import prediction as speed
from methods.analysis.speed.together import TogetherSpeed, benchmark_together
from methods.backbones.shared_body import SharedBody
from methods.errors import CatalogError
from methods.types import Timing


@pytest.fixture(scope="module")
def found():
    image = np.random.default_rng(0).integers(0, 256, (16, 64, 3), dtype=np.uint8)
    return speed.benchmark_prediction(["yolo11n-pose", "kapao-s"], [image], sizes=[64, 128], rounds=2, device="cpu")


def test_a_row_for_each_variant_size_and_way(found):
    table = found.to_pandas()
    wanted = [(name, size, way) for name in ("yolo11n-pose", "kapao-s") for size in (64, 128) for way in speed.WAYS]
    assert list(table[["method", "input_size", "way"]].itertuples(index=False, name=None)) == wanted
    assert (table[["preprocess", "forward", "postprocess", "forward_ratio", "total_ratio"]] > 0).all(axis=None)
    plain = table[table["way"] == speed.PLAIN]
    assert (plain["forward_ratio"] == 1).all()


def test_it_says_on_what_it_was_measured(found):
    assert (found.device, found.images, found.rounds) == ("cpu", 1, 2)
    assert found.random_weights == ("kapao-s",)
    assert speed.PredictionSpeed.model_validate_json(found.model_dump_json()) == found


def test_ratios_are_medians_over_pairs():
    """Pairs 10/5, 30/10, 80/20: ratios 2, 3, 4 and medians 30 and 10; in total 12/7, 32/12, 82/22."""
    plain = [Timing(1, forward, 1) for forward in (10, 30, 80)]
    row = speed._row("a", 64, "bf16", [Timing(1, forward, 1) for forward in (5, 10, 20)], plain)
    assert (row.forward, row.forward_ratio) == (10, 3)
    assert row.total_ratio == pytest.approx(32 / 12)


@pytest.fixture
def small_with_random_weights(monkeypatch):
    """The small variants as if nothing of them were published."""
    small = {variant.name for variant in variants() if variant.method_class().shares_body}
    published = {name: entry for name, entry in weights.read_manifest().items() if name not in small}
    monkeypatch.setattr(weights, "read_manifest", lambda: published)


@pytest.mark.usefixtures("small_with_random_weights")
def test_plain_has_a_plain_body_too_and_each_run_runs_it():
    plain, default = (speed.build("kapao-n", way, 64, "cpu") for way in (speed.PLAIN, "default"))
    norms = [
        sum(isinstance(module, torch.nn.BatchNorm2d) for module in way.body._network.modules())
        for way in (plain, default)
    ]
    assert norms[0] > 0 == norms[1]
    assert all(parameter.is_contiguous() for parameter in plain.body._network.parameters())
    image = np.random.default_rng(0).integers(0, 256, (40, 64, 3), dtype=np.uint8)
    outputs = [method.infer([image])[0].outputs["pose_scores"].sort()[0] for method in (plain, default)]
    torch.testing.assert_close(*outputs, rtol=1e-3, atol=1e-4)
    times = speed._take_turns({"plain": plain, "default": default}, [image], 3)
    for each in times.values():
        assert len({one.body for one in each}) == 3
        assert all(one.body > 0 for one in each)


@pytest.mark.usefixtures("small_with_random_weights")
def test_a_method_that_needs_boxes_has_its_detector_run_in_the_same_way():
    wide = np.zeros((16, 64, 3), np.uint8)  # the detector sees it at its own size, 640 px
    found = speed.benchmark_prediction(["visibility-n"], [wide], [64], 1, "cpu")
    assert [row.way for row in found.rows] == list(speed.WAYS)
    plain = speed.build("visibility-n", speed.PLAIN, 64, "cpu").detector
    assert any(isinstance(module, torch.nn.BatchNorm2d) for module in plain.network.modules())


@pytest.mark.usefixtures("small_with_random_weights")
def test_together_the_body_runs_once_and_alone_each_time(monkeypatch):
    ran = []
    compute = SharedBody._compute
    monkeypatch.setattr(
        SharedBody, "_compute", lambda body, batch: ran.append(tuple(batch.shape)) or compute(body, batch)
    )
    image = np.random.default_rng(0).integers(0, 256, (40, 64, 3), dtype=np.uint8)
    names = ["kapao-n", "posedet-n", "yolo11n-pose"]
    found = benchmark_together(names, image, 64, rounds=3, device="cpu", command="this")
    assert ran == [(1, 3, 64, 64)] * (1 + 3 * (1 + 2))  # to warm up; then together, and each of two alone
    assert list(found.alone) == names
    assert all(cost.cpu > 0 and cost.wall > 0 for cost in [*found.alone.values(), found.together])
    assert found.random_weights == ("kapao-n", "posedet-n")
    assert (found.input_size, found.rounds, found.command) == (64, 3, "this")
    assert found.ratio > 0
    assert TogetherSpeed.model_validate_json(found.model_dump_json()) == found


def test_plain_is_the_network_as_it_was_trained():
    plain, default, bf16 = (speed.build("yolo11n-pose", way, 64, "cpu") for way in speed.WAYS)
    kinds = [{type(module) for module in method.network.modules()} for method in (plain, default, bf16)]
    assert [torch.nn.BatchNorm2d in kind for kind in kinds] == [True, False, False]
    dtypes = [method.network.model[1].conv.weight.dtype for method in (plain, default, bf16)]
    assert dtypes == [torch.float32, torch.float32, torch.bfloat16]
    assert plain.memory_format == torch.contiguous_format
    assert all(parameter.is_contiguous() for parameter in plain.network.parameters())


@pytest.mark.parametrize(("names", "sizes"), [(["nobody"], [None]), (["yolo11n-pose"], [8])])
def test_what_does_not_exist_is_refused_before_the_long_work(names, sizes):
    with pytest.raises(CatalogError):
        speed.benchmark_prediction(names, [np.zeros((8, 8, 3), np.uint8)], sizes)
