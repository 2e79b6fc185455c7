"""`python -m methods study refinements`: how often DetPoseNet looks at single people (section IV-D, Figure 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Column, Table

from methods.cli.common import (
    DetectorOption,
    DeviceOption,
    InputSizeOption,
    Preset,
    PresetOption,
    SetOption,
    WeightsOption,
    chosen_settings,
    command_line,
    write_numbers,
)
from methods.cli.evaluate import AnnotationsOption, ImagesOption, LimitOption, OutputOption
from methods.cli.study.measuring import counting, read_annotated

if TYPE_CHECKING:
    from methods.evaluation.refinements import Refinements

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="A variant of DetPoseNet.")]


def refinements(
    annotations: AnnotationsOption,
    name: NameArgument = "detposenet-n",
    images: ImagesOption = None,
    preset: PresetOption = Preset.EVALUATION,
    assignments: SetOption = None,
    weights: WeightsOption = None,
    input_size: InputSizeOption = None,
    device: DeviceOption = "auto",
    detector: DetectorOption = None,
    limit: LimitOption = None,
    output: OutputOption = None,
) -> None:
    """Single-person runs per labelled person, and AP, with coarse-pose filtering and with suppression of boxes instead.

    Gain is AP over the filter's. With --detector the boxes are another method's (Figure 9 of DetPoseNet).
    """
    from methods.catalog import create
    from methods.evaluation.refinements import measure_refinements

    data = read_annotated(annotations, images, limit, output)
    method = create(name, device, weights, input_size, detector=detector)
    settings = chosen_settings(method.Settings, preset, assignments)
    with counting(name, len(data)) as done:
        found = measure_refinements(
            method,
            data,
            settings,  # type: ignore[arg-type]
            progress=done,
            command=command_line(),
        )
    out = Console(soft_wrap=True)
    out.print(summary(found), markup=False, highlight=False)
    out.print(_table(found))
    write_numbers(found, output)


def summary(found: Refinements) -> str:
    """One line about a Refinements."""
    return f"{found.method}, boxes of {found.detector}: {found.people} people in {found.images} images of {found.data}"


def _table(found: Refinements) -> Table:
    from methods.evaluation.ap import score_text

    names = ("Runs", "A person", "AP", "Gain", "95 % interval")
    numbers = (Column(name, justify="right", no_wrap=True) for name in names)
    table = Table(Column("Boxes by", no_wrap=True), *numbers, box=SIMPLE_HEAD, pad_edge=False)
    for row in found.rows:
        table.add_row(
            row.name,
            str(row.runs),
            f"{row.per_person:.2f}",
            score_text(row.ap.ap),
            f"{row.gain:+.3f}",
            f"{row.gain_low:+.3f} to {row.gain_high:+.3f}",
        )
    return table
