"""`python -m methods study visibility-maps`: HybridPose's ablation of section 4.4 (Figures 6 and 7)."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Column, Table

from methods.cli.common import (
    DeviceOption,
    InputSizeOption,
    Preset,
    PresetOption,
    SetOption,
    chosen_settings,
    command_line,
)
from methods.cli.evaluate import AnnotationsOption, ImagesOption, LimitOption, OutputOption
from methods.cli.study.measuring import counting, read_annotated

if TYPE_CHECKING:
    from methods.evaluation.visibility_maps import VisibilityMaps

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="A variant of HybridPose.")]
WeightsOption = Annotated[
    list[Path] | None,
    typer.Option(metavar="FILE", help="May be repeated, to compare. Default: the published weights."),
]


def visibility_maps(
    annotations: AnnotationsOption,
    name: NameArgument = "hybridpose-n",
    images: ImagesOption = None,
    preset: PresetOption = Preset.DEMO,
    assignments: SetOption = None,
    weights: WeightsOption = None,
    input_size: InputSizeOption = None,
    device: DeviceOption = "auto",
    limit: LimitOption = None,
    output: OutputOption = None,
) -> None:
    """How near the peaks of visibility maps are to the joints, and how well they tell labelled joints from others.

    Distances in cells of the maps (Figure 6 of HybridPose), visibility scores (Figure 7), and the area under the ROC
    curve of labelled against not labelled joints.
    """
    from methods.catalog import create
    from methods.evaluation.visibility_maps import measure_visibility_maps

    out = Console(soft_wrap=True)
    data = read_annotated(annotations, images, limit, output)
    results = []
    for file in weights or (None,):
        method = create(name, device, file, input_size)
        settings = chosen_settings(method.Settings, preset, assignments)
        with counting(name, len(data)) as done:
            found = measure_visibility_maps(
                method,
                data,
                settings,
                progress=done,
                weights=str(file) if file else None,
                command=command_line(),
            )
        out.print(summary(found), markup=False, highlight=False)
        out.print(_table(found))
        results.append(found)
    if output:
        output.write_text(f"[{','.join(found.model_dump_json(indent=2) for found in results)}]\n", encoding="utf-8")


def summary(found: VisibilityMaps) -> str:
    """Three lines about a VisibilityMaps."""
    everything = found.rows[-1]
    return (
        f"{found.method} ({found.weights or 'published weights'}) on {found.images} images of {found.data}:"
        f" {found.matched} of {found.people} people found\n"
        f"Peaks are {everything.distance:.2f} cells from the joints;"
        f" labelled joints score {everything.labelled.mean:.3f}, the others {everything.unlabelled.mean:.3f}\n"
        f"ROC AUC of labelled against not labelled {everything.auc:.3f}"
        f" (95% interval {found.auc_low:.3f} to {found.auc_high:.3f})"
    )


def _table(found: VisibilityMaps) -> Table:
    columns = ("Cells", "Labelled", "Score", "Quartiles", "Others", "Score", "AUC")
    numbers = (Column(name, justify="right", no_wrap=True) for name in columns)
    table = Table(Column("Joint", no_wrap=True), *numbers, box=SIMPLE_HEAD, pad_edge=False)
    for row in found.rows:
        there, others = row.labelled, row.unlabelled
        table.add_row(
            row.joint.replace("_", " "),
            _number(row.distance, 2),
            str(there.count),
            _number(there.mean),
            f"{_number(there.lower_quartile, 2)}-{_number(there.upper_quartile, 2)}",
            str(others.count),
            _number(others.mean),
            _number(row.auc),
        )
    return table


def _number(value: float, digits: int = 3) -> str:
    return "-" if math.isnan(value) else f"{value:.{digits}f}"
