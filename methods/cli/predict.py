"""`python -m methods predict`: poses in images and videos, written as JSON, CSV and drawn images."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress, TextColumn

from methods.cli.common import (
    FAILED,
    PROGRESS,
    AugmentOption,
    DetectorOption,
    DeviceOption,
    Format,
    InputSizeOption,
    NoFilterOption,
    PrecisionOption,
    Preset,
    PresetOption,
    SetOption,
    WeightsOption,
    chosen_settings,
    complain,
)
from methods.cli.inputs import find_images
from methods.errors import ImageError, SettingsError

if TYPE_CHECKING:
    from methods.cli.outputs import Writer
    from methods.skeletons import Skeleton

NamesArgument = Annotated[
    str,
    typer.Argument(
        metavar="NAME[,NAME...]",
        help="Variant, as `python -m methods variants` lists them, or several: kapao-n,posedet-n.",
    ),
]
InputsArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="INPUTS...", help="Image files, videos, folders (with all images below them) and quoted patterns."
    ),
]
OutputOption = Annotated[
    Path,
    typer.Option(
        "--output", "-o", metavar="FOLDER", help="Where the files go; of several variants, a folder for each."
    ),
]
FormatOption = Annotated[
    list[Format],
    typer.Option(
        "--format",
        "-f",
        help="json: predictions.json, a list in COCO's keypoint results format, and images.json, which says what image"
        " an image_id is. csv: predictions.csv, a row for each keypoint. png: the poses drawn. May be repeated.",
    ),
]
FilterOption = Annotated[
    bool,
    typer.Option("--visibility-filter", help="Judge every keypoint with visibility-n-judge and leave out wrong ones."),
]
LeaveOutOption = Annotated[
    str | None,
    typer.Option(
        metavar="WHAT",
        help="With --visibility-filter, which keypoints go: wrong, 'not in the image', hidden, 'probably misplaced' or"
        " 'not labelled'.",
    ),
]
AtMostOption = Annotated[
    str | None,
    typer.Option(
        metavar="SHARE",
        help="With --visibility-filter: of those left out at most '1 in 20' (the default), '1 in 10' or '1 in 5' was"
        " there, in images like those that were learned from.",
    ),
]
FilterThresholdOption = Annotated[
    float | None,
    typer.Option(metavar="CHANCE", help="With --visibility-filter, instead of --at-most: those of a higher chance go."),
]


def predict(
    names: NamesArgument,
    inputs: InputsArgument,
    output: OutputOption = Path("predictions"),
    formats: FormatOption = [Format.JSON],  # noqa: B006  typer wants the list itself and never changes it
    preset: PresetOption = Preset.DEMO,
    assignments: SetOption = None,
    weights: WeightsOption = None,
    input_size: InputSizeOption = None,
    device: DeviceOption = "auto",
    precision: PrecisionOption = "auto",
    tta: AugmentOption = False,
    detector: DetectorOption = None,
    no_filter: NoFilterOption = False,
    visibility_filter: FilterOption = False,
    leave_out: LeaveOutOption = None,
    at_most: AtMostOption = None,
    filter_threshold: FilterThresholdOption = None,
) -> None:
    """Find people in image files and videos.

    Of a video every frame is an image of its own, with its time in seconds, and the poses are drawn into NAME-poses.mp4
    too; with --format csv NAME-motion.csv says how each person's keypoints move and tremble, people being matched from
    frame to frame by OKS. A file that cannot be read is named in one sentence and the others go on; the exit code is
    then 1. Coordinates are pixels of the upright image; one of more than 25 megapixels is read smaller, as images.json
    says.
    """
    # Imported here, so that --help starts without torch and pandas.
    from methods.catalog import create
    from methods.cli.predicting import MethodRun, predict_image, predict_video
    from methods.video import SUFFIXES
    from methods.visibility.filter import VisibilityFilter
    from methods.visibility.judgement import WRONG

    chosen = names.split(",")
    if weights and len(chosen) > 1:
        raise SettingsError("--weights is for one method; give one NAME.")
    asked = {"--leave-out": leave_out, "--at-most": at_most, "--filter-threshold": filter_threshold}
    for option in (option for option, value in asked.items() if value is not None and not visibility_filter):
        raise SettingsError(f"{option} goes with --visibility-filter, which judges the keypoints; give both.")
    console = Console(stderr=True)
    with console.status(f"Loading {names}"):
        way = (device, weights, input_size, precision, tta, detector, not no_filter)
        methods = [create(name, *way) for name in chosen]
        way_of_filter = (leave_out or WRONG, at_most, filter_threshold, device, precision)
        keypoint_filter = VisibilityFilter(*way_of_filter) if visibility_filter else None
    filtered = {"visibility_filter": keypoint_filter.describe()} if keypoint_filter else {}
    folders = {method.name: output / method.name if len(methods) > 1 else output for method in methods}
    files, failed = find_images(inputs, folders.values()), 0
    runs = []
    for method in methods:
        settings = chosen_settings(method.Settings, preset, assignments)
        info = {"method": method.name, "input_size": method.input_size, "settings": settings.model_dump()} | filtered
        writer = _writer(folders[method.name], formats, info, files, method.skeleton)
        runs.append(MethodRun(method, settings, writer, keypoint_filter))
    with Progress(TextColumn("{task.description}"), *PROGRESS, console=console) as bar:
        for path in bar.track(files, description="Files"):
            try:
                if path.suffix.lower() in SUFFIXES:
                    predict_video(path, runs, bar)
                else:
                    predict_image(path, runs)
            except ImageError as error:
                complain(console, f"{path}: {error}")
                failed += 1
    for run in runs:
        run.writer.finish()
        _tell(run.method.name, run.writer, len(files) - failed, len(files))
    if failed:
        raise typer.Exit(FAILED)


def _writer(
    folder: Path, formats: list[Format], info: dict[str, Any], inputs: list[Path], skeleton: Skeleton
) -> Writer:
    """See Writer; raises SettingsError where the folder cannot be made."""
    from methods.cli.outputs import Writer

    try:
        return Writer(folder, set(formats), info, inputs, skeleton)
    except OSError as error:
        raise SettingsError(f"The folder {folder} cannot be made ({error.strerror}); give another --output.") from None


def _tell(name: str, writer: Writer, read: int, files: int) -> None:
    """Say how many people a method found and where they were written."""
    count = len(writer.results)
    found = f"{count} {'person' if count == 1 else 'people'} in {read} of {files} files"
    Console(soft_wrap=True).print(f"{name} found {found}; see {writer.folder}{os.sep}", markup=False, highlight=False)
