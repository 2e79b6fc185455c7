"""Methods over a data set: everybody found, kept image by image so that a stopped run goes on, shared by processes."""

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from methods.analysis.processes import Processes
from methods.analysis.shared_keypoints import share_with_methods
from methods.backbones.shared_body import clock
from methods.data.coco import AnnotatedImage, CocoKeypoints
from methods.errors import DataError, SettingsError
from methods.method import Method
from methods.settings import Settings
from methods.types import Timing
from methods.writing import write_text

ABOUT = "about.json"


@dataclass(frozen=True)
class Found:
    """What a method found in one image: COCO results, how long it took, and what a second preset gives.

    `cpu` are milliseconds of CPU time, all threads together: what other programs on the machine do not change. Both
    times are as if the method had been alone.
    """

    image_id: int
    detections: list[dict[str, Any]]
    timing: Timing
    shown: list[dict[str, Any]] = field(default_factory=list)
    cpu: float = 0.0


class Store:
    """A folder that keeps what was found: a file of JSON lines for each process, and ABOUT, which says how.

    A line that was being written when its process was stopped is left out when read.
    """

    def __init__(self, folder: Path, about: dict[str, Any], processes: Processes) -> None:
        """Open or begin it; raises SettingsError where it holds what was found in another way than `about` says."""
        self.folder = folder
        self.file = folder / f"{processes.rank}-of-{processes.count}.jsonl"
        folder.mkdir(parents=True, exist_ok=True)
        described = json.dumps(about, indent=1, sort_keys=True)
        path = folder / ABOUT
        if path.is_file() and path.read_text(encoding="utf-8") != described:
            raise SettingsError(
                f"{folder} holds what was found with other weights, settings or images; give another folder for the"
                " report, or delete this one."
            )
        processes.gather([])  # nobody writes before all have looked
        if processes.is_main:
            write_text(path, described)

    def read(self) -> dict[int, Found]:
        """Everything in the folder, by image id."""
        found = {}
        for path in sorted(self.folder.glob("*.jsonl")):
            for line in path.read_text(encoding="utf-8").splitlines():
                try:
                    entry = json.loads(line)
                except ValueError:
                    continue
                found[entry["image_id"]] = Found(**entry | {"timing": Timing(**entry["timing"])})
        return found

    def add(self, batch: list[Found]) -> None:
        """Keep what was found in some more images."""
        cut_off = self.file.is_file() and not self.file.read_bytes().endswith(b"\n")
        with self.file.open("a", encoding="utf-8") as file:
            file.write("\n" * cut_off + "".join(json.dumps(asdict(one)) + "\n" for one in batch))


def fingerprint(images: Iterable[AnnotatedImage]) -> str:
    """Which images a data set has; hexadecimal digits."""
    listed = [(image.image_id, image.file_name, image.width, image.height) for image in images]
    return hashlib.sha256(json.dumps(listed).encode()).hexdigest()


def results_name(method: str, data: str) -> str:
    """What the file of what a method found in a data set is called, without its suffix."""
    return f"{method}-on-{data}".removesuffix(".json").replace("/", "-").replace(" ", "-")


@dataclass(frozen=True)
class Search:
    """A method, the settings that decide what it finds, and where that is kept.

    `shown` are other settings with which the network's outputs are decoded as well (Found.shown).
    """

    method: Method
    settings: Settings
    shown: Settings | None = None
    store: Store | None = None


def find_people(
    searches: Sequence[Search],
    data: CocoKeypoints,
    batch_size: int = 8,
    progress: Callable[[int, int], None] = lambda done, total: None,
    annotated_boxes: bool = False,
    processes: Processes | None = None,
) -> list[list[Found]]:
    """For each search what its method finds in every image, in the data set's order; every process gets all of it.

    The searches go through the images together, batch by batch, so that methods which share a body run it once. At most
    `batch_size` images are in memory at a time; `progress` gets how many of this process's images are done and how many
    there are. A search with a `store` looks only at images that are not in it; what it finds is added batch by batch.
    An image that cannot be read is passed over: nothing is found of it, not even that nobody is there. Raises DataError
    where no image can be read or the keypoints are not those of the data set.
    """
    processes = processes or Processes()
    kept = [search.store.read() if search.store else {} for search in searches]
    holders: list[list[set[int]]] = [processes.gather([set(one)]) for one in kept]
    known = [set().union(*each) for each in holders]
    # Images of like shape one after another, so that a batch is one forward pass of one shape: over twice as fast.
    left = (image for image in data if not all(image.image_id in one for one in known))
    share = sorted(left, key=lambda one: one.height / max(one.width, 1))[processes.rank :: processes.count]
    new: list[list[Found]] = [[] for _ in searches]
    problems: list[str] = []
    for search in searches:
        share_with_methods(data, [search.method.skeleton])  # raises before the long work
    progress(0, len(share))
    for start in range(0, len(share), batch_size):
        images, pixels = _read(share[start : start + batch_size], problems)
        for search, one, found in zip(searches, known, new, strict=True):
            unknown = [pair for pair in zip(images, pixels, strict=True) if pair[0].image_id not in one]
            batch = _find(search, data, unknown, batch_size, annotated_boxes) if unknown else []
            found += batch
            if search.store:
                search.store.add(batch)
        progress(min(start + batch_size, len(share)), len(share))
    everywhere = [_gather(data, *each, processes) for each in zip(kept, new, holders, strict=True)]
    if not all(everywhere):
        raise DataError(f"No image of {data.name} can be read: {next(iter(problems), 'see the other processes')}")
    return everywhere


def _read(images: Sequence[AnnotatedImage], problems: list[str]) -> tuple[list[AnnotatedImage], list[np.ndarray]]:
    """The images that can be read, with their pixels; what is the matter with the others goes into `problems`."""
    readable, pixels = [], []
    for image in images:
        try:
            pixels.append(image.read())
        except DataError as error:
            problems.append(str(error))
        else:
            readable.append(image)
    return readable, pixels


def _find(
    search: Search,
    data: CocoKeypoints,
    batch: list[tuple[AnnotatedImage, np.ndarray]],
    batch_size: int,
    annotated_boxes: bool,
) -> list[Found]:
    """What one search finds in some images, which are given with their pixels."""
    boxes = [image.people.boxes[image.people.labelled] for image, _ in batch] if annotated_boxes else None
    method, found = search.method, []
    before, saved = time.process_time(), clock.saved_cpu
    raws = method.infer([pixels for _, pixels in batch], batch_size, boxes)
    # As if the method had been alone: with the time of a body that another one ran.
    inferred = 1000 * (time.process_time() - before + clock.saved_cpu - saved) / len(batch)
    for (image, _), raw in zip(batch, raws, strict=True):
        before = time.process_time()
        prediction = method.decode(raw, search.settings)
        cpu = inferred + 1000 * (time.process_time() - before)
        written = (image.image_id, data.category.id)
        other = method.decode(raw, search.shown).poses.to_coco(*written) if search.shown else []
        found.append(Found(image.image_id, prediction.poses.to_coco(*written), prediction.timing, other, cpu))
    return found


def _gather(
    data: CocoKeypoints, kept: dict[int, Found], new: list[Found], holders: list[set[int]], processes: Processes
) -> list[Found]:
    """What all processes have of one search, in the data set's order."""
    # Of what several processes hold only the first tells the others.
    elsewhere = set().union(*holders[: processes.rank])
    told = [one for one in kept.values() if one.image_id not in elsewhere]
    everything = {one.image_id: one for one in processes.gather(told + new)}
    return [everything[image.image_id] for image in data if image.image_id in everything]
