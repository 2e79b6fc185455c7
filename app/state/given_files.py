"""What the files are that a visitor gives as a data set: told by their content, after all of them were weighed."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.limits import DATASET_JSON, DATASET_METHODS, DATASET_PARSED
from app.server.gate import Upload
from methods.data.formats import detect
from methods.data.formats.bounds import check_bounds, check_size
from methods.data.formats.files import Files
from methods.data.formats.format import AnnotationFormat, ResultsFormat
from methods.errors import DataError

ZIP = ".zip"
NO_ANNOTATIONS = (
    "Give one set of annotations, COCO's JSON file or a zip file of a whole YOLO set, with the images or results;"
    " {count} were given{which}."
)


@dataclass(frozen=True)
class GivenFiles:
    """Annotations, results, and zip files that hold images; `notes` are sentences for the report."""

    annotations: Files
    results: list[Files]
    images: list[Upload]
    notes: list[str]


def sort_files(given: Sequence[Upload]) -> GivenFiles:
    """Tell what each file is. A zip file of images may hold annotations or results too; its annotations do not count
    where others are given by themselves.

    Raises DataError where files are too many or too large, unreadable, or not one of them is the annotations.
    """
    uploads = list(dict.fromkeys(given))  # the drop zone adds to its list, also what is in it already
    if len(uploads) > DATASET_METHODS + 1:
        raise DataError(
            f"{len(uploads)} files were given; give annotations and results of up to {DATASET_METHODS} methods."
        )
    opened: list[Files] = []
    for each in uploads:
        opened.append(open_upload(each, DATASET_JSON, sum(map(_packed, opened))))
    check_bounds(opened, DATASET_JSON, DATASET_PARSED)
    found = [detect(each) for each in opened]
    known = any(isinstance(each, AnnotationFormat) for each in found)
    kinds = [type(each) if each else _kind(files, known) for files, each in zip(opened, found, strict=True)]
    images = [upload for upload, files in zip(uploads, opened, strict=True) if files.under("")]
    annotations = [files for files, kind in zip(opened, kinds, strict=True) if kind is AnnotationFormat]
    alone = [files for files in annotations if not files.under("")]
    if len(chosen := alone if len(alone) == 1 else annotations) != 1:
        which = [each.name for each in annotations] or [
            f"{files.name} holds {format_.title}" for files, format_ in zip(opened, found, strict=True) if format_
        ]
        raise DataError(NO_ANNOTATIONS.format(count=len(annotations), which=f" ({'; '.join(which)})" if which else ""))
    others = [each for each in annotations if each not in chosen]
    notes = [
        f"{each.name}: its images are used, its annotations are not; {chosen[0].name} has them." for each in others
    ]
    results = [files for files, kind in zip(opened, kinds, strict=True) if kind is ResultsFormat]
    return GivenFiles(chosen[0], results, images, notes)


def open_upload(upload: Upload, most: int, before: int = 0) -> Files:
    """The files in a zip file, else the one that it is; raises DataError where it has more than `most` bytes with those
    `before` it."""
    if upload.suffix.lower() == ZIP:
        return Files.open(upload)
    with upload.open() as file:
        check_size(before + file.seek(0, 2), most)
        file.seek(0)
        return Files.of_bytes(upload.name, file.read(most))


def _packed(files: Files) -> int:
    return sum(map(files.size, files.texts))


def _kind(files: Files, annotations_known: bool) -> type[AnnotationFormat] | type[ResultsFormat] | None:
    """What files of no known format are meant to be; None where they are images alone.

    A single file is results beside known annotations, else what its value looks like; its reader then says what is
    wrong.
    """
    if files.is_file:
        value = files.json(files.name, "annotations or results")
        return AnnotationFormat if isinstance(value, dict) and not annotations_known else ResultsFormat
    if files.under(""):
        return None
    raise DataError(
        f"{files.name} holds no image, and no annotations or results of a format that is known here; give COCO's JSON,"
        " a whole YOLO set, results or images."
    )
