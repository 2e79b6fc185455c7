"""Reading checkpoints: the right numbers from good ones, and nothing ever executed from bad ones."""

import argparse
import io
import os
import pathlib
import pickle
import subprocess
import sys
import types
import zipfile
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from methods.errors import WeightsError
from methods.importers.checkpoint import read_checkpoint


class Planted:
    """Pickles as a call of `function` with `arguments`."""

    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


def network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Sequential(nn.Linear(4, 2, bias=False)))


def saved(content, **options) -> io.BytesIO:
    file = io.BytesIO()
    torch.save(content, file, **options)
    file.seek(0)
    return file


def assert_same(found: dict[str, torch.Tensor], wanted: dict[str, torch.Tensor]) -> None:
    assert set(found) == set(wanted)
    for name, value in wanted.items():
        assert found[name].dtype == value.dtype
        assert torch.equal(found[name], value), name


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
@pytest.mark.parametrize(
    "wrap",
    [
        lambda model: model,
        lambda model: {"model": model, "ema": None, "epoch": 3},
        lambda model: {"model": None, "ema": model, "optimizer": None},
        lambda model: model.state_dict(),
        lambda model: {"state_dict": model.state_dict()},
        lambda model: {"model": model.state_dict(), "date": "2021-11-01"},
    ],
    ids=["module", "under model", "under ema", "state dict", "under state_dict", "state dict under model"],
)
def test_every_layout_gives_the_state_dict_with_its_own_dtypes(wrap, dtype):
    model = network().to(dtype)
    assert_same(read_checkpoint(saved(wrap(model))).state, model.state_dict())


def test_averaged_weights_are_preferred():
    model, averaged = network(), network()
    nn.init.constant_(averaged[0].weight, 7.0)
    found = read_checkpoint(saved({"model": model, "ema": averaged})).state
    assert torch.equal(found["0.weight"], torch.full((4, 3, 3, 3), 7.0))


def test_from_a_path(tmp_path):
    path = tmp_path / "network.pt"
    torch.save(network(), path)
    assert_same(read_checkpoint(path).state, network().state_dict())


def test_buffers_that_a_module_does_not_save_are_left_out():
    model = nn.Linear(2, 2)
    model.register_buffer("kept", torch.ones(1))
    model.register_buffer("scratch", torch.ones(1), persistent=False)
    assert set(read_checkpoint(saved(model)).state) == {"weight", "bias", "kept"}


def test_views_and_shared_storages_keep_their_numbers():
    base = torch.arange(12.0).reshape(3, 4)
    state = {"turned": base.T, "part": base[1:, ::2], "scalar": torch.tensor(5), "empty": torch.zeros(0, 3)}
    assert_same(read_checkpoint(saved(state)).state, state)


def test_a_yolov5_style_checkpoint_whose_classes_do_not_exist_here(monkeypatch):
    """Foreign classes, NumPy scalars and arrays, options, paths and devices, as training scripts leave them."""
    module = types.ModuleType("models.yolo")
    module.Model = type("Model", (nn.Sequential,), {"__module__": "models.yolo"})
    monkeypatch.setitem(sys.modules, "models", types.ModuleType("models"))
    monkeypatch.setitem(sys.modules, "models.yolo", module)
    model = module.Model(*network())
    model.yaml = {"anchors": np.arange(6).reshape(3, 2), "depth": np.float64(0.33)}
    model.options = argparse.Namespace(path=pathlib.PurePosixPath("runs"), device=torch.device("cpu"))
    model.counts = defaultdict(list, {1: [torch.float16]})
    model.stride = torch.tensor([8.0, 16.0])
    model.parts = set("ab")
    file = saved({"best_fitness": np.array([0.5]), "epoch": np.int64(3), "model": model.half(), "ema": None})
    wanted = model.state_dict()
    monkeypatch.delitem(sys.modules, "models.yolo")
    assert_same(read_checkpoint(file).state, wanted)
    assert "models.yolo" not in sys.modules


