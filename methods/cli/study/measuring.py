"""What every study does around its measurement: options, annotated images in, a bar while it runs, numbers out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import Progress
from rich.table import Column, Table

from methods.cli.common import (
    PROGRESS,
    AugmentOption,
    DetectorOption,
    DeviceOption,
    InputSizeOption,
    Preset,
    PresetOption,
    SetOption,
    WeightsOption,
    chosen_settings,
    command_line,
    prepare_file,
    write_numbers,
)
from methods.cli.evaluate import AnnotationsOption, ImagesOption, LimitOption, OutputOption
from methods.family import PaperStudy, load

if TYPE_CHECKING:
    from methods.analysis.study import Study, TextTable
    from methods.data.coco import CocoKeypoints

TABLE_WIDTH = 140  # characters
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="A variant of the family that the study is about.")]


def study_command(study: PaperStudy, default: str) -> Callable[..., None]:
    """The command of a family's study, of the variant `default` unless another is named."""

    def command(
        annotations: AnnotationsOption,
        name: NameArgument = default,
        images: ImagesOption = None,
        preset: PresetOption = Preset.DEMO if study.looking else Preset.EVALUATION,
        assignments: SetOption = None,
        weights: WeightsOption = None,
        input_size: InputSizeOption = None,
        device: DeviceOption = "auto",
        tta: AugmentOption = False,
        detector: DetectorOption = None,
        limit: LimitOption = None,
        output: OutputOption = None,
    ) -> None:
        from methods.catalog import create

        data = read_annotated(annotations, images, limit, output)
        method = create(name, device, weights, input_size, test_time_augmentation=tta, detector=detector)
        settings = chosen_settings(method.Settings, preset, assignments)
        with counting(name, len(data)) as done:
            measure = load(study.measure)
            found = measure(method, data, settings=settings, progress=done, command=command_line())
        show(found)
        write_numbers(found, output)

    command.__doc__ = study.help
    return command


def read_annotated(
    annotations: Path, images: list[Path] | None, limit: int | None, output: Path | None
) -> CocoKeypoints:
    """The first `limit` annotated images, which lie beside the annotations unless `images` says where.

    First makes sure that `output` can be written. Raises DataError or SettingsError.
    """
    from methods.data.formats import read_annotations
    from methods.skeletons import COCO17

    if output:
        prepare_file(output)
    return read_annotations(annotations, images, COCO17)[:limit]


@contextmanager
def counting(label: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error, and what moves it: how many of `total` images are done."""
    with Progress(*PROGRESS, console=Console(stderr=True)) as bar:
        task = bar.add_task(label, total=total)
        yield lambda done: bar.update(task, completed=done)


def show(found: Study) -> None:
    """Print what a study found."""
    out = Console(soft_wrap=True)
    for text in (found.heading(), *found.sentences()):
        out.print(text, markup=False, highlight=False)
    for one in found.tables():
        show_table(one)


def show_table(found: TextTable) -> None:
    """Print a table; a narrow terminal breaks its lines, which loses no number."""
    first, *others = found.columns
    columns = (Column(name, justify="right", no_wrap=True) for name in others)
    table = Table(Column(first, no_wrap=True), *columns, box=SIMPLE_HEAD, pad_edge=False)
    for row in found.rows:
        table.add_row(*row)
    Console(soft_wrap=True, width=max(Console().width, TABLE_WIDTH)).print(table)
