"""`python -m methods variants`: what there is to choose from."""

from rich.console import Console
from rich.table import Table


def variants() -> None:
    """List the variants with their family, licence and weights."""
    # Imported here, so that the other commands and --help start without torch.
    from methods.catalog import variants as known_variants
    from methods.weights import read_manifest

    manifest = read_manifest()
    table = Table("Name", "Family", "Weights", "Licence", "What it is")
    for variant in known_variants():
        entry = manifest.get(variant.name)
        if entry is None:
            weights, licence = "your own, with --weights", ""
        else:
            weights = f"{'from the hub' if entry.hub else 'embedded'}, {entry.size / 1e6:.1f} MB"
            licence = entry.licence
        table.add_row(variant.name, variant.family, weights, licence, variant.summary)
    Console().print(table)