@pytest.mark.parametrize(
    ("function", "arguments", "name"),
    [
        (os.system, ("touch {}",), "system"),
        (subprocess.check_output, (["touch", "{}"],), "check_output"),
        (eval, ("open('{}', 'w')",), "eval"),
        (exec, ("open('{}', 'w')",), "exec"),
        (open, ("{}", "w"), "open"),
    ],
)
@pytest.mark.parametrize("place", ["top", "beside", "inside"])
def test_a_planted_call_is_named_and_never_made(tmp_path, function, arguments, name, place):
    marker = tmp_path / "it_ran"
    fill = {"{}": str(marker)}
    arguments = tuple([fill.get(a, a) for a in x] if isinstance(x, list) else x.format(marker) for x in arguments)
    planted, model = Planted(function, *arguments), network()
    if place == "inside":
        model[0].hook = planted
    content = {"top": planted, "beside": {"model": model, "date": planted}, "inside": {"model": model}}[place]
    with pytest.raises(WeightsError, match=name):
        read_checkpoint(saved(content))
    assert not marker.exists()


def test_a_call_into_a_known_package_is_not_made_either(tmp_path):
    marker = tmp_path / "it_ran"
    file = saved({"model": network(), "extra": Planted(np.savetxt, str(marker), [1.0])})
    assert_same(read_checkpoint(file).state, network().state_dict())
    assert not marker.exists()


def test_an_attribute_of_a_foreign_object_is_not_fetched_and_called():
    """`getattr` occurs in real checkpoints; here getattr(torch, "ones")(3) must come to nothing."""
    code = b"c__builtin__\ngetattr\n(ctorch\n_C\nVones\ntR(K\x03tR."
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("archive/data.pkl", code)
    with pytest.raises(WeightsError, match="holds no network"):
        read_checkpoint(file)


def rewritten(content: io.BytesIO, change, **options) -> io.BytesIO:
    """The checkpoint with `change(name, data)` applied to each part; a part that becomes None is left out."""
    file = io.BytesIO()
    with zipfile.ZipFile(content) as before, zipfile.ZipFile(file, "w", **options) as after:
        for name in before.namelist():
            data = change(name, before.read(name))
            if data is not None:
                after.writestr(name, data)
    return file


BROKEN = {
    "no file": (Path("nowhere.pt"), "There is no checkpoint at nowhere.pt"),
    "not a zip": (io.BytesIO(b"\x80\x02garbage"), "not a zip checkpoint"),
    "before PyTorch 1.6": (saved(network(), _use_new_zipfile_serialization=False), "not a zip checkpoint"),
    "cut off": (io.BytesIO(saved(network()).getvalue()[:-200]), "not a zip checkpoint"),
    "another zip": (rewritten(saved(network()), lambda name, data: None), "without one data.pkl"),
    "compressed": (rewritten(saved(network()), lambda _, data: data, compression=zipfile.ZIP_DEFLATED), "compressed"),
    "big-endian": (
        rewritten(saved(network()), lambda name, data: b"big" if name.endswith("byteorder") else data),
        "big-endian",
    ),
    "a storage missing": (
        rewritten(saved(network()), lambda name, data: None if name.endswith("data/0") else data),
        "is damaged",
    ),
    "a storage too short": (
        rewritten(saved(network()), lambda name, data: data[:8] if name.endswith("data/0") else data),
        "is damaged",
    ),
    "a broken pickle": (
        rewritten(saved(network()), lambda name, data: data[:50] if name.endswith("data.pkl") else data),
        "is damaged",
    ),
    "no network": (saved({"epoch": 3, "notes": ["nothing"]}), "holds no network"),
    "a list": (saved([torch.ones(2)]), "holds no network"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_bad_file_gives_one_sentence(case):
    source, words = BROKEN[case]
    with pytest.raises(WeightsError, match=words) as caught:
        read_checkpoint(source)
    assert "\n" not in str(caught.value)


def test_a_tensor_that_reaches_beyond_its_storage_is_refused():
    forged = Forged(torch.ones(4))
    with pytest.raises(WeightsError, match="is damaged"):
        read_checkpoint(saved({"weight": forged}))


class Forged:
    """Pickles as a tensor of a thousand numbers over a storage of four."""

    def __init__(self, tensor: torch.Tensor) -> None:
        self.storage = torch.storage.TypedStorage(
            wrap_storage=tensor.untyped_storage(), dtype=tensor.dtype, _internal=True
        )

    def __reduce__(self):
        arguments = (self.storage, 0, (1000,), (1,), False, {})
        return torch._utils._rebuild_tensor_v2, arguments


def test_python_itself_would_have_run_the_planted_call(tmp_path):
    """The control for the tests above: the same plant does fire in Python's own unpickler."""
    marker = tmp_path / "it_ran"
    pickle.loads(pickle.dumps(Planted(os.system, f"touch {marker}")))
    assert marker.exists()
