"""What several commands share: options, settings from the command line, and errors as one red sentence."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.text import Text
from typer.core import TyperGroup

from methods.errors import CatalogError, FormField, SettingsError, WorkbenchError, sentence_of
from methods.writing import write_text

if TYPE_CHECKING:
    from pydantic import BaseModel

    from methods.settings import Settings

PROGRESS = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
OPTIONS = {  # where messages say that a field is set
    FormField.CATEGORY: "with --category NAME",
    FormField.SKELETON: "with --skeleton NAME",
    FormField.SPLIT: "with --split NAME",
    FormField.RESULTS_SKELETON: "with --results-skeleton NAME",
}
FAILED, WRONG_USAGE = 1, 2  # exit codes; the second is also what typer ends with


class Preset(StrEnum):
    DEMO = "demo"
    EVALUATION = "evaluation"


class Format(StrEnum):
    JSON = "json"
    CSV = "csv"
    PNG = "png"


VariantArgument = Annotated[
    str, typer.Argument(metavar="NAME", help="Variant, as `python -m methods variants` lists them.")
]
DeviceOption = Annotated[str, typer.Option(help="auto (CUDA, then MPS, then CPU), cpu, mps, cuda or cuda:N.")]
WeightsOption = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Safetensors file in place of the published weights.")
]
InputSizeOption = Annotated[
    int | None, typer.Option(metavar="PIXELS", help="Longer side of the network's input; default: the variant's own.")
]
PrecisionOption = Annotated[
    str,
    typer.Option(
        help="auto (fp16 on CUDA, fp32 elsewhere), fp32 or bf16 (faster on some processors, which `benchmark predict` "
        "tells; some keypoints move by more than half a pixel)."
    ),
]
AugmentOption = Annotated[
    bool,
    typer.Option(
        "--tta", help="Test-time augmentation: look several times, scaled and mirrored (KAPAO, HybridPose, PoseDet)."
    ),
]
DetectorOption = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Variant whose boxes a method looks into that takes boxes; default: its own."),
]
NoFilterOption = Annotated[
    bool,
    typer.Option("--no-filter", help="Refine every box that is given, without choosing among them (DetPoseNet)."),
]
PresetOption = Annotated[
    Preset, typer.Option(help="demo: few ghosts, for looking. evaluation: the paper's values, for AP.")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="SETTING=VALUE", help="Change one setting of the preset; may be repeated."),
]


class Commands(TyperGroup):
    """Shows an error meant for the user as one red line on standard error, never as a traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except WorkbenchError as error:
            complain(Console(stderr=True), sentence_of(error, OPTIONS))
            # The name of a method or setting is usage; everything else failed while working.
            raise typer.Exit(WRONG_USAGE if isinstance(error, CatalogError | SettingsError) else FAILED) from None
        except ModuleNotFoundError as error:
            if error.name != "accelerate":
                raise
            complain(
                Console(stderr=True), "Training and several processes need accelerate; run: pip install accelerate"
            )
            raise typer.Exit(FAILED) from None


def command_line() -> str:
    """The command that is running, to be kept beside the numbers that it makes."""
    return shlex.join(["python", "-m", "methods", *sys.argv[1:]])


def complain(console: Console, sentence: str) -> None:
    """Print one red line, whatever brackets a file name in it has."""
    console.print(Text(sentence, style="red"), soft_wrap=True)


def chosen_settings(family: type[Settings], preset: Preset, assignments: list[str] | None) -> Settings:
    """The preset with every `name=value` applied; raises SettingsError naming the settings there are."""
    settings = family.demo() if preset is Preset.DEMO else family.evaluation()
    changes = {}
    for assignment in assignments or []:
        name, equals, value = assignment.partition("=")
        if not equals:
            known = ", ".join(control.name for control in family.controls())
            raise SettingsError(f"--set takes SETTING=VALUE, not {assignment!r}; the settings are {known}.")
        changes[name.strip()] = value.strip()
    return settings.model_copy(update=changes)


def prepare_file(path: Path, inputs: Iterable[Path] = ()) -> None:
    """Make the folder of a file to be written, so that a wrong name fails before the long work.

    Raises SettingsError where it cannot be written, or is one of the files that are read.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"The folder {path.parent} cannot be made ({error.strerror}); give another file name."
        ) from None
    if path.is_dir():
        raise SettingsError(f"{path} is a folder; give the name of a file to write.")
    if path.resolve() in {each.resolve() for each in inputs}:
        raise SettingsError(f"{path} is read and would be overwritten; give another file name.")


def write_numbers(found: BaseModel, path: Path | None) -> None:
    """Write all numbers as JSON, where a file is asked for."""
    if path:
        write_text(path, found.model_dump_json(indent=2) + "\n")
