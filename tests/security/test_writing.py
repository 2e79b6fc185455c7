"""Rows 12 and 13: what is written is whole or not there, and what is read is never written over."""

import json
import os
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from typer.testing import CliRunner

from methods import weights, writing
from methods.__main__ import app
from methods.cli.common import Format
from methods.cli.inputs import find_images
from methods.cli.outputs import Writer
from methods.errors import SettingsError
from methods.types import Poses
from methods.weights import Entry, put_in_place, read_manifest, sha256_of
from methods.writing import write_text, write_whole


class Killed(BaseException):
    """The program ends here."""


def killed_at(monkeypatch, call: int) -> None:
    """Let the program end before its `call`th rename, counted from 0."""
    rename, done = os.replace, []

    def replace(*names) -> None:
        if len(done) == call:
            raise Killed
        done.append(names)
        rename(*names)

    monkeypatch.setattr(os, "replace", replace)


def entry_of(path: Path) -> Entry:
    about = {"licence": "MIT", "provenance": "a test", "metrics": {"AP": float(load_file(path)["weight"][0])}}
    return Entry(file="tiny.safetensors", sha256=sha256_of(path), size=path.stat().st_size, **about)


def make(path: Path, value: float) -> Path:
    path.parent.mkdir(exist_ok=True)
    save_file({"weight": torch.full((3,), value)}, path)
    return path


@pytest.mark.parametrize("call", range(5))
def test_publishing_is_whole_wherever_it_is_killed(tmp_path, monkeypatch, call):
    """Row 12: page, predict and verify all ask `resolve`, which refuses weights that are not the manifest's."""
    monkeypatch.setattr(weights, "WEIGHTS_DIR", tmp_path)
    manifest = tmp_path / "manifest.json"
    monkeypatch.setattr(weights, "read_manifest", lambda path=manifest: read_manifest(path))
    monkeypatch.setattr(weights.read_manifest, "cache_clear", read_manifest.cache_clear, raising=False)
    put_in_place(
        "tiny", make(tmp_path / "new" / "tiny.safetensors", 1), entry_of(tmp_path / "new/tiny.safetensors"), manifest
    )
    for value in (2, 3):  # the second finds what the first left
        fresh = make(tmp_path / "new" / "tiny.safetensors", value)
        with monkeypatch.context() as patched:
            killed_at(patched, call)
            with suppress(Killed):
                put_in_place("tiny", fresh, entry_of(fresh), manifest)
        read_manifest.cache_clear()
        found = load_file(weights.resolve("tiny"))["weight"][0]
        assert found == weights.read_manifest()["tiny"].metrics["AP"]
    final = make(tmp_path / "new" / "tiny.safetensors", 4)
    put_in_place("tiny", final, entry_of(final), manifest)
    assert load_file(weights.resolve("tiny"))["weight"][0] == 4
    assert sorted(path.name for path in tmp_path.iterdir()) == ["manifest.json", "new", "tiny.safetensors"]


def test_a_file_is_the_old_one_until_the_new_one_is_whole(tmp_path):
    path = tmp_path / "a.json"
    write_text(path, "old")

    def half(beside: Path) -> None:
        beside.write_text("ne")
        raise Killed

    with pytest.raises(Killed):
        write_whole(path, half)
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("a.json", "old")]
    write_text(path, "new")
    assert path.read_text() == "new"


def test_it_is_on_the_disk_before_it_has_its_name(tmp_path, monkeypatch):
    done = []
    for name in ("fsync", "replace"):
        real = getattr(os, name)
        monkeypatch.setattr(os, name, lambda *given, name=name, real=real: (done.append(name), real(*given)))
    write_text(tmp_path / "a.json", "new")
    assert done[:2] == ["fsync", "replace"]


def test_a_link_and_a_device_stay_what_they_are(tmp_path):
    (tmp_path / "real.json").write_text("old")
    (tmp_path / "link.json").symlink_to("real.json")
    write_text(tmp_path / "link.json", "new")
    assert (tmp_path / "link.json").is_symlink()
    assert (tmp_path / "real.json").read_text() == "new"
    write_text(Path(os.devnull), "new")
    assert not Path(os.devnull).is_file()


