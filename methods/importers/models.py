"""Anybody's model into the user's folder: recognised by a family, checked by loading it, then listed under a name."""

import re
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from safetensors.torch import save_file

from methods.catalog import DETECTOR, families, find_variant, variants
from methods.errors import CatalogError, DataError, WeightsError
from methods.family import Family, load
from methods.importers.checkpoint import read_checkpoint
from methods.skeletons import Skeleton
from methods.user_models import NAME, Imported, enter, models_folder
from methods.writing import write_whole


def import_model(source: str | Path, name: str, skeleton: Skeleton | None = None, detector: str | None = None) -> Path:
    """Make a foreign model one of the user's own, called `name`; where its weights are now.

    `source` is a PyTorch checkpoint or what a family's `source_importer` reads: a folder, another file, an id on the
    hub. Nothing from it is executed. `skeleton` says whose keypoints the model finds; None for what the source says or,
    where it says nothing, what `methods.skeletons.assumed` takes their number for. `detector` names the variant whose
    boxes it looks into, if it looks at one person at a time; None for what the source says.
    Raises CatalogError where the name is taken or none, or the detector is none, WeightsError where no family
    recognises the source, tensors are missing, of another shape, NaN or infinite, DataError where the skeleton has
    another number of keypoints.
    """
    source = str(source)
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
            f"{source} finds {len(found.skeleton)} keypoints, {skeleton.name} has {len(skeleton)}; give the"
            " skeleton that it was trained for."
        )
    if detector and not load(family.imported[found.kind]).takes_boxes:
        raise CatalogError(f"{source} finds people by itself and takes no boxes of {detector}; leave the detector out.")
    wanted = detector or found.detector
    if wanted and find_variant(wanted).method_class().takes_boxes:
        raise CatalogError(f"{wanted} looks into boxes itself; choose a method that finds people, such as {DETECTOR}.")
    found = found.with_skeleton(skeleton or found.skeleton).with_detector(wanted)
    folder = models_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f".importing-{name}-", dir=folder) as unfinished:
        fresh = _write(found, Path(unfinished) / name)
        load(family.imported[found.kind]).load(fresh, found.options)  # raises where tensors do not fit
        return enter(name, family, found, fresh)


def _write(found: Imported, beside: Path) -> Path:
    """The model's file, called as `beside` with the ending that it needs."""
    content = found.content
    if isinstance(content, Path):
        fresh = beside.with_name(beside.name + content.suffix)
        write_whole(fresh, lambda place: shutil.copyfile(content, place))
        return fresh
    fresh = beside.with_name(f"{beside.name}.safetensors")
    ready = {key: value.contiguous() for key, value in sorted(content.items())}
    write_whole(fresh, lambda place: save_file(ready, place, metadata={"format": "pt"}))
    return fresh


def _recognise(source: str) -> tuple[Family, Imported]:
    """The family whose network a source holds, and how it is to be built."""
    for family in families():
        if family.source_importer and (found := load(family.source_importer)(source)):
            return family, found
    checkpoint = read_checkpoint(Path(source))
    readers = [family for family in families() if family.importer]
    for family in readers:
        if found := load(family.importer)(checkpoint):
            return family, found
    raise WeightsError(
        f"{source} holds no network that can be imported; there are importers of"
        f" {', '.join(family.title for family in readers)}."
    )
