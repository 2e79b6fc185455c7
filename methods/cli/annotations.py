"""Annotation files on the command line: which, how they are read, and what was made of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from methods.errors import DataError

if TYPE_CHECKING:
    from methods.data.annotation_reading import AnnotationReading
    from methods.data.coco import CocoKeypoints
    from methods.data.reading import Reading

DataOption = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME", help="Sample scenes by name: scenes, scenes/crowd, ...; may be repeated."),
]
AnnotationFilesOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--annotations",
        metavar="FILE",
        help="Keypoint annotations, told by content: COCO's JSON or alike, or an Ultralytics YOLO set (its data.yaml,"
        " folder or zip file); may be repeated.",
    ),
]
SplitOption = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Which part of a YOLO set: train, val or test; default: val, or what there is."),
]
CategoryOption = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help="Whose keypoints of the annotations count; default: person, or the only category there is."
    ),
]
SkeletonOption = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Which keypoints the annotations have where they do not name them: CrowdPose-14, MPII-16, Halpe-136, ...",
    ),
]
ResultsSkeletonOption = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Which keypoints the results have, where they are not those of the annotations: COCO-17, ...",
    ),
]
SigmasOption = Annotated[
    str | None,
    typer.Option(
        metavar="NUMBERS",
        help="OKS sigmas with commas between, one for each keypoint or one for all; default: those published with the"
        " skeleton, 0.05 for all of an unknown one.",
    ),
]


def chosen_data(
    names: list[str] | None,
    annotations: list[Path] | None,
    images: list[Path] | None,
    reading: AnnotationReading,
    with_images: bool = True,
) -> list[CocoKeypoints]:
    """Sample scenes by name and the user's own annotated images.

    One annotation file takes all `images`, several one each or none; without `with_images` none are looked for. Raises
    DataError where nothing is given, or one data set twice.
    """
    from methods.data.formats import read_annotations
    from methods.data.scenes import read_scenes

    files = annotations or []
    if (not names and not files) or (images and not files):
        raise DataError("Give --data NAME for sample scenes, or --annotations FILE (and --images) for your own.")
    if images and len(files) > 1 and len(images) != len(files):
        raise DataError(
            f"There are {len(files)} annotation files and {len(images)} places of images; give one --images for each,"
            " in the same order, or none where images lie beside their annotations."
        )
    each: list[list[Path] | None] = [[place] for place in images or []] or [None] * len(files)
    places = [images] if images and len(files) == 1 else each
    skeleton = reading.known_skeleton()
    own = [
        read_annotations(file, place, skeleton, reading.options(), with_images)
        for file, place in zip(files, places, strict=True)
    ]
    chosen = [*(read_scenes(name) for name in names or []), *own]
    known = [one.name for one in chosen]
    if len(set(known)) < len(known):
        raise DataError(f"Two data sets are called {max(known, key=known.count)}; give each once, or rename one.")
    return chosen


def tell_reading(out: Console, reading: Reading | None, more: Sequence[str] = ()) -> None:
    """Print what was made of the annotations, and other sentences."""
    from methods.data.reading import reading_report

    if said := reading_report(reading, more):
        out.print("\n".join(said), markup=False, highlight=False)


def each_category(
    annotations: list[Path] | None, names: list[str] | None, reading: AnnotationReading
) -> dict[str, CocoKeypoints]:
    """A data set for each category of one annotation file, where there are several, none of people and none chosen."""
    from methods.data.categories import PERSON
    from methods.data.formats import read_categories

    if names or reading.category or annotations is None or len(annotations) != 1:
        return {}
    found = read_categories(annotations[0], reading.known_skeleton(), reading.options())
    return found if len(found) > 1 and PERSON.name not in map(str.lower, found) else {}
