"""`python -m methods study visibility` and `visibility-filter`: Tables 1 to 4 of the visibility metamodel."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Column, Table

from methods.cli.common import (
    DeviceOption,
    Preset,
    PresetOption,
    SetOption,
    VariantArgument,
    WeightsOption,
    chosen_settings,
    command_line,
    write_numbers,
)
from methods.cli.evaluate import AnnotationsOption, ImagesOption, LimitOption, OutputOption
from methods.cli.study.measuring import counting, read_annotated

if TYPE_CHECKING:
    from methods.metrics.visibility import StateScores, VisibilityScores
    from methods.visibility.studies import FilterEffect

JudgeArgument = Annotated[str, typer.Argument(metavar="NAME", help="A variant of the visibility metamodel.")]
FilterWeightsOption = Annotated[
    Path | None,
    typer.Option("--weights", metavar="FILE", help="Safetensors file of the filter; default: published."),
]
FilterOption = Annotated[str, typer.Option("--filter", metavar="NAME", help="A variant of the visibility metamodel.")]


def visibility(
    annotations: AnnotationsOption,
    name: JudgeArgument = "visibility-n",
    images: ImagesOption = None,
    weights: WeightsOption = None,
    device: DeviceOption = "auto",
    limit: LimitOption = None,
    output: OutputOption = None,
) -> None:
    """How well absent, occluded and visible keypoints are told apart in the annotated boxes: F1, ROC AUC,
    calibration."""
    from methods.analysis.visibility import measure_visibility
    from methods.catalog import create

    data = read_annotated(annotations, images, limit, output)
    method = create(name, device, weights, detector="")
    with counting(name, len(data)) as done:
        found = measure_visibility(method, data, done, command_line())
    out = Console(soft_wrap=True)
    out.print(summary(found), markup=False, highlight=False)
    out.print(_state_table(found))
    write_numbers(found, output)


def visibility_filter(
    name: VariantArgument,
    annotations: AnnotationsOption,
    judge: FilterOption = "visibility-n",
    images: ImagesOption = None,
    preset: PresetOption = Preset.DEMO,
    assignments: SetOption = None,
    weights: FilterWeightsOption = None,
    device: DeviceOption = "auto",
    limit: LimitOption = None,
    output: OutputOption = None,
) -> None:
    """What leaving out absent keypoints changes in precision and recall of a method's keypoints (mAPK), body part by
    part.

    And whether a score that combines the method's confidence with the filter's does better than the filter alone.
    """
    from methods.catalog import create
    from methods.visibility.filter import VisibilityFilter
    from methods.visibility.studies import measure_filter

    data = read_annotated(annotations, images, limit, output)
    method, filtering = create(name, device), VisibilityFilter(judge, device, weights)
    settings = chosen_settings(method.Settings, preset, assignments)
    with counting(name, len(data)) as done:
        found = measure_filter(method, filtering, data, settings, done, command_line())
    out = Console(soft_wrap=True)
    out.print(_part_table(found))
    out.print(effect(found), markup=False, highlight=False)
    write_numbers(found, output)


def summary(found: VisibilityScores) -> str:
    """Two lines about a VisibilityScores."""
    return (
        f"{found.method} in the annotated boxes of {found.people} people in {found.images} images of {found.data}:"
        f" total F1 {found.all.total:.3f} ({found.total_low:.3f} to {found.total_high:.3f})\n"
        f"Labelled against not labelled: ROC AUC {found.auc:.3f};"
        f" confidence is off by {found.calibration_error:.3f} on average"
    )


def effect(found: FilterEffect) -> str:
    """Three lines about a FilterEffect."""
    precision, recall = found.hard
    return (
        f"All keypoints together: the filter leaves precision {precision:.3f} at recall {recall:.3f}\n"
        f"At that recall the best keypoints have precision {found.own_cut.precision:.3f} by {found.method}'s scores,"
        f" {found.combined_cut.precision:.3f} by the combined ones\n"
        f"Average precision over all recalls {found.own_cut.average_precision:.3f} and"
        f" {found.combined_cut.average_precision:.3f}"
    )


def _state_table(found: VisibilityScores) -> Table:
    from methods.types import VISIBILITY_STATES

    numbers = (
        Column(name.capitalize(), justify="right") for name in (*VISIBILITY_STATES, "total", "accuracy", "keypoints")
    )
    table = Table(Column("F1", no_wrap=True), *numbers, box=SIMPLE_HEAD, pad_edge=False)
    for keypoint, scores in (*found.by_keypoint.items(), ("all", found.all)):
        table.add_row(keypoint.replace("_", " "), *_state_cells(scores))
    return table


def _state_cells(scores: StateScores) -> list[str]:
    from methods.metrics.ap import score_text

    values = [*scores.f1.values(), scores.total, scores.accuracy]
    return [*map(score_text, values), str(scores.keypoints)]


def _part_table(found: FilterEffect) -> Table:
    from methods.metrics.ap import score_text

    ways = (found.plain, found.without_absent, found.without_occluded)
    titles = ("as is", "non-0", "visible") * 2
    columns = (Column(title, justify="right") for title in titles)
    caption = "non-0: without absent keypoints. visible: without occluded ones too."
    heading = f"{found.method}, mAPK: precision (left) and recall (right)"
    table = Table(Column("Part", no_wrap=True), *columns, title=heading, caption=caption, box=SIMPLE_HEAD)
    for part in (*found.plain.parts, "mean"):
        scores = [way.parts.get(part, way.mean) for way in ways]
        cells = [*(one.precision for one in scores), *(one.recall for one in scores)]
        table.add_row(part, *map(score_text, cells))
    return table
