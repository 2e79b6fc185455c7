"""What every study does around its measurement: annotated images in, a bar while it runs, numbers out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import Progress

from methods.cli.common import PROGRESS, prepare_file

if TYPE_CHECKING:
    from methods.data.coco import CocoKeypoints


def read_annotated(
    annotations: Path, images: list[Path] | None, limit: int | None, output: Path | None
) -> CocoKeypoints:
    """The first `limit` annotated images, which lie beside the annotations unless `images` says where.

    First makes sure that `output` can be written. Raises DataError or SettingsError.
    """
    from methods.data.coco import CocoKeypoints

    if output:
        prepare_file(output)
    return CocoKeypoints.read(annotations, images or [annotations.parent])[:limit]


@contextmanager
def counting(label: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error, and what moves it: how many of `total` images are done."""
    with Progress(*PROGRESS, console=Console(stderr=True)) as bar:
        task = bar.add_task(label, total=total)
        yield lambda done: bar.update(task, completed=done)
