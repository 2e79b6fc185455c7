"""`python -m methods evaluate`: AP and AR of a variant on an annotated data set."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress, TextColumn
from rich.table import Table

from methods.cli.common import (
    PROGRESS,
    AugmentOption,
    DetectorOption,
    DeviceOption,
    InputSizeOption,
    PrecisionOption,
    Preset,
    PresetOption,
    SetOption,
    WeightsOption,
    chosen_settings,
    command_line,
    prepare_file,
)
from methods.errors import DataError, SettingsError

if TYPE_CHECKING:
    from methods.data.coco import CocoKeypoints
    from methods.evaluation.find import Store
    from methods.evaluation.processes import Processes
    from methods.evaluation.report import Report
    from methods.evaluation.run import Evaluation

DataOption = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME", help="Sample scenes by name: scenes, scenes/crowd, ...; may be repeated."),
]
VariantsArgument = Annotated[
    list[str], typer.Argument(metavar="NAME...", help="Variants, as `python -m methods variants` lists them.")
]
AnnotationFilesOption = Annotated[
    list[Path] | None,
    typer.Option("--annotations", metavar="FILE", help="COCO keypoint annotations (JSON); may be repeated."),
]
AnnotationsOption = Annotated[Path, typer.Option(metavar="FILE", help="COCO keypoint annotations (JSON).")]
ImagesOption = Annotated[
    list[Path] | None,
    typer.Option(
        metavar="DIR_OR_TAR",
        help="A folder of photos, a folder of tar files or a tar file; may be repeated."
        " Default: the folder of the annotations. With several --annotations one for each, in their order.",
    ),
]
LimitOption = Annotated[int | None, typer.Option(min=1, metavar="N", help="Only the first N images of the file.")]
BatchOption = Annotated[int, typer.Option(min=1, metavar="N", help="Images that the network sees at a time.")]
BoxesOption = Annotated[
    bool, typer.Option("--annotated-boxes", help="For a method that takes boxes: look into those of the annotations.")
]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write numbers, settings and timing as JSON.")
]
DetectionsOption = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write everybody found, in COCO's keypoint results format.")
]


ReportOption = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        help="Judge everything: report.html with interactive figures, report.json, and everybody found. A run that was"
        " stopped goes on where it was.",
    ),
]


def evaluate(
    names: VariantsArgument,
    annotations: AnnotationFilesOption = None,
    images: ImagesOption = None,
    data: DataOption = None,
    preset: PresetOption = Preset.EVALUATION,
    assignments: SetOption = None,
    weights: WeightsOption = None,
    input_size: InputSizeOption = None,
    device: DeviceOption = "auto",
    precision: PrecisionOption = "auto",
    tta: AugmentOption = False,
    detector: DetectorOption = None,
    annotated_boxes: BoxesOption = False,
    limit: LimitOption = None,
    batch_size: BatchOption = 8,
    output: OutputOption = None,
    detections: DetectionsOption = None,
    report: ReportOption = None,
) -> None:
    """Measure AP and AR of one or several methods on annotated images, as COCO does.

    Ten numbers, each with its 95 % bootstrap interval over images, which says how far another sample of such photos
    could move it. `accelerate launch --multi_gpu --num_processes N -m methods evaluate ...` shares the photos among
    processes, on one host or many, with or without graphics cards.
    """
    # Imported here, so that --help starts without torch and pandas.
    from methods.catalog import create
    from methods.evaluation import run
    from methods.evaluation.processes import launched

    for path in filter(None, (output, detections, report / "report.html" if report else None)):
        prepare_file(path)
    if weights and len(names) > 1:
        raise SettingsError("--weights is for one method; give one NAME.")
    chosen = [each[:limit] for each in chosen_data(data, annotations, images)]
    if (output or detections) and len(names) * len(chosen) > 1:
        raise SettingsError("--output and --detections are for one method on one data set; give --report for several.")
    processes = launched(device)
    console = Console(stderr=True, quiet=not processes.is_main)
    out = Console(soft_wrap=True, quiet=not processes.is_main)
    results: dict[str, dict[str, Evaluation]] = {each.name: {} for each in chosen}
    for name in names:
        with console.status(f"Loading {name}"):
            method = create(name, processes.device or device, weights, input_size, precision, tta, detector)
        settings = chosen_settings(method.Settings, preset, assignments)
        way = {"settings": settings.model_dump(), "input_size": method.input_size, "precision": precision, "tta": tta}
        way |= {"detector": detector, "annotated_boxes": annotated_boxes}
        for each in chosen:
            store = _store(report, name, weights, each, way, processes) if report else None
            with _progress(console, f"{name} on {each.name}") as progress:
                result = run.evaluate(
                    method,
                    each,
                    settings,
                    batch_size,
                    progress,
                    command_line(),
                    annotated_boxes,
                    store,
                    processes,
                )
            results[each.name][name] = result
            out.print(_summary(result), markup=False, highlight=False)
            out.print(_table(result))
    if processes.is_main:
        _write(chosen, results, output, detections, report, console)
    processes.leave()


def chosen_data(
    names: list[str] | None, annotations: list[Path] | None, images: list[Path] | None, photos: bool = True
) -> list[CocoKeypoints]:
    """Sample scenes by name and the user's own annotated images.

    One annotation file takes all `images`, several one each or none; without `photos` none are looked for. Raises
    DataError where nothing is given, or one data set twice.
    """
    from methods.data.coco import CocoKeypoints
    from methods.data.scenes import read_scenes

    files = annotations or []
    if (not names and not files) or (images and not files):
        raise DataError("Give --data NAME for sample scenes, or --annotations FILE (and --images) for your own.")
    if images and len(files) > 1 and len(images) != len(files):
        raise DataError(
            f"There are {len(files)} annotation files and {len(images)} places of images; give one --images for each,"
            " in the same order, or none where photos lie beside their annotations."
        )
    places = [images] if images and len(files) == 1 else [[place] for place in images or [f.parent for f in files]]
    own = [
        CocoKeypoints.read(file, place if photos else None, skeleton=None)
        for file, place in zip(files, places, strict=True)
    ]
    chosen = [*(read_scenes(name) for name in names or []), *own]
    known = [each.name for each in chosen]
    if len(set(known)) < len(known):
        raise DataError(f"Two data sets are called {max(known, key=known.count)}; give each once, or rename one.")
    return chosen


@contextmanager
def _progress(console: Console, label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar, and what moves it: how many photos are done, of how many."""
    with Progress(TextColumn("{task.description}"), *PROGRESS, console=console) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _store(
    report: Path, name: str, weights: Path | None, data: CocoKeypoints, way: dict[str, Any], processes: Processes
) -> Store:
    """Where what this method finds on this data set is kept."""
    from methods.evaluation.find import Store, fingerprint, results_name
    from methods.weights import resolve, sha256_of

    path = resolve(name, weights)
    about = {"method": name, "weights": sha256_of(path) if path else None, "data": data.name}
    folder = report / "found" / results_name(name, data.name)
    return Store(folder, about | {"photos": fingerprint(data)} | way, processes)


