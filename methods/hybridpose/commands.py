"""`python -m methods study self-correlation`: HybridPose's section 4.4 (Figures 6 and 7)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from methods.cli.common import (
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
from methods.cli.study.measuring import NameArgument, counting, read_annotated, show

WithoutOption = Annotated[
    str,
    typer.Option(
        "--without", metavar="NAME_OR_FILE", help="Weights trained without the loss: published ones by name, or a file."
    ),
]


def self_correlation(
    annotations: AnnotationsOption,
    name: NameArgument = "hybridpose-n",
    without: WithoutOption = "hybridpose-n-plain",
    images: ImagesOption = None,
    preset: PresetOption = Preset.DEMO,
    assignments: SetOption = None,
    weights: WeightsOption = None,
    input_size: InputSizeOption = None,
    device: DeviceOption = "auto",
    limit: LimitOption = None,
    output: OutputOption = None,
) -> None:
    """What HybridPose's self-correlation loss brings: two weights of one variant, trained without it and with it.

    The distance of equation 8, peaks and heights of the visibility maps (Figures 6 and 7), labelled keypoints told from
    others, and AP. Settings choose the people that are looked at; AP is with the evaluation preset.
    """
    from methods.catalog import create
    from methods.hybridpose.studies.self_correlation import measure_self_correlation
    from methods.weights import resolve

    data = read_annotated(annotations, images, limit, output)
    file = Path(without)
    plain = create(name, device, file if file.suffix else resolve(without), input_size)
    method = create(name, device, weights, input_size)
    settings: Any = chosen_settings(method.Settings, preset, assignments)
    names = (file.name, weights.name if weights else name)
    with counting(name, len(data)) as done:
        found = measure_self_correlation(plain, method, data, settings, names, progress=done, command=command_line())
    show(found)
    write_numbers(found, output)
