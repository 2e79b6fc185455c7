"""The references' weights: from the package that carries them to a safetensors file and its manifest entry."""

from pathlib import Path
from tempfile import TemporaryDirectory

from safetensors.torch import save_file

from methods.catalog import families, find_variant
from methods.errors import CatalogError
from methods.family import Package, load
from methods.weights import MANIFEST, WEIGHTS_DIR, Entry, put_in_place, read_manifest, sha256_of
from methods.writing import write_whole


def packages() -> dict[str, Package]:
    """Those of all families, by variant."""
    return {name: package for family in families() for name, package in family.packages.items()}


def import_reference(name: str, archive: Path, folder: Path = WEIGHTS_DIR) -> Path:
    """Write `folder/NAME.safetensors` from the reference's package and enter it in `folder/manifest.json`.

    Metrics already in the manifest stay only where the file comes out the same, byte for byte.
    Raises CatalogError for an unknown reference and WeightsError for a wrong archive.
    """
    known = packages()
    if name not in known:
        raise CatalogError(f"There is no reference {name!r}; choose from: {', '.join(known)}.")
    reference, variant = known[name], find_variant(name)
    state = load(reference.read)(archive)
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
