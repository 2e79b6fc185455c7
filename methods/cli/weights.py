"""`python -m methods weights`: what weights there are, whether they are intact, and where they came from."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from methods.cli.common import Commands

app = typer.Typer(cls=Commands, no_args_is_help=True, help="List, check and import weights.")


@app.command("list")
def list_weights() -> None:
    """List the published weights with their size, licence and provenance."""
    from methods.weights import read_manifest

    table = Table("Variant", "Size", "AP", "Licence", "Where it comes from")
    table.columns[0].no_wrap = True
    for name, entry in read_manifest().items():
        ap = entry.metrics.get("AP")
        place = f"{entry.provenance} (fetched from the hub: {entry.hub.repo_id})" if entry.hub else entry.provenance
        table.add_row(name, f"{entry.size / 1e6:.1f} MB", "" if ap is None else f"{ap:.3f}", entry.licence, place)
    Console().print(table)


@app.command()
def verify(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Variants; default: all.")] = None,
) -> None:
    """Check that weights are there and are the published files (SHA-256); fetch those that live on the hub."""
    from methods.weights import read_manifest, resolve

    for name in names or read_manifest():
        Console().print(f"{name}: {resolve(name)} is the published file", soft_wrap=True)


@app.command("import")
def import_model(
    source: Annotated[
        str,
        typer.Argument(
            help="A checkpoint such as yolo11s-pose.pt, a ViTPose of transformers (its folder or id on the hub), or an"
            " ONNX file with its description beside it."
        ),
    ],
    name: Annotated[str, typer.Option(help="What the model is to be called from now on.")],
    models: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder for your models, remembered; default: the one that was given last."),
    ] = None,
    skeleton: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|FILE", help="Whose keypoints it finds, where it does not say: COCO-17, ... or a YAML file."
        ),
    ] = None,
    detector: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Whose boxes it looks into, if it sees one person at a time."),
    ] = None,
) -> None:
    """Make a model one of your own: it is in `variants`, `predict`, `evaluate` and your page from then on.

    Pose models of Ultralytics' (YOLOv8, YOLO11, YOLO12, YOLO26, any size and keypoints), KAPAO's authors', ViTPose of
    transformers and ONNX files are recognised. No code in a model's files is executed.
    """
    from methods.data.skeleton_yaml import chosen_skeleton
    from methods.importers.models import import_model as convert
    from methods.user_models import remember_folder

    chosen = chosen_skeleton(skeleton) if skeleton else None
    if models:
        remember_folder(models)
    written = convert(source, name, chosen, detector)
    Console().print(f"{name} is a model of yours now, in {written}.", soft_wrap=True, markup=False, highlight=False)


@app.command("remove")
def remove_model(name: Annotated[str, typer.Argument(help="A model of yours.")]) -> None:
    """Take a model that was imported out of your folder, and delete its file."""
    from methods.user_models import remove

    remove(name)
    Console().print(f"{name} is no longer a model of yours.", markup=False)


@app.command("import-reference")
def import_reference(
    name: Annotated[str, typer.Argument(help="Such as yolo11n-pose or movenet-multipose.")],
    archive: Annotated[Path, typer.Argument(help="The package that carries it; its model card says which one.")],
) -> None:
    """Make a reference's safetensors file from its authors' package and enter it in the manifest.

    Nothing in the package is executed.
    """
    from methods.importers.references import import_reference as convert

    Console().print(f"Wrote {convert(name, archive)}", soft_wrap=True)
