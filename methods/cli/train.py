"""`python -m methods train`: train a variant by a recipe."""

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from rich.console import Console
from rich.progress import Progress, TextColumn

from methods.cli.common import PROGRESS, VariantArgument
from methods.errors import SettingsError

DataOption = Annotated[Path, typer.Option(help="Folder that holds the data sets which the recipe names.")]
RecipeOption = Annotated[str, typer.Option(help="Name of a recipe of this variant, or a YAML file.")]
ChangeOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="ENTRY=VALUE", help="Change an entry of the recipe, as stages.0.epochs=2; repeatable."
    ),
]


def train(
    variant: VariantArgument,
    data: DataOption,
    recipe: RecipeOption = "small",
    output: Annotated[Path | None, typer.Option(help="Folder to keep it in; default runs/VARIANT-RECIPE.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint in the folder.")] = False,
    weights: Annotated[Path | None, typer.Option(help="safetensors to start from, e.g. another recipe's best.")] = None,
    assignments: ChangeOption = None,
    device: Annotated[str, typer.Option(help="auto or cpu.")] = "auto",
) -> None:
    """Train a variant; keeps checkpoint, metrics, curves (report.html) and the best weights in one folder."""
    # Imported here, so that the other commands and --help start without torch.
    from methods.data.decoded import DecodedImages
    from methods.training.recipe import find_recipe, read_recipe
    from methods.training.report import REPORT
    from methods.training.sources import read_mixture, read_validation
    from methods.training.tasks import create_task
    from methods.training.trainer import BEST, CHECKPOINT, COMMAND, RECIPE, Trainer, best_score, create_accelerator
    from methods.weights import load_into

    found = find_recipe(variant, recipe)
    output = output or Path("runs") / f"{variant}-{found.stem}"
    if not resume and (output / CHECKPOINT).is_file():
        raise SettingsError(f"{output} holds a training already; add --resume to go on or give another --output.")
    if resume and weights is not None:
        raise SettingsError(f"--resume goes on with the weights in {output}; leave out --weights {weights}.")
    if resume and assignments:
        raise SettingsError(f"--resume goes on with the recipe in {output}; leave out --set {assignments[0]}.")
    # A resumed training keeps its own recipe, whatever became of the file it came from.
    chosen = read_recipe(output / RECIPE if resume else found, assignments or ())
    task = create_task(variant, chosen.loss)
    if weights is not None:
        load_into(task.network, weights)
    trainer = Trainer(task, chosen, create_accelerator(chosen, device))
    console = Console(quiet=not trainer.accelerator.is_main_process)
    if resume:
        trainer.resume(output)
        console.print(f"Going on after epoch {trainer.epoch} of {chosen.epochs}.")
    elif trainer.accelerator.is_main_process:
        output.mkdir(parents=True, exist_ok=True)
        (output / RECIPE).write_text(yaml.safe_dump(chosen.model_dump(mode="json"), sort_keys=False))
        processes = trainer.accelerator.num_processes
        (output / COMMAND).write_text(command_text(variant, recipe, weights, assignments or (), processes))
    mixture, validation = read_mixture(data, chosen), read_validation(data, chosen)
    with Progress(TextColumn("{task.description}"), *PROGRESS, console=console) as bars:
        reading = bars.add_task("decoding images", total=len(mixture))
        decoded = DecodedImages(mixture.images, int(chosen.decoded_gb * 2**30), lambda: bars.advance(reading))
        bars.remove_task(reading)
        steps = bars.add_task("")

        def on_step(done: int, total: int) -> None:
            label = f"epoch {trainer.epoch + 1} of {chosen.epochs}"
            bars.update(steps, description=label, completed=done, total=total)

        trainer.run(mixture, decoded, validation, output, on_step, lambda entry: console.print(describe(entry)))
    # Processes that are still connected when Python ends may abort, and the launcher would call that a failure.
    trainer.accelerator.end_training()
    measure = chosen.validation.measure
    best = f"Best validation {measure.upper()} {best_score(trainer.history, measure):.3f}"
    console.print(f"{best}: {output / BEST}; curves: {output / REPORT}.")


def command_text(variant: str, recipe: str, weights: Path | None, assignments: Sequence[str], processes: int) -> str:
    """What a model card gives to train the same again: where `DATA` is, and more than one process how, is the reader's.

    Files are named relative to the working directory where they lie below it, else by name only.
    """

    def shown(path: Path) -> str:
        return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else path.name

    launch = f" torch.distributed.run --standalone --nproc-per-node={processes} -m" if processes > 1 else ""
    chosen = shown(Path(recipe)) if recipe.endswith((".yaml", ".yml")) else recipe
    start = f" --weights {shown(weights.resolve())}" if weights is not None else ""
    changes = "".join(f" --set {shlex.quote(assignment)}" for assignment in assignments)
    return f"python -m{launch} methods train {variant} --recipe {chosen}{start}{changes} --data DATA"


def describe(entry: dict[str, Any]) -> str:
    """One line about an epoch, from the trainer's history."""
    losses = ", ".join(f"{name} {value:.3f}" for name, value in entry["losses"].items())
    line = f"epoch {entry['epoch']}: {losses}; {entry['images_per_second']:.0f} images/s, {entry['seconds']:.0f} s"
    if "validation" in entry:
        found = entry["validation"]
        line += f"; AP {found['ap']:.3f} ({found['low']:.3f} to {found['high']:.3f}), AP50 {found['ap50']:.3f}"
        line += f"; F1 {found['f1']:.3f}" if "f1" in found else ""
    return line
