"""`python -m methods study keypoint-size`: KAPAO, Figure 4 (left)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from methods.cli.common import (
    DeviceOption,
    InputSizeOption,
    Preset,
    SetOption,
    chosen_settings,
    command_line,
    write_numbers,
)
from methods.cli.evaluate import AnnotationsOption, ImagesOption, LimitOption, OutputOption
from methods.cli.study.measuring import NameArgument, counting, read_annotated, show
from methods.errors import SettingsError

TrainedOption = Annotated[
    list[str],
    typer.Option("--trained", metavar="SIZE=FILE", help="Weights and the size they were trained with; several times."),
]


def keypoint_size(
    annotations: AnnotationsOption,
    trained: TrainedOption,
    name: NameArgument = "kapao-s",
    images: ImagesOption = None,
    assignments: SetOption = None,
    input_size: InputSizeOption = None,
    device: DeviceOption = "auto",
    limit: LimitOption = None,
    output: OutputOption = None,
) -> None:
    """How large the boxes of keypoint objects should be in training (Figure 4, left, of KAPAO).

    Trainings come first, as the paper's of 50 epochs: train kapao-s --recipe figure4 --set loss.keypoint_size=0.01, and
    the same with 0.025, 0.05, 0.075 and 0.1.
    """
    from methods.catalog import create
    from methods.kapao.studies import compare_keypoint_sizes

    data = read_annotated(annotations, images, limit, output)
    files = dict(map(size_and_file, trained))
    methods = {size: create(name, device, file, input_size) for size, file in files.items()}
    settings: Any = chosen_settings(next(iter(methods.values())).Settings, Preset.EVALUATION, assignments)
    with counting(name, len(data)) as done:
        found = compare_keypoint_sizes(methods, data, settings, progress=done, command=command_line())
    show(found)
    write_numbers(found, output)


def size_and_file(text: str) -> tuple[float, Path]:
    """What --trained says; raises SettingsError where it is not a share of the input and a file."""
    size, _, file = text.partition("=")
    try:
        share = float(size)
    except ValueError:
        share = 0.0
    if not (0 < share < 1 and file):
        raise SettingsError(
            f"--trained takes SIZE=FILE, as 0.05=kapao-s-best.safetensors, with a share of the input; {text!r} is none."
        )
    return share, Path(file)
