"""`python -m methods train`: train variants by a recipe."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
import yaml
from rich.console import Console
from rich.progress import Progress, TextColumn

from methods.cli.common import PROGRESS
from methods.errors import SettingsError
from methods.writing import write_text

if TYPE_CHECKING:
    from methods.training.task import Task

FOREIGN = (".pt", ".pth")  # endings of PyTorch checkpoints
TrainedArgument = Annotated[
    list[str],
    typer.Argument(metavar="NAME...", help="Variants; several of the small ones learn from the same batches."),
]
DataOption = Annotated[Path, typer.Option(help="Folder that holds the data sets which the recipe names.")]
RecipeOption = Annotated[str, typer.Option(help="Name of a recipe of these variants, or a YAML file.")]
ChangeOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="ENTRY=VALUE", help="Change an entry of the recipe, as stages.0.epochs=2; repeatable."
    ),
]


def train(
    variants: TrainedArgument,
    data: DataOption,
    recipe: RecipeOption,
    output: Annotated[Path | None, typer.Option(help="Folder to keep it in; default runs/VARIANTS-RECIPE.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint in the folder.")] = False,
    weights: Annotated[
        Path | None,
        typer.Option(
            help="safetensors to start from, or a folder: another training's, whose best are taken, or published ones."
            " Or a checkpoint of a detector whose body a method takes, as yolov5s6.pt for kapao-s."
        ),
    ] = None,
    assignments: ChangeOption = None,
    device: Annotated[str, typer.Option(help="auto or cpu.")] = "auto",
) -> None:
    """Train variants; keeps checkpoint, metrics, curves (report.html) and the best weights in one folder."""
    # Imported here, so that the other commands and --help start without torch.
    from methods.data.decoded import DecodedImages
    from methods.training.recipe import find_recipe, read_recipe
    from methods.training.report import REPORT
    from methods.training.sources import check_skeleton, read_mixture, read_validation
    from methods.training.tasks import create_tasks
    from methods.training.trainer import CHECKPOINT, COMMAND, RECIPE, Trainer, best_score, create_accelerator

    found = find_recipe(variants, recipe)
    output = output or Path("runs") / f"{'+'.join(variants)}-{found.stem}"
    if not resume and (output / CHECKPOINT).is_file():
        raise SettingsError(f"{output} holds a training already; add --resume to go on or give another --output.")
    if resume and weights is not None:
        raise SettingsError(f"--resume goes on with the weights in {output}; leave out --weights {weights}.")
    if resume and assignments:
        raise SettingsError(f"--resume goes on with the recipe in {output}; leave out --set {assignments[0]}.")
    # A resumed training keeps its own recipe, whatever became of the file it came from.
    chosen = read_recipe(output / RECIPE if resume else found, assignments or ())
    tasks = create_tasks(variants, chosen)
    started = start_from(tasks, weights) if weights is not None else []
    trainer = Trainer(tasks, chosen, create_accelerator(chosen, device))
    console = Console(quiet=not trainer.accelerator.is_main_process)
    for name in variants:
        console.print(f"{name} starts from {weights if name in started else 'random weights'}.")
    if resume:
        trainer.resume(output)
        console.print(f"Going on after epoch {trainer.epoch} of {chosen.epochs}.")
    elif trainer.accelerator.is_main_process:
        output.mkdir(parents=True, exist_ok=True)
        write_text(output / RECIPE, yaml.safe_dump(chosen.model_dump(mode="json"), sort_keys=False))
        processes = trainer.accelerator.num_processes
        write_text(output / COMMAND, command_text(variants, recipe, weights, assignments or (), processes))
    mixture, validation = read_mixture(data, chosen), read_validation(data, chosen)
    for each in (mixture, validation):
        check_skeleton(each, [task.variant for task in tasks])
    with Progress(TextColumn("{task.description}"), *PROGRESS, console=console) as bars:
        reading = bars.add_task("decoding images", total=len(mixture))
        decoded = DecodedImages(mixture.images, int(chosen.decoded_gb * 2**30), lambda: bars.advance(reading))
        bars.remove_task(reading)
        steps = bars.add_task("")

        def on_step(done: int, total: int) -> None:
            label = f"epoch {trainer.epoch + 1} of {chosen.epochs}"
            bars.update(steps, description=label, completed=done, total=total)

        def on_epoch(entry: dict[str, Any]) -> None:
            console.print(describe(entry))

        trainer.run(mixture, decoded, validation, output, on_step, on_epoch, console.print)
    # Processes that are still connected when Python ends may abort, and the launcher would call that a failure.
    trainer.accelerator.end_training()
    measure = chosen.validation.measure
    for name in variants:
        best = f"Best validation {measure.upper()} {best_score(trainer.history, name, measure):.3f}"
        console.print(f"{name}: {best}; curves: {output / REPORT}.")


def start_from(tasks: Sequence[Task], weights: Path) -> list[str]:
    """Fill the networks with `weights`: one variant's file, or a folder of another training or of published weights.

    One variant's body may be a detector's, from a PyTorch checkpoint. Gives the names of the variants that were filled.
    Raises WeightsError where a file does not fit, SettingsError for one file and several variants or for a folder
    without weights of any.
    """
    from methods.weights import load_into

    if not weights.is_dir() and len(tasks) > 1:
        raise SettingsError(f"{weights} holds weights of one variant; give the folder of a training for several.")
    files = {task: _weights_in(weights, task.name) if weights.is_dir() else weights for task in tasks}
    found = {task: path for task, path in files.items() if path}
    if not found:
        raise SettingsError(f"{weights} holds no best weights of {' or '.join(task.name for task in tasks)}.")
    for task, path in found.items():
        if path.suffix in FOREIGN:
            _start_from_detector(task, path)
        else:
            load_into(task.network, path)
    return [task.name for task in found]


def _start_from_detector(task: Task, path: Path) -> None:
    """Fill what the variant's family takes of a detector's checkpoint; raises WeightsError."""
    from methods.catalog import family_of
    from methods.errors import WeightsError
    from methods.family import load
    from methods.importers.checkpoint import read_checkpoint

    starter = family_of(task.name).starter
    if not starter:
        raise WeightsError(f"{task.name} does not start from a detector such as {path}; give a safetensors file.")
    task.network.load_state_dict(load(starter)(read_checkpoint(path), task.variant), strict=False)


def _weights_in(folder: Path, name: str) -> Path | None:
    """Where a folder has a variant's best weights of a training, or published ones."""
    from methods.training.trainer import weights_file

    paths = (weights_file(folder, name), folder / f"{name}.safetensors")
    return next((path for path in paths if path.is_file()), None)


