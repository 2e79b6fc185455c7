"""Anybody's model into the user's folder: recognised by a family, checked by loading it, then listed under a name."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

from safetensors.torch import save_file

from methods.catalog import families, variants
from methods.errors import CatalogError, DataError, WeightsError
from methods.family import Family, load
from methods.importers.checkpoint import read_checkpoint
from methods.skeletons import Skeleton
from methods.user_models import NAME, Imported, enter, models_folder
from methods.writing import write_whole


def import_model(source: Path, name: str, skeleton: Skeleton | None = None) -> Path:
    """Make a foreign checkpoint a model of the user's own, called `name`; where its weights are now.

    Nothing from the file is executed. `skeleton` says whose keypoints the model finds; None for what the file says or,
    where it says nothing, what `methods.skeletons.assumed` takes their number for.
    Raises CatalogError where the name is taken or none, WeightsError where no family recognises the file, tensors are
    missing, of another shape, NaN or infinite, DataError where the skeleton has another number of keypoints.
    """
    if not re.match(NAME, name):
        raise CatalogError(
            f"{name!r} is no name for a model; give at most 40 letters, digits, '.', '-' and '_', a letter or digit"
            " first."
        )
    if name in {variant.name for variant in variants()}:
        raise CatalogError(
            f"There is a method {name!r} already; choose another name, or take your own out with: python -m methods"
            f" weights remove {name}"
        )
    family, found = _recognise(source)
    if skeleton and len(skeleton) != len(found.skeleton):
        raise DataError(
            f"{source.name} finds {len(found.skeleton)} keypoints, {skeleton.name} has {len(skeleton)}; give the"
            " skeleton that it was trained for."
        )
    found = found.with_skeleton(skeleton or found.skeleton)
    folder = models_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f".importing-{name}-", dir=folder) as unfinished:
        fresh = Path(unfinished) / f"{name}.safetensors"
        ready = {key: value.contiguous() for key, value in sorted(found.content.items())}
        write_whole(fresh, lambda beside: save_file(ready, beside, metadata={"format": "pt"}))
        load(family.imported[found.kind]).load(fresh, found.options)  # raises where tensors do not fit
        return enter(name, family, found, fresh)


def _recognise(source: Path) -> tuple[Family, Imported]:
    """The family whose network a file holds, and how it is to be built."""
    checkpoint = read_checkpoint(source)
    readers = [family for family in families() if family.importer]
    for family in readers:
        if found := load(family.importer)(checkpoint):
            return family, found
    raise WeightsError(
        f"{source.name} holds no network that can be imported; there are importers of"
        f" {', '.join(family.title for family in readers)}."
    )
