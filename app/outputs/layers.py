"""The layers that a prediction's intermediate outputs have, by their type, and those asked for as data for the
viewer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Literal, NotRequired

import numpy as np
from typing_extensions import TypedDict

from app.coco_keypoints import OnCoco
from app.outputs.maps import DrawnMaps, MapLayer, drawn_maps
from app.outputs.marks import NOTHING, Layer, Mark, strongest
from methods.catalog import families
from methods.family import Family
from methods.types import Poses, Prediction


def page_of(family: Family) -> ModuleType | None:
    """The module that says what the page draws of a family; None where there is none, so that only poses are shown."""
    if not family.page and find_spec(f"app.families.{family.name}") is None:
        return None
    return import_module(family.page or f"app.families.{family.name}")


# By the type of a family's intermediate outputs.
PAGES: dict[type, ModuleType] = {page.INTERMEDIATE: page for page in map(page_of, families()) if page}
LAYERS: dict[type, tuple[Layer | MapLayer, ...]] = {kind: page.LAYERS for kind, page in PAGES.items()}
NAMES = tuple(dict.fromkeys(layer.name for family in LAYERS.values() for layer in family))


class DrawnMark(TypedDict):
    """A Mark as data."""

    kind: Literal["box", "point", "arrow", "pose"]
    at: list[float]
    colour: str
    score: float
    name: str
    details: list[str]
    aside: bool


class DrawnLayer(TypedDict):
    """One kind of intermediate output; marks is None where the layer was not asked for, or not kept.

    A layer of maps has no marks.
    """

    name: str
    meaning: str
    marks: list[DrawnMark] | None
    note: str
    maps: NotRequired[DrawnMaps]


@dataclass(frozen=True)
class NotKept:
    """Stands for intermediate outputs of that type which were not kept with a prediction; a run of the network brings
    it."""

    kind: type


def layers(prediction: Prediction, numbers: np.ndarray, asked: Collection[str]) -> list[DrawnLayer]:
    """What the intermediate outputs hold; `marks` is None for a layer whose name was not asked for.

    It is None too where the intermediate outputs were not kept. numbers [N] are the people's in the viewer.
    Intermediate outputs of an unknown type have no layers.
    """
    kept = not isinstance(prediction.intermediate, NotKept)
    return [
        _drawn(layer, prediction, numbers) if kept and layer.name in asked else drawn(layer.name, layer.meaning, None)
        for layer in _layers_of(prediction)
    ]


def drawn(name: str, meaning: str, marks: Sequence[Mark] | None, note: str = "") -> DrawnLayer:
    """A layer with these marks."""
    listed = None if marks is None else [_plain(mark) for mark in marks]
    return {"name": name, "meaning": meaning, "marks": listed, "note": note}


def names_of(prediction: Prediction) -> list[str]:
    """The names of all layers that the intermediate outputs have."""
    return [layer.name for layer in _layers_of(prediction)]


def own_poses(prediction: Prediction) -> Poses:
    """The poses as the method found them, on its own skeleton, which its intermediate outputs have too."""
    own = prediction.own if isinstance(prediction, OnCoco) else None
    return prediction.poses if own is None else own


def _layers_of(prediction: Prediction) -> tuple[Layer | MapLayer, ...]:
    intermediate = prediction.intermediate
    return LAYERS.get(intermediate.kind if isinstance(intermediate, NotKept) else type(intermediate), ())


def _drawn(layer: Layer | MapLayer, prediction: Prediction, numbers: np.ndarray) -> DrawnLayer:
    poses = own_poses(prediction)
    if isinstance(layer, MapLayer):
        maps = drawn_maps(layer, prediction.intermediate, poses, numbers)
        return {**drawn(layer.name, layer.meaning, [], "" if maps["maps"] else NOTHING), "maps": maps}
    marks, note = strongest(layer.marks(prediction.intermediate, poses, numbers))
    return drawn(layer.name, layer.meaning, marks, note)


def _plain(mark: Mark) -> DrawnMark:
    return {
        "kind": mark.kind,
        "at": mark.at,
        "colour": mark.colour,
        "score": round(mark.score, 3),
        "name": mark.name,
        "details": mark.details,
        "aside": mark.aside,
    }
