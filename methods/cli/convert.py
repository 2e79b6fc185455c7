"""`python -m methods convert`: annotations and results from one format into another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from methods.cli.annotations import CategoryOption, SkeletonOption, SplitOption, tell_reading
from methods.cli.common import prepare_file
from methods.errors import DataError, SettingsError

if TYPE_CHECKING:
    from methods.data.annotation_reading import AnnotationReading
    from methods.data.coco import CocoKeypoints
    from methods.data.formats.files import Files
    from methods.data.formats.format import AnnotationFormat, ResultsFormat

GivenArgument = Annotated[
    Path, typer.Argument(metavar="IN", help="Annotations or results: a file, folder or zip file, told by content.")
]
ToOption = Annotated[
    str,
    typer.Option(
        "--to", metavar="FORMAT", help="coco or yolo-pose; of results coco-results, alphapose, ultralytics-*."
    ),
]
FormatOption = Annotated[
    str | None, typer.Option("--format", metavar="FORMAT", help="What IN is, where its content does not tell.")
]
OutOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="OUT", help="File or folder to write; default: beside IN, called after it."),
]
OfOption = Annotated[
    Path | None,
    typer.Option("--annotations", metavar="FILE", help="Of results: the annotations that say names, ids and sizes."),
]
CopiedOption = Annotated[
    list[Path] | None,
    typer.Option("--images", metavar="DIR_OR_TAR", help="Images to put into a YOLO set; may be repeated."),
]


def convert(
    given: GivenArgument,
    to: ToOption,
    output: OutOption = None,
    format_: FormatOption = None,
    annotations: OfOption = None,
    images: CopiedOption = None,
    category: CategoryOption = None,
    skeleton: SkeletonOption = None,
    split: SplitOption = None,
) -> None:
    """Convert annotations (COCO, Ultralytics YOLO) or results (COCO, Ultralytics, AlphaPose; from MMPose, OpenPose).

    Pixels stay the same to the last digit. What cannot be used, and what the other format cannot hold, is counted and
    said. An Ultralytics set holds one category, and its labels are of use only beside images: give --images.
    """
    from methods.data.annotation_reading import AnnotationReading
    from methods.data.formats import detect, find_format, formats
    from methods.data.formats.files import Files
    from methods.data.formats.format import AnnotationFormat

    target = find_format(to)
    if target.write is None:
        known = ", ".join(each.name for each in formats() if each.write)
        raise SettingsError(f"{target.title} can be read, but not written; choose --to from {known}.")
    files = Files.open(given)
    source = find_format(format_) if format_ else detect(files)
    if source is None:
        known = ", ".join(each.name for each in formats())
        raise DataError(f"What {given} holds cannot be told by its content; say it with --format: {known}.")
    if type(source) is not type(target):
        raise SettingsError(f"{given} holds {source.title}, which cannot become {target.title}; choose another --to.")
    place = output or given.with_name(f"{given.stem}-{target.name}{'' if target.writes_folder else '.json'}")
    _prepare(place, target.writes_folder, [given, *filter(None, [annotations])])
    reading = AnnotationReading(category, skeleton, split=split)
    if isinstance(target, AnnotationFormat):
        _convert_annotations(files, source.name, target, place, reading, images)
    else:
        _convert_results(files, source.name, target, place, reading, annotations)
    Console(soft_wrap=True).print(f"Wrote {place}.", markup=False, highlight=False)


def _prepare(place: Path, is_folder: bool, inputs: list[Path]) -> None:
    prepare_file(place / "name" if is_folder else place, inputs)
    if is_folder and any(place.iterdir()):
        raise SettingsError(f"{place} has something in it already; give another folder with --output.")


def _convert_annotations(
    files: Files,
    source: str,
    target: AnnotationFormat,
    place: Path,
    reading: AnnotationReading,
    images: list[Path] | None,
) -> None:
    from methods.data.formats import read_annotations

    data = read_annotations(
        files, images, reading.known_skeleton(), reading.options(), with_images=bool(images), name=source
    )
    notes = target.write(data, place)
    tell_reading(Console(soft_wrap=True), data.reading, notes)


def _convert_results(
    files: Files, source: str, target: ResultsFormat, place: Path, reading: AnnotationReading, annotations: Path | None
) -> None:
    from methods.data.formats import coco_results, read_annotations, read_results
    from methods.data.formats.image_names import ImageNames
    from methods.data.formats.results import numbered

    data: CocoKeypoints | None = None
    if annotations:
        data = read_annotations(annotations, None, reading.known_skeleton(), reading.options(), with_images=False)
    elif target is not coco_results.FORMAT:
        raise SettingsError(
            f"{target.title} names images or needs their sizes; give --annotations FILE of the same images."
        )
    results = read_results(files, data, source)
    notes = results.sentences()
    if data is None:
        found = numbered(results.found)
        if found != results.found:
            notes.append("Without annotations images are numbered in the order of their names; file_name says whose.")
        coco_results.write_list(found, place)
    else:
        names = ImageNames(data)
        found = [each for each in results.found if each["image_id"] in names.by_id]
        if len(found) < len(results.found):
            notes.append(
                f"{len(results.found) - len(found)} results are of images that are not in {data.name}: left out."
            )
        of_category = [each for each in found if data.category.means(each.get("category_id"))]
        if target is not coco_results.FORMAT and len(of_category) < len(found):
            notes.append(f"{len(found) - len(of_category)} results are of other categories: left out.")
            found = of_category
        assert target.write
        notes += target.write(found, names, place)
    tell_reading(Console(soft_wrap=True), None, notes)
