"""Speed in pairs: what is timed, how ratios are taken, and the table. No time itself is judged."""

import numpy as np
import pytest
import torch

from methods.errors import CatalogError
from methods.evaluation import speed
from methods.types import Timing


@pytest.fixture(scope="module")
def found():
    image = np.random.default_rng(0).integers(0, 256, (40, 64, 3), dtype=np.uint8)
    return speed.benchmark_prediction(
        ["yolo11n-pose", "kapao-s"], [image, image], sizes=[64, 128], rounds=2, device="cpu"
    )


def test_a_row_for_each_variant_size_and_way(found):
    table = found.to_pandas()
    wanted = [(name, size, way) for name in ("yolo11n-pose", "kapao-s") for size in (64, 128) for way in speed.WAYS]
    assert list(table[["method", "input_size", "way"]].itertuples(index=False, name=None)) == wanted
    assert (table[["preprocess", "forward", "postprocess", "forward_ratio", "total_ratio"]] > 0).all(axis=None)
    plain = table[table["way"] == speed.PLAIN]
    assert (plain["forward_ratio"] == 1).all()


def test_it_says_on_what_it_was_measured(found):
    assert (found.device, found.images, found.rounds) == ("cpu", 2, 2)
    assert found.random_weights == ("kapao-s",)
    assert speed.PredictionSpeed.model_validate_json(found.model_dump_json()) == found


def test_ratios_are_medians_over_pairs():
    """Pairs 10/5, 30/10, 80/20: ratios 2, 3, 4 and medians 30 and 10; in total 12/7, 32/12, 82/22."""
    plain = [Timing(1, forward, 1) for forward in (10, 30, 80)]
    row = speed._row("a", 64, "bf16", [Timing(1, forward, 1) for forward in (5, 10, 20)], plain)
    assert (row.forward, row.forward_ratio) == (10, 3)
    assert row.total_ratio == pytest.approx(32 / 12)


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
