"""Data sets on the bench of Trade-offs and Failures: sample scenes, or what a visitor gives. Nothing is written."""

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from app.bench import Bench, Run
from app.limits import BENCH_JSON, BENCH_MEMORY, BENCH_PAIRS, BENCH_PHOTOS, BENCH_RESULTS, LOCAL
from app.models import offered
from app.samples import TITLES
from app.session.judged import metamodel
from app.session.store import Store
from methods.data.coco import CocoKeypoints
from methods.data.scenes import NAME, read_scenes
from methods.errors import DataError
from methods.evaluation.detections import BEST, parse_results
from methods.evaluation.scene_results import RESULTS, Detection, find_and_judge, read_scene_results
from methods.method import Method
from methods.skeletons import COCO17

OWN = "Your own data"
SETS = [("All graded scenes", NAME), *((title, f"{NAME}/{name}") for name, title in TITLES.items())]
DETECTION_BYTES, PERSON_BYTES = 5000, 4000  # about what one takes as a dictionary and in arrays
NO_ANNOTATIONS = "Give one COCO keypoint annotation file (.json) with the photos or results; {count} were given."
NOTHING_TO_COMPARE = "Give photos (a .zip) for the methods to look at, or results files (.json), with the annotations."


@dataclass(frozen=True, eq=False)
class Given:
    """A visitor's bench in the store."""

    bench: Bench

    @property
    def nbytes(self) -> int:
        """About how much memory it takes."""
        people = sum(len(image.people) for image in self.bench.data)
        return PERSON_BYTES * people + DETECTION_BYTES * sum(len(run.detections) for run in self.bench.runs.values())


GIVEN: Store[Given] = Store(BENCH_MEMORY)


@cache
def scenes_bench(name: str = NAME) -> Bench:
    """The kept results of the offered methods on the sample scenes called `name`.

    Raises DataError where the scenes are not there.
    """
    data = read_scenes(name)
    known = {image.image_id for image in data}
    chosen = {method: [each for each in found if each["image_id"] in known] for method, found in every_result().items()}
    return Bench(data, True, {method: Run.of(data, found) for method, found in chosen.items()})


def kept() -> list[str]:
    """The offered methods whose results on the scenes are kept."""
    return [name for name in offered() if (RESULTS / f"{name}.json.gz").is_file()]


@cache
def every_result() -> dict[str, list[Detection]]:
    """The kept results of all scenes by method."""
    return {name: read_scene_results(name) for name in kept()}


def read_given(
    files: Sequence[Path],
    folder: str,
    methods: Mapping[str, Method],
    progress: Callable[[float, str], None],
) -> Bench:
    """A bench of uploaded files: annotations, and a zip file of photos, results files or both.

    `folder` names photos on this machine instead, where the page is LOCAL. The methods run on photos where there are no
    results files; `progress` gets the share of that which is done, and what is being done.
    Raises DataError, one sentence.
    """
    for file in files:
        if file.suffix.lower() != ".zip" and file.stat().st_size > BENCH_JSON:
            raise DataError(f"{file.name} has more than {BENCH_JSON / 1e6:.0f} MB; give a smaller part of it.")
    zips = [file for file in files if file.suffix.lower() == ".zip"]
    others = [file for file in files if file not in zips]
    annotations = [file for file in others if _opens_with(file, b"{")]
    if len(annotations) != 1:
        raise DataError(NO_ANNOTATIONS.format(count=len(annotations)))
    photos = [*zips, *([_local_folder(folder)] if folder.strip() else [])]
    data = _read_data(annotations[0], photos)
    results = {file.stem: parse_results(file.read_bytes(), file.name) for file in others if file not in annotations}
    if sum(len(found) for found in results.values()) > BENCH_RESULTS:
        raise DataError(f"The results files name more than {BENCH_RESULTS:,} people; give fewer files or photos.")
    if not results:
        results = _run(data, bool(photos), methods, progress)
    for name, found in results.items():
        _check_pairs(data, name, found)
    return Bench(data, bool(photos), {name: Run.of(data, found) for name, found in results.items()})


def _run(
    data: CocoKeypoints,
    photos: bool,
    methods: Mapping[str, Method],
    progress: Callable[[float, str], None],
) -> dict[str, list[Detection]]:
    model = metamodel()
    if not photos or not methods or model is None:
        raise DataError(NOTHING_TO_COMPARE)
    if data.skeleton != COCO17:
        raise DataError(
            f"The methods here find {len(COCO17)} joints, {data.name} has {len(data.skeleton)}; give results."
        )
    if len(data) > BENCH_PHOTOS:
        raise DataError(f"The annotations are about {len(data)} photos; the methods look at {BENCH_PHOTOS} at most.")
    found = {}
    for number, (name, method) in enumerate(methods.items()):

        def tell(done: int, total: int, number: int = number, name: str = name) -> None:
            progress((number + done / total) / len(methods), name)

        found[name] = find_and_judge(method, model, data.images, tell)
    return found


def _check_pairs(data: CocoKeypoints, name: str, results: Sequence[Detection]) -> None:
    """Refuse what would take too much memory to match: every detection is compared with everybody in its photo."""
    found = Counter(result["image_id"] for result in results)
    pairs = sum(min(found[image.image_id], BEST) * len(image.people) for image in data)
    if pairs > BENCH_PAIRS:
        raise DataError(f"{name} would be compared with too many people of a photo; give photos of smaller crowds.")


def _read_data(annotations: Path, photos: Sequence[Path]) -> CocoKeypoints:
    try:
        data = CocoKeypoints.read(annotations, photos or None, skeleton=None)
    except DataError as error:
        # Where an upload lies on the server is nobody's business.
        raise DataError(str(error).replace(str(annotations.parent) + os.sep, "")) from None
    if not len(data):
        raise DataError(f"{annotations.name} has no images; give annotations of at least one.")
    return replace(data, name=annotations.name)


def _local_folder(folder: str) -> Path:
    if not LOCAL:
        raise DataError("A folder can be named only where the workbench runs on your own machine; give a zip file.")
    return Path(folder.strip()).expanduser()


def _opens_with(file: Path, letter: bytes) -> bool:
    with file.open("rb") as opened:
        return opened.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == letter
