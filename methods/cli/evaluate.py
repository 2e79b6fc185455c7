"""`python -m methods evaluate`: AP and AR of a variant on an annotated data set."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from methods.cli.annotations import (
    AnnotationFilesOption,
    CategoryOption,
    DataOption,
    SigmasOption,
    SkeletonOption,
    SplitOption,
    chosen_data,
    tell_reading,
)
from methods.cli.common import (
    AugmentOption,
    DetectorOption,
    DeviceOption,
    InputSizeOption,
    NoFilterOption,
    PrecisionOption,
    Preset,
    PresetOption,
    SetOption,
    WeightsOption,
    command_line,
    prepare_file,
)
from methods.cli.running import RunOptions, run_methods
from methods.errors import SettingsError
from methods.writing import write_text

if TYPE_CHECKING:
    from methods.analysis.report import Report, VisibilityReport
    from methods.analysis.run import Evaluation
    from methods.data.coco import CocoKeypoints

VariantsArgument = Annotated[
    list[str], typer.Argument(metavar="NAME...", help="Variants, as `python -m methods variants` lists them.")
]
AnnotationsOption = Annotated[Path, typer.Option(metavar="FILE", help="Keypoint annotations of any format.")]
ImagesOption = Annotated[
    list[Path] | None,
    typer.Option(
        metavar="DIR_OR_TAR",
        help="A folder of images, a folder of tar files or a tar file; may be repeated."
        " Default: where a YOLO set says, or the folder of the annotations. With several --annotations one for each, in"
        " their order.",
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
MarkdownOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="With --report: write it as Markdown too, and report.json beside that."),
]


def evaluate(
    names: VariantsArgument,
    annotations: AnnotationFilesOption = None,
    images: ImagesOption = None,
    data: DataOption = None,
    category: CategoryOption = None,
    skeleton: SkeletonOption = None,
    sigmas: SigmasOption = None,
    split: SplitOption = None,
    preset: PresetOption = Preset.EVALUATION,
    assignments: SetOption = None,
    weights: WeightsOption = None,
    input_size: InputSizeOption = None,
    device: DeviceOption = "auto",
    precision: PrecisionOption = "auto",
    tta: AugmentOption = False,
    detector: DetectorOption = None,
    annotated_boxes: BoxesOption = False,
    no_filter: NoFilterOption = False,
    limit: LimitOption = None,
    batch_size: BatchOption = 8,
    output: OutputOption = None,
    detections: DetectionsOption = None,
    report: ReportOption = None,
    markdown: MarkdownOption = None,
) -> None:
    """Measure AP and AR of one or several methods on annotated images, as COCO does.

    Ten numbers, each with its 95 % bootstrap interval over images, which says how far another sample of such images
    could move it. Several methods go through the images together, so that small ones run the body that they share once.
    `accelerate launch --multi_gpu --num_processes N -m methods evaluate ...` shares the images among processes, on one
    host or many, with or without graphics cards.
    """
    from methods.analysis.processes import launched
    from methods.data.annotation_reading import AnnotationReading

    reports = [report / name for name in ("report.html", "report.json")] if report else []
    for path in filter(None, (output, detections, markdown, *reports)):
        prepare_file(path, [*(annotations or ()), *filter(None, [weights])])
    if markdown and not report:
        raise SettingsError("--markdown is for a report; give --report DIR too.")
    if weights and len(names) > 1:
        raise SettingsError("--weights is for one method; give one NAME.")
    reading = AnnotationReading(category, skeleton, sigmas, split)
    chosen = [
        each.only({image.image_id for image in each[:limit]}, "beyond the limit")
        for each in chosen_data(data, annotations, images, reading)
    ]
    if (output or detections) and len(names) * len(chosen) > 1:
        raise SettingsError("--output and --detections are for one method on one data set; give --report for several.")
    processes = launched(device)
    place = processes.device or device
    way = RunOptions(
        preset,
        assignments,
        weights,
        input_size,
        place,
        precision,
        tta,
        detector,
        annotated_boxes,
        no_filter,
        batch_size,
    )
    console = Console(stderr=True, quiet=not processes.is_main)
    out = Console(soft_wrap=True, quiet=not processes.is_main)
    found = run_methods(names, chosen, way, report, processes, console)
    for result, _ in found:
        out.print(_summary(result), markup=False, highlight=False)
        out.print(_table(result))
        tell_reading(out, result.reading, [result.compared_on] if result.compared_on else [])
    if processes.is_main:
        if output:
            write_text(output, found[0][0].to_json(indent=2) + "\n")
        if detections:
            write_text(detections, json.dumps(found[0][0].detections))
        if report:
            with console.status("Judging"):
                judged = _judge(chosen, found, report)
            write_report(judged, report, markdown)
            console.print(f"Wrote {report / 'report.html'} and report.json beside it.", soft_wrap=True)
    processes.leave()


def _judge(chosen: list[CocoKeypoints], found: list[tuple[Evaluation, VisibilityReport]], folder: Path) -> Report:
    """What to say of everybody found, which is kept in the folder as COCO results."""
    from methods.analysis.find import results_name
    from methods.analysis.report import Report, report_on
    from methods.analysis.run import without_unread
    from methods.analysis.shared_keypoints import share_with_methods

    sets = []
    for data in chosen:
        results = {result.method: (result, visibility) for result, visibility in found if result.data == data.name}
        evaluations = {name: result for name, (result, _) in results.items()}
        for name, one in evaluations.items():
            write_text(folder / f"{results_name(name, data.name)}.json", json.dumps(one.detections))
        visibility = {name: visibility for name, (_, visibility) in results.items()}
        read = without_unread(data, [image_id for one in evaluations.values() for image_id in one.unread])
        shared = share_with_methods(read, [one.skeleton for one in evaluations.values()])
        detections = {
            name: shared.results(one.detections, which) for which, (name, one) in enumerate(evaluations.items())
        }
        sets.append(report_on(shared.data, detections, evaluations, visibility=visibility))
    return Report(sets=tuple(sets), command=command_line())


def write_report(report: Report, folder: Path, markdown: Path | None = None) -> None:
    """Write report.json and report.html into a folder that exists; and as Markdown, with report.json beside it."""
    from methods.analysis.report_text import report_markdown
    from methods.figures.page import report_page
    from methods.visibility.studies.measured import judged_section

    write_text(folder / "report.json", report.to_json(indent=1) + "\n")
    write_text(folder / "report.html", report_page(report))
    if markdown:
        write_text(markdown, report_markdown(report, "What the embedded weights reach", [judged_section()]))
        write_text(markdown.with_name("report.json"), report.to_json() + "\n")


def _summary(result: Evaluation) -> str:
    settings = ", ".join(f"{name} {value:g}" for name, value in result.settings.items())
    timing = result.timing
    body = f" body {timing.body:.1f} (shared by all small methods)," if timing.body else ""
    return (
        f"{result.method} on {result.data}: {result.people} people in {result.images} images;"
        f" input {result.input_size} px, {settings}.\n"
        f"Per image on {result.device}: preprocess {timing.preprocess:.1f},{body} forward {timing.forward:.1f},"
        f" postprocess {timing.postprocess:.1f} ms."
    )


def _table(result: Evaluation) -> Table:
    from methods.metrics.ap import score_text

    table = Table("Measure", "Value", f"{result.interval.level:.0%} interval")
    for row in result.to_pandas().itertuples():
        undefined = math.isnan(row.value)
        interval = "-" if undefined else f"{score_text(row.low)} to {score_text(row.high)}"
        table.add_row(row.measure, score_text(row.value), interval)
    return table
