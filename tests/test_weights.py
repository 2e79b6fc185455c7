"""Where weights come from, and one sentence for each way in which that fails."""

import hashlib
import json
import re
from functools import partial
from pathlib import Path

import pytest
import torch
from huggingface_hub.errors import LocalEntryNotFoundError
from pydantic import ValidationError
from safetensors.torch import save_file
from torch import nn

from methods import weights
from methods.errors import WeightsError
from methods.weights import Entry, HubFile, load, load_into, read_manifest, resolve, sha256_of, write_manifest

REVISION = "0123456789abcdef0123456789abcdef01234567"
SENTENCE = re.compile(r"^[^\n]+$")


def entry(path: Path, **changes) -> Entry:
    values = {
        "file": path.name,
        "sha256": sha256_of(path),
        "size": path.stat().st_size,
        "licence": "MIT",
        "provenance": "a test",
        "metrics": {},
    }
    return Entry(**{**values, **changes})


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """A weights folder of our own with one file, `tiny`."""
    own_folder = tmp_path / "weights"
    own_folder.mkdir()
    monkeypatch.setattr(weights, "WEIGHTS_DIR", own_folder)
    manifest = own_folder / "manifest.json"
    save_file({"weight": torch.ones(2, 3), "bias": torch.zeros(2)}, own_folder / "tiny.safetensors")
    write_manifest({"tiny": entry(own_folder / "tiny.safetensors")}, manifest)
    own = partial(read_manifest, manifest)
    own.cache_clear = read_manifest.cache_clear
    monkeypatch.setattr(weights, "read_manifest", own)
    return own_folder


def fails(words: str, name: str = "tiny", local=None) -> str:
    with pytest.raises(WeightsError, match=words) as caught:
        resolve(name, local)
    assert SENTENCE.match(str(caught.value))
    return str(caught.value)


@pytest.mark.parametrize("name", list(read_manifest()))
def test_every_embedded_file_is_the_published_one_and_has_a_card(name):
    path = resolve(name)
    assert path.parent == weights.WEIGHTS_DIR
    card = (path.parent / f"{name}.md").read_text()
    assert read_manifest()[name].licence in card
    assert sha256_of(path) in card


def test_the_manifest_holds_nothing_but_what_is_there():
    listed = {entry.file for entry in read_manifest().values() if entry.hub is None}
    assert listed == {path.name for path in weights.WEIGHTS_DIR.glob("*.safetensors")}


def test_the_good_file(folder):
    assert resolve("tiny") == folder / "tiny.safetensors"


def test_missing(folder):
    (folder / "tiny.safetensors").unlink()
    assert fails("The weights of tiny are missing at").endswith("; install the workbench again")
    (folder.parent / ".git").mkdir()
    assert "restore the file with: git checkout" in fails("The weights of tiny are missing at")


def test_altered_without_changing_the_size(folder):
    path = folder / "tiny.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert "install the workbench again" in fails("not the published file")


def test_cut_off(folder):
    path = folder / "tiny.safetensors"
    path.write_bytes(path.read_bytes()[:-4])
    fails("not the published file")


def test_a_variant_without_weights_says_how_to_give_some(folder):
    assert "weights=FILE.safetensors" in fails("No weights of large", name="large")


def test_a_local_file_is_taken_as_it_is(folder, tmp_path):
    path = tmp_path / "own.safetensors"
    save_file({"weight": torch.ones(1)}, path)
    assert resolve("tiny", path) == path
    assert resolve("large", str(path)) == path


def test_a_local_file_that_is_not_there(tmp_path):
    fails("There is no weights file at", local=tmp_path / "own.safetensors")


def test_a_local_folder_is_no_file(tmp_path):
    fails("There is no weights file at", local=tmp_path)


def test_a_local_file_of_another_format(tmp_path):
    path = tmp_path / "own.pt"
    path.write_bytes(b"PK")
    assert "make it a model of your own" in fails("own.pt is not a safetensors file", local=path)


def test_safetensors_in_name_only(tmp_path):
    path = tmp_path / "own.safetensors"
    path.write_bytes(b"no header here")
    with pytest.raises(WeightsError, match="not a readable safetensors file"):
        load(path)


