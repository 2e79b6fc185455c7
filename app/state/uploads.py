"""What a visitor gives, read within the page's limits: an image, or a data set with results. Nothing is written."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from app.analysis.dataset import Dataset, Run
from app.analysis.naming import free_name, method_name
from app.analysis.reading import matched_dataset, readable
from app.limits import (
    DATASET_IMAGES,
    DATASET_MEMORY,
    DATASET_PAIRS,
    DATASET_RESULTS,
    LOCAL,
    PIXELS,
    RUN_IMAGES,
)
from app.messages import NO_METHOD
from app.models import keypoint_judge
from app.server.gate import Upload
from app.state.given_files import sort_files
from app.state.store import Store
from methods.analysis.scene_results import Detection, find_and_judge
from methods.analysis.shared_keypoints import share_with_methods
from methods.data.annotation_reading import AS_FILE_SAYS, AnnotationReading, CategoryChoice, category_choices
from methods.data.coco import AnnotatedImage, CocoKeypoints
from methods.data.formats import read_annotations, read_results
from methods.data.formats.files import Files
from methods.data.formats.results import Results
from methods.errors import DataError, ImageError
from methods.images import read_image
from methods.method import Method
from methods.metrics.detections import BEST

# What one takes as dictionary and in arrays, with all that is worked out of it; measured, and a third added.
DETECTION_BYTES, PERSON_BYTES, IMAGE_BYTES = 5000, 4000, 1500
READ = ("keypoints", "bbox", "num_keypoints")  # of a person, beside the arrays that are made of it
NOTHING_TO_COMPARE = "Give images (a .zip) for the methods to run on, or results, with the annotations."
NOT_WANTED = "Only the results files were asked for."
NOT_RUN = "The methods ticked in Compare did not run on the images: {why}"


@dataclass(frozen=True, eq=False)
class DatasetUpload:
    """A visitor's dataset in the store."""

    dataset: Dataset

    @property
    def nbytes(self) -> int:
        """About how much memory it takes."""
        return _memory(self.dataset.data, {name: run.detections for name, run in self.dataset.runs.items()})


UPLOADS: Store[DatasetUpload] = Store(DATASET_MEMORY)


def read_image_upload(upload: Upload) -> np.ndarray:
    """RGB uint8 [H, W, 3]. Raises ImageError as methods.images.read_image, and for more than PIXELS pixels."""
    with upload.open() as file:
        image = read_image(file, upload.name)
    height, width = image.shape[:2]
    if width * height > PIXELS:
        raise ImageError(
            f"{upload.name} has {width} x {height} pixels; this page takes {PIXELS / 1e6:.0f} million: make it"
            " smaller, or start the workbench on your own machine."
        )
    return image


@dataclass(frozen=True)
class DatasetForm:
    """What a visitor gives: annotations, and images, results or both, and how to read them.

    `folder` names images on this machine instead, where the page is LOCAL. `run` says whether the page's methods run on
    the images although there are results; `results_skeleton` names that of all results, empty: what they say.
    """

    files: Sequence[Upload]
    folder: str = ""
    reading: AnnotationReading = AS_FILE_SAYS
    results_skeleton: str = ""
    run: bool = True


