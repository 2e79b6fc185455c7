"""`python -m methods study precision`: what bfloat16 changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console

from methods.cli.common import (
    DeviceOption,
    InputSizeOption,
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
    from methods.analysis.precision import PrecisionShift


def precision(
    name: VariantArgument,
    annotations: AnnotationsOption,
    images: ImagesOption = None,
    preset: PresetOption = Preset.DEMO,
    assignments: SetOption = None,
    weights: WeightsOption = None,
    input_size: InputSizeOption = None,
    device: DeviceOption = "auto",
    limit: LimitOption = None,
    output: OutputOption = None,
) -> None:
    """Compare bfloat16 with float32: how far keypoints move, and AP of both with the evaluation preset."""
    from methods.analysis.precision import measure_shift
    from methods.catalog import create

    data = read_annotated(annotations, images, limit, output)
    exact, half = (create(name, device, weights, input_size, way) for way in ("fp32", "bf16"))
    settings = chosen_settings(exact.Settings, preset, assignments)
    with counting(name, len(data)) as done:
        found = measure_shift(exact, half, data, settings, done, command_line())
    Console(soft_wrap=True).print(summary(found), markup=False, highlight=False)
    write_numbers(found, output)


def summary(found: PrecisionShift) -> str:
    """Three lines about a PrecisionShift."""
    return (
        f"{found.method} in bf16 against fp32 on {found.images} images of {found.data}\n"
        f"{found.near:.1%} of {found.keypoints} keypoints of {found.people} people move by less than half a pixel,"
        f" half of them by less than {found.median:.2f}\n"
        f"AP {found.ap_bf16:.4f} against {found.ap_fp32:.4f} ({found.ap_bf16 - found.ap_fp32:+.4f})"
    )
