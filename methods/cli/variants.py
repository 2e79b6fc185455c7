"""`python -m methods variants`: what there is to choose from."""

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Column, Table


def variants() -> None:
    """List the variants with their family, licence and weights."""
    # Imported here, so that the other commands and --help start without torch.
    from methods.catalog import variants as known_variants
    from methods.weights import read_manifest

    manifest = read_manifest()
    narrow = [Column(name, no_wrap=True) for name in ("Name", "Family", "Weights", "Licence")]
    table = Table(*narrow, "What it is", box=SIMPLE_HEAD)
    for variant in known_variants():
        entry = manifest.get(variant.name)
        if variant.users and variant.weights:
            size = f"{variant.weights.stat().st_size / 1e6:.1f} MB" if variant.weights.is_file() else "missing"
            weights, licence = f"your own, {size}", "its authors'"
        elif entry is None:
            weights, licence = "by --weights", ""
        else:
            weights = f"{'hub' if entry.hub else 'embedded'}, {entry.size / 1e6:.1f} MB"
            licence = entry.licence
        table.add_row(variant.name, variant.family, weights, licence, variant.summary)
    Console().print(table)
