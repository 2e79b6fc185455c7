"""`python -m methods study` refinement, suppression and suppression-bound: PoseDet, section 4.4 and Figure 3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from methods.cli.common import (
    AugmentOption,
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
    from pathlib import Path

    from methods.evaluation.posedet_choices import PoseDetChoices
    from methods.evaluation.suppression_bound import SuppressionBound

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="A variant of PoseDet.")]


def refinement(
    annotations: AnnotationsOption,
    name: NameArgument = "posedet-n",
    images: ImagesOption = None,
    preset: PresetOption = Preset.EVALUATION,
    assignments: SetOption = None,
    weights: WeightsOption = None,
    input_size: InputSizeOption = None,
    device: DeviceOption = "auto",
    tta: AugmentOption = False,
    limit: LimitOption = None,
    output: OutputOption = None,
) -> None:
    """What refining brings: AP of the coarse and of the refined poses (Table 4 of PoseDet)."""
    from methods.evaluation.posedet_choices import REFINEMENT

    options = (annotations, images, preset, assignments, weights, input_size, device, tta, limit, output)
    _compare(name, REFINEMENT, *options)


def suppression(
    annotations: AnnotationsOption,
    name: NameArgument = "posedet-n",
    images: ImagesOption = None,
    preset: PresetOption = Preset.EVALUATION,
    assignments: SetOption = None,
    weights: WeightsOption = None,
    input_size: InputSizeOption = None,
    device: DeviceOption = "auto",
    tta: AugmentOption = False,
    limit: LimitOption = None,
    output: OutputOption = None,
) -> None:
    """Suppression by box overlap against OKS at several thresholds (Table 5 of PoseDet), also on crowded photos.

    A photo is crowded where CrowdPose's crowd index is above 0.1.
    """
    from methods.evaluation.posedet_choices import SUPPRESSION

    options = (annotations, images, preset, assignments, weights, input_size, device, tta, limit, output)
    _compare(name, SUPPRESSION, *options)


def suppression_bound(
    annotations: AnnotationsOption, images: ImagesOption = None, limit: LimitOption = None, output: OutputOption = None
) -> None:
    """What suppression takes from a perfect method: both kinds on the annotated people (Figure 3 of PoseDet).

    Photos by CrowdPose's crowd index: easy to 0.1, medium to 0.8, hard above.
    """
    from methods.evaluation.suppression_bound import measure_bounds

    data = read_annotated(annotations, images, limit, output)
    with Console(stderr=True).status("matching"):
        found = measure_bounds(data, command=command_line())
    Console(soft_wrap=True).print(_bounds_table(found))
    write_numbers(found, output)


def _compare(
    name: str,
    choices: dict[str, dict[str, Any]],
    annotations: Path,
    images: list[Path] | None,
    preset: Preset,
    assignments: list[str] | None,
    weights: Path | None,
    input_size: int | None,
    device: str,
    tta: bool,
    limit: int | None,
    output: Path | None,
) -> None:
    from methods.catalog import create
    from methods.evaluation.posedet_choices import compare_choices

    data = read_annotated(annotations, images, limit, output)
    method = create(name, device, weights, input_size, test_time_augmentation=tta)
    settings: Any = chosen_settings(method.Settings, preset, assignments)
    with counting(name, len(data)) as done:
        found = compare_choices(method, data, choices, settings, done, command_line())
    out = Console(soft_wrap=True)
    out.print(
        f"{found.method} on {found.images} images of {found.data}, {found.crowded_images} of them crowded",
        markup=False,
        highlight=False,
    )
    out.print(_choices_table(found))
    write_numbers(found, output)


def _choices_table(found: PoseDetChoices) -> Table:
    from methods.evaluation.ap import score_text

    table = Table("", "AP", "AP50", "AP75", "AP crowded", f"Gain over {found.rows[0].name}", "95 % interval")
    for row in found.rows:
        scores = (row.ap.ap, row.ap.ap50, row.ap.ap75)
        table.add_row(
            row.name,
            *map(score_text, scores),
            score_text(row.ap_crowded.ap) if row.ap_crowded else "-",
            f"{row.gain:+.3f}",
            f"{row.gain_low:+.3f} to {row.gain_high:+.3f}",
        )
    return table


def _bounds_table(found: SuppressionBound) -> Table:
    table = Table("Photos", "People", "Threshold", "AP, OKS", "AP, box IoU", "Lost, OKS", "Lost, box IoU")
    for row in found.rows:
        table.add_row(
            f"{row.level} ({row.images})",
            str(row.people),
            f"{row.threshold:g}",
            f"{row.ap_oks:.3f}",
            f"{row.ap_box:.3f}",
            str(row.lost_oks),
            str(row.lost_box),
        )
    return table