def _write(
    chosen: list[CocoKeypoints],
    results: dict[str, dict[str, Evaluation]],
    output: Path | None,
    detections: Path | None,
    report: Path | None,
    console: Console,
) -> None:
    from methods.evaluation.find import results_name

    for by_method in results.values():
        for name, result in by_method.items():
            if output:
                output.write_text(result.to_json(indent=2) + "\n", encoding="utf-8")
            kept = report / f"{results_name(name, result.data)}.json" if report else None
            for path in filter(None, (detections, kept)):
                path.write_text(json.dumps(result.detections), encoding="utf-8")
    if report:
        from methods.evaluation.report import Report, report_on

        with console.status("Judging"):
            found = [
                report_on(each, {name: one.detections for name, one in results[each.name].items()}, results[each.name])
                for each in chosen
            ]
            write_report(Report(sets=tuple(found), command=command_line()), report)
        console.print(f"Wrote {report / 'report.html'} and report.json beside it.", soft_wrap=True)


def write_report(report: Report, folder: Path) -> None:
    """Write report.json and report.html into a folder that exists."""
    from methods.figures.page import report_page

    (folder / "report.json").write_text(report.to_json(indent=1) + "\n", encoding="utf-8")
    (folder / "report.html").write_text(report_page(report), encoding="utf-8")


def _summary(result: Evaluation) -> str:
    settings = ", ".join(f"{name} {value:g}" for name, value in result.settings.items())
    timing = result.timing
    return (
        f"{result.method} on {result.data}: {result.people} people in {result.images} images;"
        f" input {result.input_size} px, {settings}.\n"
        f"Per image on {result.device}: preprocess {timing.preprocess:.1f}, forward {timing.forward:.1f},"
        f" postprocess {timing.postprocess:.1f} ms."
    )


def _table(result: Evaluation) -> Table:
    from methods.evaluation.ap import score_text

    table = Table("Measure", "Value", f"{result.interval.level:.0%} interval")
    for row in result.to_pandas().itertuples():
        undefined = math.isnan(row.value)
        interval = "-" if undefined else f"{score_text(row.low)} to {score_text(row.high)}"
        table.add_row(row.measure, score_text(row.value), interval)
    return table