def on_hub(folder: Path) -> Path:
    """Makes `tiny` a hub entry; gives the path at which the fake hub keeps the file."""
    cached = folder / "cache" / "tiny.safetensors"
    cached.parent.mkdir()
    (folder / "tiny.safetensors").rename(cached)
    hub = HubFile(repo_id="someone/poses", revision=REVISION)
    write_manifest({"tiny": entry(cached, hub=hub)}, folder / "manifest.json")
    return cached


def test_the_hub_is_asked_for_the_pinned_revision(folder, monkeypatch):
    cached, asked = on_hub(folder), []

    def download(repo_id, filename, *, revision):
        asked.append((repo_id, filename, revision))
        return str(cached)

    monkeypatch.setattr("huggingface_hub.hf_hub_download", download)
    assert resolve("tiny") == cached
    assert asked == [("someone/poses", "tiny.safetensors", REVISION)]


def test_a_file_from_the_hub_is_checked_too(folder, monkeypatch):
    cached = on_hub(folder)
    cached.write_bytes(b"something else")
    monkeypatch.setattr("huggingface_hub.hf_hub_download", lambda *_, **__: str(cached))
    assert "delete" in fails("not the published file")


def test_offline_and_not_cached(folder, monkeypatch, tmp_path):
    """The hub's own offline switch and an empty cache; nothing is fetched in this test."""
    on_hub(folder)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "empty"))
    assert "connect to the internet once" in fails("could not be fetched from the Hugging Face hub")


@pytest.mark.parametrize("error", [LocalEntryNotFoundError("no"), ConnectionError("no"), TimeoutError("no")])
def test_a_hub_out_of_reach(folder, monkeypatch, error):
    on_hub(folder)

    def download(*_, **__):
        raise error

    monkeypatch.setattr("huggingface_hub.hf_hub_download", download)
    fails(type(error).__name__)


@pytest.mark.parametrize(
    "change",
    [{"file": "../x.safetensors"}, {"file": "x.pt"}, {"sha256": "abc"}, {"size": 0}, {"hub": {"repo_id": "a/b"}}],
)
def test_a_wrong_entry_is_refused(folder, change):
    values = json.loads((folder / "manifest.json").read_text())["tiny"]
    with pytest.raises(ValidationError):
        Entry(**{**values, **change})


def test_a_hub_entry_must_pin_a_commit():
    with pytest.raises(ValidationError):
        HubFile(repo_id="someone/poses", revision="main")


def test_the_manifest_survives_a_round_trip_in_order_of_names(tmp_path, folder):
    one = entry(folder / "tiny.safetensors", metrics={"AP": 0.5})
    path = tmp_path / "other.json"
    write_manifest({"b": one, "a": one}, path)
    assert list(read_manifest(path)) == ["a", "b"]
    assert read_manifest(path)["b"] == one


def test_sha256(tmp_path):
    path = tmp_path / "abc"
    path.write_bytes(b"abc")
    assert sha256_of(path) == hashlib.sha256(b"abc").hexdigest()


def test_stored_halves_fill_a_network_in_single_precision(tmp_path):
    path = tmp_path / "halves.safetensors"
    save_file({"weight": torch.full((2, 3), 0.5).half(), "bias": torch.ones(2).half()}, path)
    network = nn.Linear(3, 2)
    load_into(network, path)
    assert network.weight.dtype == torch.float32
    assert torch.equal(network.weight, torch.full((2, 3), 0.5))


def test_weights_of_another_network_are_named(tmp_path):
    path = tmp_path / "other.safetensors"
    save_file({"weight": torch.ones(2, 4), "gain": torch.ones(1)}, path)
    with pytest.raises(WeightsError) as caught:
        load_into(nn.Linear(3, 2), path)
    sentence = str(caught.value)
    assert SENTENCE.match(sentence)
    for part in ("other.safetensors", "1 missing (bias)", "1 unexpected (gain)", "1 of another shape (weight)"):
        assert part in sentence


def test_a_long_list_of_problems_is_cut(tmp_path):
    path = tmp_path / "other.safetensors"
    save_file({"x": torch.ones(1)}, path)
    with pytest.raises(WeightsError, match=r"10 missing \(0.weight, 0.bias, 1.weight, ...\)"):
        load_into(nn.Sequential(*(nn.Linear(2, 2) for _ in range(5))), path)


def test_nothing_that_is_published_names_a_place_on_the_machine_that_made_it():
    texts = [path for path in weights.WEIGHTS_DIR.iterdir() if path.suffix in (".json", ".md")]
    assert len(texts) > 5
    assert not [path.name for path in texts if '"/' in path.read_text()]
