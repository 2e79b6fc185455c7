"""`python -m methods benchmark`: speed, measured in pairs in one run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Column, Table

from methods.cli.common import Commands, DeviceOption, command_line, prepare_file, write_numbers

if TYPE_CHECKING:
    from methods.analysis.speed.prediction import PredictionSpeed

# Before and after the network, of which the body is what all small variants share, and forward the rest.
COLUMNS = ("Before", "Body", "Forward", "After", "Forward x", "Total x")

NumbersOption = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write all numbers as JSON.")
]
ImagesOption = Annotated[int, typer.Option(min=1, help="Images of the made-up data set.")]
PeopleOption = Annotated[int, typer.Option(min=1, help="Annotations in it.")]
DetectionsOption = Annotated[int, typer.Option(min=1, help="Detections in it.")]

app = typer.Typer(cls=Commands, no_args_is_help=True, help="Measure speed.")


@app.command()
def predict(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME ...]", help="Variants; default: all with published weights.")
    ] = None,
    sizes: Annotated[
        list[int] | None, typer.Option(metavar="PIXELS", help="Input size; may be repeated. Default: each one's own.")
    ] = None,
    files: Annotated[
        list[Path] | None, typer.Option("--image", metavar="FILE", help="May be repeated. Default: a sample image.")
    ] = None,
    rounds: Annotated[int, typer.Option(min=1, help="Pairs to take the median over, for each image.")] = 9,
    device: DeviceOption = "auto",
    output: NumbersOption = None,
) -> None:
    """Time prediction, one image at a time: plain fp32, the default and bf16 take turns.

    Plain is the network as it was trained, in eager mode, with batch norm not folded. A ratio is the median, over pairs
    of turns, of how many times as fast as plain.
    """
    from methods.analysis.speed.prediction import benchmark_prediction
    from methods.images import read_image
    from methods.samples import samples
    from methods.weights import published

    console = Console(stderr=True)
    if output:
        prepare_file(output)
    images = [read_image(path) for path in files or [samples()[0].path]]
    with console.status("") as status:
        found = benchmark_prediction(
            names or published(),
            images,
            sizes or [None],
            rounds,
            device,
            command=command_line(),
            progress=status.update,
        )
    _print(found)
    write_numbers(found, output)


def _print(found: PredictionSpeed) -> None:
    out = Console(soft_wrap=True)
    names = (Column("Method", no_wrap=True), "px", Column("Way", no_wrap=True))
    table = Table(*names, *COLUMNS, box=SIMPLE_HEAD, collapse_padding=True)
    for row in found.rows:
        ratios = (f"{row.forward_ratio:.2f}", f"{row.total_ratio:.2f}")
        times = (f"{time:.1f}" for time in (row.preprocess, row.body, row.forward, row.postprocess))
        table.add_row(row.method, str(row.input_size), row.way, *times, *ratios)
    out.print(table)
    random = f" Random weights: {', '.join(found.random_weights)}." if found.random_weights else ""
    out.print(
        f"Medians in ms before the network, in its body, in the rest of it and after it on {found.device} with"
        f" {found.threads} threads, torch {found.torch}; {found.rounds} rounds over {found.images} images.{random}",
        highlight=False,
    )


@app.command()
def together(
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="Variants; the small ones share their body.")],
    size: Annotated[int, typer.Option(metavar="PIXELS", help="Input size.")] = 640,
    file: Annotated[Path | None, typer.Option("--image", metavar="FILE", help="Default: a sample image.")] = None,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds to take the median over.")] = 9,
    device: DeviceOption = "auto",
    output: NumbersOption = None,
) -> None:
    """Time several methods on one image, one after the other as the page runs them, and each of them alone.

    Each round begins with nothing remembered of the image, so that the body which small variants share runs once;
    alone, each of them runs it. CPU time is that of all threads together.
    """
    from methods.analysis.speed.together import benchmark_together
    from methods.images import read_image
    from methods.samples import samples

    if output:
        prepare_file(output)
    image = read_image(file or samples()[0].path)
    with Console(stderr=True).status("timing") as status:
        found = benchmark_together(
            names, image, size, rounds, device, command_line(), lambda done: status.update(f"{done} of {rounds} rounds")
        )
    rows = found.alone | {"all together": found.together}
    table = Table(Column("Method", no_wrap=True), "CPU, ms", "Wall, ms")
    for name, cost in rows.items():
        table.add_row(name, f"{cost.cpu:.1f}", f"{cost.wall:.1f}")
    out = Console(soft_wrap=True)
    out.print(table)
    random = f" Random weights: {', '.join(found.random_weights)}." if found.random_weights else ""
    out.print(
        f"Together {found.ratio:.2f} of the CPU time of each alone, summed. Medians over {found.rounds} rounds at"
        f" {found.input_size} px on {found.device} with {found.threads} threads, torch {found.torch}.{random}",
        highlight=False,
    )
    write_numbers(found, output)


@app.command()
def ap(
    images: ImagesOption = 2693,
    people: PeopleOption = 11004,
    detections: DetectionsOption = 22000,
    rounds: Annotated[int, typer.Option(min=1, help="Pairs to take the median over.")] = 5,
    output: NumbersOption = None,
) -> None:
    """Time the ten COCO measures, ours and pycocotools in turn (CPU time), on made-up data of COCO val2017's size."""
    from methods.analysis.speed.ap import benchmark_ap

    if output:
        prepare_file(output)
    with Console(stderr=True).status("timing") as status:
        found = benchmark_ap(
            images, people, detections, rounds, command_line(), lambda done: status.update(f"{done} of {rounds} rounds")
        )
    out = Console(soft_wrap=True)
    out.print(
        f"{images} images, {people} people, {detections} detections: ours {found.ours:.2f} s, pycocotools"
        f" {found.pycocotools:.2f} s, {found.ratio:.1f} times as fast (medians over {rounds} pairs); one more curve"
        f" {1000 * found.curve:.1f} ms.",
        highlight=False,
    )
    out.print(f"Largest difference between the ten measures: {found.largest_difference:g}.", highlight=False)
    write_numbers(found, output)


@app.command()
def curve(
    images: ImagesOption = 5000,
    people: PeopleOption = 11004,
    detections: DetectionsOption = 40_000,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds of all ten OKS thresholds.")] = 5,
    output: NumbersOption = None,
) -> None:
    """Time a new precision-recall curve from a kept matching (CPU time), on made-up data of 5,000 images."""
    from methods.analysis.speed.curve import benchmark_curve

    if output:
        prepare_file(output)
    with Console(stderr=True).status("timing"):
        found = benchmark_curve(images, people, detections, rounds, command_line())
    Console(soft_wrap=True).print(
        f"{images} images, {people} people, {detections} detections: a new curve {found.curve:.1f} ms (slowest"
        f" {found.slowest:.1f}), another point on it {found.point:.2f} ms; matching, once, {found.matching:.0f} ms.",
        highlight=False,
    )
    write_numbers(found, output)
