"""The layers that a prediction's evidence has, by the evidence's type, and those asked for as data for the viewer."""

from collections.abc import Collection
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

import numpy as np

from app.outputs.marks import Layer, strongest
from methods.catalog import families
from methods.family import Family
from methods.types import Prediction


def page_of(family: Family) -> ModuleType | None:
    """The module that says what the page draws of a family; None where there is none, so that only poses are shown."""
    if not family.page and find_spec(f"app.families.{family.name}") is None:
        return None
    return import_module(family.page or f"app.families.{family.name}")


# By the type of a family's intermediate outputs.
PAGES: dict[type, ModuleType] = {page.EVIDENCE: page for page in map(page_of, families()) if page}
LAYERS: dict[type, tuple[Layer, ...]] = {kind: page.LAYERS for kind, page in PAGES.items()}
NAMES = tuple(dict.fromkeys(layer.name for family in LAYERS.values() for layer in family))


@dataclass(frozen=True)
class NotKept:
    """Stands for evidence of that type which was not kept with an answer; a run of the network brings it."""

    kind: type


def layers(prediction: Prediction, numbers: np.ndarray, asked: Collection[str]) -> list[dict[str, Any]]:
    """What the evidence holds; `marks` is None for a layer whose name was not asked for.

    It is None too where the evidence was not kept. numbers [N] are the people's in the viewer. Evidence of an unknown
    type has no layers.
    """
    kept = not isinstance(prediction.evidence, NotKept)
    return [
        {
            "name": layer.name,
            "meaning": layer.meaning,
            **_drawn(layer, prediction, numbers, kept and layer.name in asked),
        }
        for layer in _layers_of(prediction)
    ]


def names_of(prediction: Prediction) -> list[str]:
    """The names of all layers that the evidence has."""
    return [layer.name for layer in _layers_of(prediction)]


def _layers_of(prediction: Prediction) -> tuple[Layer, ...]:
    evidence = prediction.evidence
    return LAYERS.get(evidence.kind if isinstance(evidence, NotKept) else type(evidence), ())


def _drawn(layer: Layer, prediction: Prediction, numbers: np.ndarray, wanted: bool) -> dict[str, Any]:
    if not wanted:
        return {"marks": None, "note": ""}
    marks, note = strongest(layer.marks(prediction.evidence, prediction.poses, numbers))
    return {"marks": [{**vars(mark), "score": round(mark.score, 3)} for mark in marks], "note": note}
