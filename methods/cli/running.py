"""Several methods over several data sets for `evaluate`, kept in the report's folder as it goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import Progress, TextColumn

from methods.cli.common import PROGRESS, Preset, chosen_settings, command_line
from methods.errors import DataError
from methods.writing import write_text

if TYPE_CHECKING:
    from methods.analysis.find import Search
    from methods.analysis.processes import Processes
    from methods.analysis.report import VisibilityReport
    from methods.analysis.run import Evaluation
    from methods.data.coco import CocoKeypoints
    from methods.method import Method
    from methods.settings import Settings

FOUND = "found"  # folder, in that of the report, with a folder for each method and data set


@dataclass(frozen=True)
class RunOptions:
    """How methods are built and run: `evaluate`'s options."""

    preset: Preset
    assignments: list[str] | None
    weights: Path | None
    input_size: int | None
    device: str
    precision: str
    tta: bool
    detector: str | None
    annotated_boxes: bool
    no_filter: bool
    batch_size: int

    def create(self, name: str) -> Method:
        """Raises CatalogError or WeightsError."""
        from methods.catalog import create

        way = (self.device, self.weights, self.input_size, self.precision, self.tta, self.detector, not self.no_filter)
        return create(name, *way)

    def about(self, method: Method, settings: Settings, data: CocoKeypoints) -> dict[str, Any]:
        """All that decides what is found."""
        from methods.analysis.find import fingerprint
        from methods.catalog import find_variant
        from methods.weights import resolve, sha256_of

        path = resolve(method.name, self.weights or find_variant(method.name).weights)
        return {
            "method": method.name,
            "weights": sha256_of(path) if path else None,
            "data": data.name,
            "images": fingerprint(data),
            "settings": settings.model_dump(),
            "shown": method.Settings.demo().model_dump(),
            "input_size": method.input_size,
            "precision": self.precision,
            "tta": self.tta,
            "detector": self.detector,
            "annotated_boxes": self.annotated_boxes,
            "no_filter": self.no_filter,
        }


def run_methods(
    names: list[str],
    chosen: list[CocoKeypoints],
    way: RunOptions,
    report: Path | None,
    processes: Processes,
    console: Console,
) -> list[tuple[Evaluation, VisibilityReport]]:
    """Every method over every data set, all of the first method first.

    What a method says of visibility is measured for a report only.
    """
    from methods.analysis.find import Search
    from methods.analysis.report import VisibilityReport
    from methods.analysis.run import evaluate_together

    searches = []
    for name in names:
        with console.status(f"Loading {name}"):
            method = way.create(name)
        settings = chosen_settings(method.Settings, way.preset, way.assignments)
        searches.append(Search(method, settings, method.Settings.demo()))
    label = names[0] if len(names) == 1 else f"{len(names)} methods"
    found = []
    for data in chosen:
        kept = [_kept(search, data, way, report, processes) for search in searches]
        with _progress(console, f"{label} on {data.name}") as progress:
            results = evaluate_together(
                kept, data, way.batch_size, progress, command_line(), way.annotated_boxes, processes
            )
        visibility = [
            _visibility(search, data, console) if processes.is_main else VisibilityReport() for search in kept
        ]
        found.append(list(zip(results, visibility, strict=True)))
    return [one for of_one_method in zip(*found, strict=True) for one in of_one_method]


def _kept(search: Search, data: CocoKeypoints, way: RunOptions, report: Path | None, processes: Processes) -> Search:
    """The search with its store in the report's folder, if there is a report."""
    from methods.analysis.find import Store, results_name

    if not report:
        return search
    folder = report / FOUND / results_name(search.method.name, data.name)
    return replace(search, store=Store(folder, way.about(search.method, search.settings, data), processes))


def _visibility(search: Search, data: CocoKeypoints, console: Console) -> VisibilityReport:
    """What a method says of keypoints' visibility, measured once and kept beside what it found; for a report only."""
    from methods.analysis.report import VisibilityReport
    from methods.catalog import family_of
    from methods.family import load

    visibility, method = VisibilityReport(), search.method
    if not search.store:
        return visibility
    path = search.store.folder / "visibility.json"
    if path.is_file():
        return VisibilityReport.from_json(path.read_bytes())
    measure = family_of(method.name).visibility
    with _progress(console, f"visibility by {method.name}") as progress:

        def done(count: int) -> None:
            progress(count, len(data))

        try:
            if measure:
                visibility = VisibilityReport.of(load(measure)(method, data, progress=done))
        except DataError:  # nobody is annotated, or nobody found
            visibility = VisibilityReport()
    write_text(path, visibility.to_json())
    return visibility


@contextmanager
def _progress(console: Console, label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar, and what moves it: how many images are done, of how many."""
    with Progress(TextColumn("{task.description}"), *PROGRESS, console=console) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
