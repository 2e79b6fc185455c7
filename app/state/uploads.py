"""What a visitor gives, read within the page's limits: an image, or a data set with results. Nothing is written."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from app.analysis.dataset import Dataset, Run
from app.analysis.naming import method_name
from app.limits import (
    DATASET_IMAGES,
    DATASET_JSON,
    DATASET_MEMORY,
    DATASET_METHODS,
    DATASET_PAIRS,
    DATASET_PARSED,
    DATASET_RESULTS,
    LOCAL,
    PIXELS,
    RUN_IMAGES,
)
from app.server.gate import Upload
from app.state.store import Store
from app.state.visibility import metamodel
from methods.analysis.scene_results import Detection, find_and_judge
from methods.data.coco import AnnotatedImage, CocoKeypoints
from methods.data.formats import read_results
from methods.data.formats.files import Files
from methods.data.json_size import check_json_size
from methods.data.json_text import plain_json
from methods.errors import DataError, ImageError
from methods.images import read_image
from methods.method import Method
from methods.metrics.detections import BEST
from methods.skeletons import COCO17

# What one takes as dictionary and in arrays, with all that is worked out of it; measured, and a third added.
DETECTION_BYTES, PERSON_BYTES, IMAGE_BYTES = 5000, 4000, 1500
READ = ("keypoints", "bbox", "num_keypoints")  # of a person, beside the arrays that are made of it
NO_ANNOTATIONS = "Give one COCO keypoint annotation file (.json) with the images or results; {count} were given."
NOTHING_TO_COMPARE = "Give images (a .zip) for the methods to run on, or results files (.json), with the annotations."


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


def read_dataset(
    files: Sequence[Upload],
    folder: str | None,
    methods: Mapping[str, Method],
    progress: Callable[[float, str], None],
) -> Dataset:
    """A dataset of uploaded files: annotations, and a zip file of images, results files or both.

    `folder` names images on this machine instead, where the page is LOCAL. The methods run on images where there are no
    results files; `progress` gets the share of that which is done, and what is being done.
    Raises DataError or UploadError, one sentence.
    """
    files = list(dict.fromkeys(files))  # the drop zone adds to its list, also what is in it already
    zips = [file for file in files if file.suffix.lower() == ".zip"]
    contents = _read_json([file for file in files if file not in zips])
    annotations = [each for each in contents if _opens_with(each[1], b"{")]
    if len(annotations) != 1:
        raise DataError(NO_ANNOTATIONS.format(count=len(annotations)))
    images: list[Path | Upload] = [*zips, *([_local_folder(folder)] if folder and folder.strip() else [])]
    data = _read_data(*annotations[0], images)
    results: dict[str, list[Detection]] = {}
    for name, content in contents:
        if (name, content) not in annotations:
            results[method_name(name, results)] = read_results(Files.of_bytes(name, content), data).found
    if sum(len(found) for found in results.values()) > DATASET_RESULTS:
        raise DataError(f"The results files name more than {DATASET_RESULTS:,} people; give fewer files or images.")
    if _memory(data, results) > DATASET_MEMORY:
        raise DataError(
            f"These files would take {_memory(data, results) / 1e6:.0f} MB of memory, all visitors' together may take"
            f" {DATASET_MEMORY / 1e6:.0f} MB; give fewer images or people."
        )
    if not results:
        results = _run(data, bool(images), methods, progress)
    for name, found in results.items():
        _check_pairs(data, name, found)
    return Dataset(data, bool(images), {name: Run.of(data, found) for name, found in results.items()})


def _memory(data: CocoKeypoints, results: Mapping[str, Sequence[Detection]]) -> int:
    people = sum(len(image.people) for image in data)
    detections = sum(len(found) for found in results.values())
    return IMAGE_BYTES * len(data) + PERSON_BYTES * people + DETECTION_BYTES * detections


def _read_json(files: Sequence[Upload]) -> list[tuple[str, bytes]]:
    """Names and contents of JSON files, which are weighed together before any is read, and again before one is parsed.

    Raises DataError where they are too many or too large.
    """
    if len(files) > DATASET_METHODS + 1:
        raise DataError(
            f"{len(files)} files were given; give annotations and results of up to {DATASET_METHODS} methods."
        )
    with ExitStack() as stack:
        opened = [(file.name, stack.enter_context(file.open())) for file in files]
        total = sum(file.seek(0, 2) for _, file in opened)
        if total > DATASET_JSON:
            raise DataError(
                f"The .json files have {total / 1e6:.0f} MB together; give at most {DATASET_JSON / 1e6:.0f} MB, of"
                " fewer images or methods."
            )
        for _, file in opened:
            file.seek(0)
        contents = [(name, plain_json(file.read(DATASET_JSON), name, DATASET_JSON)) for name, file in opened]
    check_json_size(contents, DATASET_PARSED)
    return contents


def _run(
    data: CocoKeypoints,
    images: bool,
    methods: Mapping[str, Method],
    progress: Callable[[float, str], None],
) -> dict[str, list[Detection]]:
    model = metamodel()
    if not images or not methods or model is None:
        raise DataError(NOTHING_TO_COMPARE)
    if data.skeleton != COCO17:
        raise DataError(
            f"The methods here find {len(COCO17)} keypoints, {data.name} has {len(data.skeleton)}; give results."
        )
    if len(data) > RUN_IMAGES:
        raise DataError(f"The annotations are about {len(data)} images; the methods run on {RUN_IMAGES} at most.")
    found = {}
    for number, (name, method) in enumerate(methods.items()):

        def tell(done: int, total: int, number: int = number, name: str = name) -> None:
            progress((number + done / total) / len(methods), name)

        found[name] = find_and_judge(method, model, data.images, tell)
    return found


def _check_pairs(data: CocoKeypoints, name: str, results: Sequence[Detection]) -> None:
    """Refuse what would take too much memory to match: every detection is compared with everybody in its image."""
    found = Counter(result["image_id"] for result in results)
    pairs = sum(min(found[image.image_id], BEST) * len(image.people) for image in data)
    if pairs > DATASET_PAIRS:
        raise DataError(f"{name} would be compared with too many people of an image; give images of smaller crowds.")


def _read_data(name: str, content: bytes, images: Sequence[Path | Upload]) -> CocoKeypoints:
    data = CocoKeypoints.parse(content, name, images or None, skeleton=None)
    if not len(data):
        raise DataError(f"{name} has no images; give annotations of at least one.")
    if len(data) > DATASET_IMAGES:
        raise DataError(f"{name} has {len(data):,} images; give annotations of at most {DATASET_IMAGES:,}.")
    return replace(data, images=tuple(_slim(image) for image in data))


def _slim(image: AnnotatedImage) -> AnnotatedImage:
    """Without fields of the file that nothing here reads, however much they hold."""
    slim = tuple({key: each[key] for key in READ if key in each} for each in image.people.annotations)
    return replace(image, note="", people=replace(image.people, annotations=slim))


def _local_folder(folder: str) -> Path:
    if not LOCAL:
        raise DataError("A folder can be named only where the workbench runs on your own machine; give a zip file.")
    return Path(folder.strip()).expanduser()


def _opens_with(content: bytes, letter: bytes) -> bool:
    return content[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == letter
