"""The visibility metamodel: any pose network with a branch that tells absent, occluded and visible joints apart
(Guesdon, Crispim-Junior and Tougne, VISAPP 2022)."""

from importlib import import_module
from typing import Any


def __getattr__(name: str) -> Any:
    """`VisibilityFilter`, on first use (PEP 562): it is built by the catalogue, which knows this family."""
    if name != "VisibilityFilter":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module("methods.visibility_filter").VisibilityFilter
