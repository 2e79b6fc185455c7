"""Every variant by name: what it is and how to build it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from methods import weights as weights_files
from methods.errors import CatalogError
from methods.method import Method


@dataclass(frozen=True)
class Variant:
    """A named network of a family. `build` takes name, weights file, input size (None: the default) and device."""

    name: str
    family: str
    summary: str
    build: Callable[[str, Path, int | None, str], Method]


_VARIANTS: list[Variant] = []


def variants() -> list[Variant]:
    """All variants that `create` knows, in the order in which they are shown."""
    return list(_VARIANTS)


def find_variant(name: str) -> Variant:
    """The variant of that name; raises CatalogError naming the known ones."""
    for variant in _VARIANTS:
        if variant.name == name:
            return variant
    known = ", ".join(variant.name for variant in _VARIANTS)
    raise CatalogError(f"There is no method {name!r}; choose from: {known}.")


def create(name: str, device: str = "auto", weights: str | Path | None = None, input_size: int | None = None) -> Method:
    """Build a method with its weights, once; the result can be used from then on without further loading.

    `weights` is a local safetensors file in place of the embedded one; `input_size` is the longer side of the
    network's input in pixels. Raises CatalogError or WeightsError.
    """
    variant = find_variant(name)
    return variant.build(name, weights_files.resolve(name, weights), input_size, device)
