"""The methods that the page offers, each built once and shared by all visitors."""

from collections.abc import Collection
from functools import cache

from methods import create, variants
from methods.method import Method
from methods.weights import read_manifest

GATE = "networks"  # events of this concurrency id run one after another: they share the networks and the processor


@cache
def offered() -> dict[str, Method]:
    """Methods by name, in the catalogue's order: every variant whose weights come with the workbench.

    Raises WeightsError where such weights are missing or altered.
    """
    return {variant.name: create(variant.name) for variant in variants() if variant.name in read_manifest()}


def methods_of(names: Collection[str]) -> dict[str, Method]:
    """Those of the offered methods, in their order."""
    return {name: method for name, method in offered().items() if name in names}


def summaries() -> dict[str, str]:
    """One line about each offered method."""
    return {variant.name: variant.summary for variant in variants() if variant.name in offered()}