def command_text(
    variants: Sequence[str], recipe: str, weights: Path | None, assignments: Sequence[str], processes: int
) -> str:
    """What a model card gives to train the same again: where `DATA` is, and more than one process how, is the reader's.

    Files are named relative to the working directory where they lie below it, else by name only.
    """

    def shown(path: Path) -> str:
        return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else path.name

    launch = f" torch.distributed.run --standalone --nproc-per-node={processes} -m" if processes > 1 else ""
    chosen = shown(Path(recipe)) if recipe.endswith((".yaml", ".yml")) else recipe
    start = f" --weights {shown(weights.resolve())}" if weights is not None else ""
    changes = "".join(f" --set {shlex.quote(assignment)}" for assignment in assignments)
    return f"python -m{launch} methods train {' '.join(variants)} --recipe {chosen}{start}{changes} --data DATA"


def describe(entry: dict[str, Any]) -> str:
    """One line about an epoch, from the trainer's history."""
    losses = ", ".join(f"{name} {value:.3f}" for name, value in entry["losses"].items())
    line = f"epoch {entry['epoch']}: {losses}; {entry['images_per_second']:.0f} images/s, {entry['seconds']:.0f} s"
    for name, found in entry.get("validation", {}).items():
        line += f"; {name} AP {found['ap']:.3f} ({found['low']:.3f} to {found['high']:.3f}), AP50 {found['ap50']:.3f}"
        line += f"; F1 {found['f1']:.3f}" if "f1" in found else ""
        line += f"; AP of boxes {found['box_ap']:.3f}" if "box_ap" in found else ""
    return line
