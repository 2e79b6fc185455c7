"""Checkpoints that a method's authors published, each read by its family's own importer."""

from pathlib import Path

from methods.catalog import families, find_variant
from methods.errors import CatalogError
from methods.family import load


def import_checkpoint(source: Path, variant: str, target: Path) -> Path:
    """Write the safetensors file `target` from the authors' checkpoint `source` of a variant; executes nothing from it.

    Raises CatalogError where no family reads a checkpoint of `variant`, WeightsError where the checkpoint does not fit.
    """
    known = {name: place for family in families() for name, place in family.checkpoints.items()}
    if find_variant(variant).name not in known:
        raise CatalogError(f"There are no checkpoints of {variant} to import; choose from: {', '.join(known)}.")
    return load(known[variant])(source, variant, target)
