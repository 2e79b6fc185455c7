"""Images to try the workbench on: those that installed packages bring along."""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path


@dataclass(frozen=True)
class Sample:
    """An image: `name` for files and tests, `title` for people, and whom to credit under what terms."""

    name: str
    title: str
    path: Path
    credit: str


def samples() -> list[Sample]:
    """The sample images, in the order in which they are shown; one whose package is not installed is left out."""
    found = (
        ("bus", "Pedestrians and a bus", "ultralytics", "assets/bus.jpg", "Ultralytics, AGPL-3.0"),
        ("zidane", "Two men close up", "ultralytics", "assets/zidane.jpg", "Ultralytics, AGPL-3.0"),
        ("astronaut", "An astronaut, half length", "skimage", "data/astronaut.png", "NASA, public domain"),
    )
    every = [Sample(name, title, _folder(package) / file, credit) for name, title, package, file, credit in found]
    return [sample for sample in every if sample.path.is_file()]


def _folder(package: str) -> Path:
    """Where a package lies. It is only found, not imported: importing ultralytics takes seconds."""
    spec = find_spec(package)
    return Path(next(iter(spec.submodule_search_locations))) if spec and spec.submodule_search_locations else Path()
