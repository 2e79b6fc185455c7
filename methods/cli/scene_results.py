"""`python -m methods scene-results`: what the published methods find in the sample scenes, kept for the page."""

from functools import partial
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, TaskID, TextColumn

from methods.cli.common import PROGRESS, DeviceOption


def scene_results(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="NAME...", help="Variants; all with published weights if none.")
    ] = None,
    device: DeviceOption = "cpu",
) -> None:
    """Run published methods on all sample scenes and keep what they find in data_samples/results.

    Do it again after weights or scenes changed; a test tells when.
    """
    from methods.analysis.scene_results import every_scene, find_and_judge, origin_of, write_results
    from methods.catalog import create
    from methods.visibility.judge import KeypointJudge
    from methods.weights import published

    console = Console(stderr=True)
    images, judge = every_scene(), KeypointJudge.published(device)
    for name in names or published():
        method = create(name, device)
        with Progress(TextColumn("{task.description}"), *PROGRESS, console=console) as bar:
            advance = partial(_advance, bar, bar.add_task(name, total=len(images)))
            found = find_and_judge(method, judge, images, advance)
        path = write_results(name, origin_of(method, images), found)
        console.print(f"Wrote {path}: {len(found)} people.", soft_wrap=True)


def _advance(bar: Progress, task: TaskID, done: int, total: int) -> None:
    bar.update(task, completed=done)
