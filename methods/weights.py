"""Where weights come from: a file embedded in `weights/`, a local file, or the Hugging Face hub. Safetensors only.

torch and the hub are imported where they are used, so that listing what there is takes no seconds.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from methods.errors import WeightsError
from methods.writing import write_bytes, write_whole

if TYPE_CHECKING:
    import torch

WEIGHTS_DIR = Path(__file__).resolve().parents[1] / "weights"
MANIFEST = WEIGHTS_DIR / "manifest.json"
BEFORE = ".before"  # ends the name of the old file while a new one is put in its place


class HubFile(BaseModel):
    """A file on the Hugging Face hub at a fixed commit, so that the same name never means other weights."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    repo_id: str
    revision: str = Field(pattern="^[0-9a-f]{40}$")


class Entry(BaseModel):
    """One weights file: `file` lies in `weights/` or, where `hub` is given, in that hub repository."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    file: str = Field(pattern=r"^[\w.-]+\.safetensors$")
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    size: int = Field(gt=0)  # bytes
    licence: str
    provenance: str
    metrics: dict[str, Any]  # measured by `command`, one of the keys
    hub: HubFile | None = None
    beside: str | None = None  # the variant whose further weights these are, for a study; None for a variant's own


@cache
def read_manifest(path: Path = MANIFEST) -> dict[str, Entry]:
    """Every weights file by name: a variant's, or that of further weights beside one's own."""
    return TypeAdapter(dict[str, Entry]).validate_json(path.read_bytes())


def published() -> list[str]:
    """Names of the variants that have published weights."""
    return [name for name, entry in read_manifest().items() if entry.beside is None]


def write_manifest(entries: dict[str, Entry], path: Path = MANIFEST) -> None:
    """Write the manifest sorted by name and forget what was read before."""
    ordered = dict(sorted(entries.items()))
    adapter = TypeAdapter(dict[str, Entry])
    write_bytes(path, adapter.dump_json(ordered, indent=2, exclude_none=True) + b"\n")
    read_manifest.cache_clear()


def put_in_place(name: str, fresh: Path, entry: Entry, manifest: Path = MANIFEST) -> Path:
    """Move the weights file `fresh`, of the manifest's file system, to where `entry` says, and enter it; returns where.

    Whatever stops this, `resolve` finds the old file with its entry or the new one with its own: the old file is kept
    beside its place until the manifest is written.
    """
    entries = dict(read_manifest(manifest)) if manifest.exists() else {}
    path = manifest.with_name(entry.file)
    before = path.with_name(path.name + BEFORE)
    if name in entries and _is_published(path, entries[name]):
        write_whole(before, lambda beside: shutil.copyfile(path, beside))
    os.replace(fresh, path)
    write_manifest(entries | {name: entry}, manifest)
    before.unlink(missing_ok=True)
    return path


def sha256_of(path: Path) -> str:
    """Hexadecimal SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def resolve(name: str, local: str | Path | None = None, sha256: str = "") -> Path:
    """The weights file of variant `name`, checked against the manifest; or the given `local` file.

    A local file is taken as it is, or has to be the one with that `sha256`.

    Raises WeightsError, one sentence, where the file is missing, altered, of another format or out of reach.
    """
    if local is not None:
        return _check_local(name, Path(local), sha256)
    entries = read_manifest()
    if name not in entries:
        raise WeightsError(
            f"No weights of {name} come with the workbench; train it, or give your own with weights=FILE.safetensors."
            " A checkpoint of its authors becomes a model of its own: python -m methods weights import FILE --name NAME"
        )
    entry = entries[name]
    path = _download(name, entry) if entry.hub else WEIGHTS_DIR / entry.file
    remedy = f"delete {path} and run again" if entry.hub else _restoring(path)
    if not path.is_file():
        raise WeightsError(f"The weights of {name} are missing at {path}; {remedy}")
    if not _is_published(path, entry):
        before = path.with_name(path.name + BEFORE)
        if before.is_file() and _is_published(before, entry):
            return before
        raise WeightsError(f"The weights of {name} at {path} are not the published file (SHA-256 differs); {remedy}")
    return path


def _restoring(path: Path) -> str:
    cloned = (WEIGHTS_DIR.parent / ".git").exists()
    return f"restore the file with: git checkout {path}" if cloned else "install the workbench again"


def _is_published(path: Path, entry: Entry) -> bool:
    return path.is_file() and path.stat().st_size == entry.size and sha256_of(path) == entry.sha256


def load(path: Path) -> dict[str, torch.Tensor]:
    """Tensors of a safetensors file by name, on the CPU, as stored."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return load_file(path)
    except SafetensorError as error:
        raise WeightsError(f"{path} is not a readable safetensors file ({error}); make it again.") from None


def load_into(network: torch.nn.Module, path: Path) -> None:
    """Fill `network` with the tensors of a safetensors file; stored half precision becomes the network's own dtype.

    Raises WeightsError naming tensors that are missing, unexpected, of another shape or not finite.
    """
    state, wanted = load(path), network.state_dict()
    problems = {
        "missing": [name for name in wanted if name not in state],
        "unexpected": [name for name in state if name not in wanted],
        "of another shape": [name for name in state if name in wanted and state[name].shape != wanted[name].shape],
    }
    found = [f"{len(names)} {problem} ({_few(names)})" for problem, names in problems.items() if names]
    if found:
        raise WeightsError(
            f"{path.name} does not fit this network, tensors are {'; '.join(found)}; choose the variant it belongs to."
        )
    for key, value in state.items():
        if value.is_floating_point() and not value.isfinite().all():
            raise WeightsError(
                f"{path.name} holds numbers that are none (NaN) or infinite, the first in {key}; train or"
                " fetch it again."
            )
    network.load_state_dict(state)


def _few(names: list[str]) -> str:
    return ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")


def _check_local(name: str, path: Path, sha256: str) -> Path:
    if not path.is_file():
        raise WeightsError(f"There is no weights file at {path}; check the path.")
    if sha256 and sha256_of(path) != sha256:
        raise WeightsError(
            f"{path} is not the file that was imported as {name}; take it out with: python -m methods weights remove"
            f" {name}, and import it again."
        )
    if not sha256 and path.suffix != ".safetensors":
        raise WeightsError(
            f"{path.name} is not a safetensors file; make it a model of your own with: python -m methods weights import"
            f" {path} --name NAME"
        )
    return path


def _download(name: str, entry: Entry) -> Path:
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    assert entry.hub is not None
    try:
        return Path(hf_hub_download(entry.hub.repo_id, entry.file, revision=entry.hub.revision))
    except (LocalEntryNotFoundError, HfHubHTTPError, OSError) as error:
        raise WeightsError(
            f"The weights of {name} are not in the local cache and could not be fetched from the Hugging Face hub"
            f" ({entry.hub.repo_id}: {type(error).__name__}); connect to the internet once, or give weights=FILE."
        ) from None