def read_dataset(
    form: DatasetForm, methods: Mapping[str, Method], progress: Callable[[float, str], None] = lambda share, name: None
) -> Dataset:
    """A dataset of uploaded files, with a report on what was made of them.

    The methods run where there are images; where they cannot and there are results, the report says why. `progress`
    gets the share of that which is done, and what is being done. Raises WorkbenchError, one sentence.
    """
    given = sort_files(form.files)
    images: list[Path | Upload] = [*given.images, *([_local_folder(form.folder)] if form.folder.strip() else [])]
    data = _read_data(given.annotations, images, form.reading)
    found: dict[str, Results] = {}
    for each in given.results:
        found[method_name(each.name, found)] = read_results(each, data).of_skeleton(form.results_skeleton)
    if sum(len(each.found) for each in found.values()) > DATASET_RESULTS:
        raise DataError(f"The results files name more than {DATASET_RESULTS:,} people; give fewer files or images.")
    memory = _memory(data, {name: each.found for name, each in found.items()})
    if memory > DATASET_MEMORY:
        raise DataError(
            f"These files would take {memory / 1e6:.0f} MB of memory, all visitors' together may take"
            f" {DATASET_MEMORY / 1e6:.0f} MB; give fewer images or people."
        )
    if obstacle := _obstacle(data, bool(images), methods, form.run or not found):
        if not found:
            raise DataError(obstacle)
        notes = [*given.notes, *([NOT_RUN.format(why=obstacle)] if images else [])]
    else:
        data, notes = readable(data), given.notes
        for name, detections in _run(data, methods, progress).items():
            found[free_name(name, found)] = Results.of(detections, methods[name].skeleton)
    return matched_dataset(data, bool(images), found, _run_of, notes)


def offered_categories(files: Sequence[Upload]) -> list[CategoryChoice]:
    """The categories of the annotations among uploaded files; raises DataError or UploadError."""
    return category_choices(sort_files(files).annotations)


def _memory(data: CocoKeypoints, results: Mapping[str, Sequence[Detection]]) -> int:
    people = sum(len(image.people) for image in data)
    detections = sum(len(found) for found in results.values())
    return IMAGE_BYTES * len(data) + PERSON_BYTES * people + DETECTION_BYTES * detections


def _obstacle(data: CocoKeypoints, images: bool, methods: Mapping[str, Method], wanted: bool) -> str:
    """Why the methods do not run on the images, a sentence; empty where they do."""
    if images and not wanted:
        return NOT_WANTED
    if images and not methods:
        return NO_METHOD
    if not images or keypoint_judge() is None:
        return NOTHING_TO_COMPARE
    if len(data) > RUN_IMAGES:
        return f"The annotations are about {len(data)} images; the methods run on {RUN_IMAGES} at most."
    try:
        share_with_methods(data, [method.skeleton for method in methods.values()])
    except DataError as error:
        return str(error)
    return ""


def _run(
    data: CocoKeypoints, methods: Mapping[str, Method], progress: Callable[[float, str], None]
) -> dict[str, list[Detection]]:
    judge = keypoint_judge()
    assert judge is not None  # see _obstacle
    found = {}
    for number, (name, method) in enumerate(methods.items()):

        def tell(done: int, total: int, number: int = number, name: str = name) -> None:
            progress((number + done / total) / len(methods), name)

        found[name] = find_and_judge(method, judge, data.images, tell)
    return found


def _run_of(name: str, data: CocoKeypoints, results: Sequence[Detection]) -> Run:
    """Matched, unless that would take too much memory: every detection is compared with everybody in its image."""
    found = Counter(result["image_id"] for result in results)
    pairs = sum(min(found[image.image_id], BEST) * len(image.people) for image in data)
    if pairs > DATASET_PAIRS:
        raise DataError(f"{name} would be compared with too many people of an image; give images of smaller crowds.")
    return Run.of(data, results)


def _read_data(files: Files, images: Sequence[Path | Upload], reading: AnnotationReading) -> CocoKeypoints:
    data = read_annotations(files, images or None, reading.known_skeleton(), reading.options())
    if not len(data):
        raise DataError(f"{files.name} has no images; give annotations of at least one.")
    if len(data) > DATASET_IMAGES:
        raise DataError(f"{files.name} has {len(data):,} images; give annotations of at most {DATASET_IMAGES:,}.")
    return replace(data, images=tuple(_slim(image) for image in data))


def _slim(image: AnnotatedImage) -> AnnotatedImage:
    """Without fields of the file that nothing here reads, however much they hold."""
    slim = tuple({key: each[key] for key in READ if key in each} for each in image.people.annotations)
    return replace(image, note="", people=replace(image.people, annotations=slim))


def _local_folder(folder: str) -> Path:
    if not LOCAL:
        raise DataError("A folder can be named only where the workbench runs on your own machine; give a zip file.")
    return Path(folder.strip()).expanduser()
