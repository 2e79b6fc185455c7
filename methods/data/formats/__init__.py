"""Formats of annotations and results: each is a module of this folder, which exports FORMAT; there is no list to edit.

`detect` tells a format by content; `read_annotations` and `read_results` read any.
"""

import importlib
import pkgutil
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TypeVar

from methods.data.coco import AS_PERSON, CocoKeypoints, ReadingOptions
from methods.data.coco_content import CocoContent
from methods.data.formats import coco, coco_results
from methods.data.formats.files import Files
from methods.data.formats.format import AnnotationFormat, ResultsFormat
from methods.data.formats.results import Results, check_results
from methods.data.zip_images import ZipSource
from methods.errors import DataError, SettingsError
from methods.skeletons import Skeleton

Kind = TypeVar("Kind", AnnotationFormat, ResultsFormat)


@cache
def formats() -> tuple[AnnotationFormat | ResultsFormat, ...]:
    """All formats, by name."""
    names = [each.name for each in pkgutil.iter_modules(__path__)]
    found = [getattr(importlib.import_module(f"{__name__}.{name}"), "FORMAT", None) for name in names]
    return tuple(sorted((each for each in found if each), key=lambda each: each.name))


def find_format(name: str) -> AnnotationFormat | ResultsFormat:
    """The format of that name; raises SettingsError naming those there are."""
    for each in formats():
        if each.name == name.strip().lower():
            return each
    raise SettingsError(f"There is no format {name!r}; choose from {', '.join(each.name for each in formats())}.")


def detect(files: Files) -> AnnotationFormat | ResultsFormat | None:
    """The format that files are of, by their content; None where they are of none, or of several."""
    found = [each for each in formats() if each.fits(files)]
    return found[0] if len(found) == 1 else None


def read_annotations(
    given: Path | Files,
    images: Path | Sequence[Path | ZipSource] | None = None,
    skeleton: Skeleton | None = None,
    options: ReadingOptions = AS_PERSON,
    with_images: bool = True,
    name: str | None = None,
) -> CocoKeypoints:
    """A data set of any format, told by its content unless `name` says it.

    `images` are as for `CocoKeypoints.read`; without any they are where the format says, or beside the file; with
    `with_images` off none is looked for. Raises DataError as `CocoKeypoints.read`, and where the files hold something
    else.
    """
    content, files = read_content(given, options, name)
    place = files.folder or files.source
    beside = content.images_at or ((place,) if isinstance(place, Path) else ())
    places = (images if images is not None else beside or None) if with_images else None
    return CocoKeypoints.of(content, places, skeleton, options).called(_short_name(files))


def read_categories(
    given: Path | Files,
    skeleton: Skeleton | None = None,
    options: ReadingOptions = AS_PERSON,
    name: str | None = None,
) -> dict[str, CocoKeypoints]:
    """As `read_annotations`, without images: a data set for each category that has keypoints, by its name."""
    content, _ = read_content(given, options, name)
    return CocoKeypoints.each_category(content, skeleton, options)


def read_results(given: Path | Files, data: CocoKeypoints | None, name: str | None = None) -> Results:
    """Results of any format, told by its content unless `name` says it, as COCO keypoint results of `data`.

    Without `data` images keep the ids or names that they have. Raises DataError where the files are of no such format,
    or nobody in them can be used.
    """
    files = given if isinstance(given, Files) else Files.open(given)
    format_ = _format(files, name, ResultsFormat, coco_results.FORMAT)
    return check_results(format_, files, data)


def read_content(
    given: Path | Files, options: ReadingOptions = AS_PERSON, name: str | None = None
) -> tuple[CocoContent, Files]:
    """What a data set's files hold, before a category is chosen, and the files; raises DataError as
    `read_annotations`."""
    files = given if isinstance(given, Files) else Files.open(given)
    return _format(files, name, AnnotationFormat, coco.FORMAT).read(files, options.split), files


def _format(files: Files, name: str | None, kind: type[Kind], usual: Kind) -> Kind:
    """The format of that name, or that which the files are of; where that is not told, the usual one, which says why
    it cannot read them. Raises DataError where they are of the other kind."""
    found = find_format(name) if name else detect(files) or usual
    wanted = "annotations" if kind is AnnotationFormat else "results"
    if found is usual and files.only_json is None and not usual.fits(files):
        known = ", ".join(each.title for each in formats() if isinstance(each, kind))
        raise DataError(f"What {files.name} holds is none of the {wanted} that are known here: {known}.")
    if not isinstance(found, kind):
        raise DataError(f"{files.name} holds {found.title}, no {wanted}; give a file or folder of {wanted}.")
    return found


def _short_name(files: Files) -> str:
    """The file and its folder, for people."""
    if not isinstance(files.source, Path):
        return files.name
    path = files.source.resolve()
    return f"{path.parent.name}/{path.name}"