@pytest.fixture
def pictures(tmp_path, monkeypatch) -> Path:
    """The working directory: images/x.jpg, images/x-poses.png of the user's own, and y.png."""
    monkeypatch.chdir(tmp_path)
    Path("images").mkdir()
    for name in ("images/x.jpg", "images/x-poses.png", "y.png"):
        Image.new("RGB", (20, 10)).save(name)
    return tmp_path


def names(found) -> list[str]:
    return [path.as_posix() for path in found]


def test_predict_into_the_folder_above_finds_its_images(pictures):
    """Row 13: `predict images -o .`"""
    assert names(find_images(["images"], [Path()])) == ["images/x-poses.png", "images/x.jpg"]
    assert names(find_images(["."], [Path()])) == ["images/x-poses.png", "images/x.jpg", "y.png"]


def test_of_a_folder_only_what_an_earlier_run_drew_is_left_out(pictures):
    writer = Writer(Path("images"), {Format.PNG}, {}, [Path("images/x.jpg")])
    writer.add(Path("images/z.jpg"), *drawing())
    assert names(find_images(["images"], [Path("images")])) == ["images/x.jpg"]
    # Who names a picture wants it.
    assert names(find_images(["images/x-poses.png"], [Path("images")])) == ["images/x-poses.png"]


def drawing():
    return torch.zeros(10, 20, 3, dtype=torch.uint8).numpy(), Poses.empty()


def test_no_input_is_overwritten_by_a_drawing(pictures):
    """Row 13: `predict x.jpg x-poses.png -o` their own folder."""
    inputs = [Path("images/x.jpg"), Path("images/x-poses.png")]
    before = Path("images/x-poses.png").read_bytes()
    writer = Writer(Path("images"), {Format.PNG}, {}, inputs)
    for path in inputs:
        writer.add(path, *drawing())
    assert Path("images/x-poses.png").read_bytes() == before
    assert sorted(path.name for path in Path("images").iterdir()) == [
        "x-2-poses.png", "x-poses-poses.png", "x-poses.png", "x.jpg",
    ]  # fmt: skip


def test_no_input_is_overwritten_by_results(pictures):
    Path("images/predictions.json").write_text("mine")
    with pytest.raises(SettingsError, match=r"predictions\.json is read and would be overwritten"):
        Writer(Path("images"), {Format.JSON}, {}, [Path("images/predictions.json")])


@pytest.mark.parametrize("output", [("--output", "a.json"), ("--output", "./b.json"), ("--report", ".")])
def test_compare_writes_over_none_of_its_inputs(pictures, output):
    for name in ("a.json", "b.json", "report.json"):
        Path(name).write_text("[]")
    second = "report.json" if output[0] == "--report" else "b.json"
    done = CliRunner().invoke(app, ["compare", "a.json", second, "--annotations", "ground_truth.json", *output])
    assert done.exit_code == 2
    assert "is read and would be overwritten" in " ".join(done.output.split())
    assert all(Path(name).read_text() == "[]" for name in ("a.json", "b.json", "report.json"))


def test_a_name_in_a_table_is_no_formula(pictures):
    """Row 15, of files that `predict` writes."""
    writer = Writer(Path("out"), {Format.CSV, Format.JSON}, {})
    one = Poses([[0, 0, 9, 9]], [0.5], [[[-1.5, 2]] * 17], [[0.5] * 17])
    writer.add(Path("=cmd|' /C calc'!A0.png"), drawing()[0], one)
    writer.finish()
    table = pd.read_csv("out/predictions.csv")
    assert set(table["image"]) == {"'=cmd|' /C calc'!A0.png"}
    assert table["x"].tolist() == [-1.5] * 17
    assert json.loads(Path("out/images.json").read_text())["images"][0]["file_name"] == "=cmd|' /C calc'!A0.png"


def test_every_module_writes_through_the_one_helper():
    """A file that is written straight to its place may be half there."""
    root = Path(writing.__file__).parents[1]
    written = ("write_text(", "write_bytes(")
    for path in [*root.glob("methods/**/*.py"), *root.glob("app/**/*.py")]:
        if path == Path(writing.__file__):
            continue
        lines = [line.strip() for line in path.read_text().splitlines()]
        assert not [line for line in lines if any(f".{call}" in line for call in written)], path
