"""`python -m methods evaluate`: AP and AR of a variant on an annotated data set."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import Progress
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
    VariantArgument,
    WeightsOption,
    chosen_settings,
    command_line,
    prepare_file,
)
from methods.errors import DataError

if TYPE_CHECKING:
    from methods.data.coco import CocoKeypoints
    from methods.evaluation.run import Evaluation

DataOption = Annotated[
    str | None, typer.Option(metavar="NAME", help="Sample scenes instead of annotations: scenes, scenes/crowd, ...")
]
MaybeAnnotationsOption = Annotated[
    Path | None, typer.Option("--annotations", metavar="FILE", help="COCO keypoint annotations (JSON).")
]
AnnotationsOption = Annotated[Path, typer.Option(metavar="FILE", help="COCO keypoint annotations (JSON).")]
ImagesOption = Annotated[
    list[Path] | None,
    typer.Option(
        metavar="DIR_OR_TAR",
        help="A folder of photos, a folder of tar files or a tar file; may be repeated."
        " Default: the folder of the annotations.",
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


def evaluate(
    name: VariantArgument,
    annotations: MaybeAnnotationsOption = None,
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
) -> None:
    """Measure AP and AR on annotated images, as COCO does.

    Ten numbers, each with its 95 % bootstrap interval over images, which says how far another sample of such photos
    could move it.
    """
    # Imported here, so that --help starts without torch and pandas.
    from methods.catalog import create
    from methods.evaluation import run

    console = Console(stderr=True)
    for path in filter(None, (output, detections)):
        prepare_file(path)
    chosen = _chosen_data(data, annotations, images)[:limit]
    with console.status(f"Loading {name}"):
        method = create(name, device, weights, input_size, precision, tta, detector)
    settings = chosen_settings(method.Settings, preset, assignments)
    with Progress(*PROGRESS, console=console) as bar:
        task = bar.add_task(name, total=len(chosen))
        result = run.evaluate(
            method,
            chosen,
            settings,
            batch_size,
            progress=lambda done: bar.update(task, completed=done),
            command=command_line(),
            annotated_boxes=annotated_boxes,
        )
    out = Console(soft_wrap=True)
    out.print(_summary(result), markup=False, highlight=False)
    out.print(_table(result))
    if output:
        output.write_text(result.model_dump_json(indent=2) + "\n", encoding="utf-8")
    if detections:
        detections.write_text(json.dumps(result.detections), encoding="utf-8")


def _chosen_data(name: str | None, annotations: Path | None, images: list[Path] | None) -> CocoKeypoints:
    """Sample scenes by name or the user's own annotated images; raises DataError where both or neither are given."""
    from methods.data.coco import CocoKeypoints
    from methods.data.scenes import read_scenes

    if name and not annotations and not images:
        return read_scenes(name)
    if name or not annotations:
        raise DataError("Give either --data NAME for sample scenes, or --annotations FILE (and --images) for your own.")
    return CocoKeypoints.read(annotations, images or [annotations.parent])


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
