"""Maps among a method's intermediate outputs: drawn as images with a colour bar, a channel or all at once."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from typing_extensions import TypedDict

from app.limits import MAPPED_PEOPLE
from app.outputs.marks import named, pixels
from methods.ops.letterbox import Frame
from methods.skeletons import Skeleton
from methods.types import Poses


@dataclass(frozen=True)
class Map:
    """Values uint8 [C, h, w], 255 for 1, and where their outer edges lie in the image: x1, y1, x2, y2 in pixels."""

    at: Sequence[float] | np.ndarray
    values: np.ndarray
    name: str = ""


@dataclass(frozen=True)
class MapLayer:
    """Maps of one kind: name, one line that a student understands, what the C channels are, and how to get the maps.

    `channels` takes the skeleton of the poses; `maps` takes a family's intermediate outputs, the poses decoded with
    them and the people's numbers [N] in the viewer. One map covers the whole image, or each person has one.
    """

    name: str
    meaning: str
    channels: Callable[[Skeleton], Sequence[str]]
    maps: Callable[[Any, Poses, np.ndarray], list[Map]]


class DrawnMap(TypedDict):
    """A Map as data; values in base64, row by row, channel by channel."""

    at: list[float]
    shape: list[int]
    values: str
    name: str


class DrawnMaps(TypedDict):
    """The maps of a layer."""

    channels: list[str]
    maps: list[DrawnMap]


def drawn_maps(layer: MapLayer, intermediate: Any, poses: Poses, numbers: np.ndarray) -> DrawnMaps:
    """A layer's maps as data."""
    found = layer.maps(intermediate, poses, numbers)
    return {
        "channels": list(layer.channels(poses.skeleton)),
        "maps": [
            {
                "at": pixels(np.asarray(one.at)),
                "shape": list(one.values.shape),
                "values": base64.b64encode(np.ascontiguousarray(one.values, np.uint8).tobytes()).decode("ascii"),
                "name": one.name,
            }
            for one in found
        ],
    }


def keypoint_channels(skeleton: Skeleton) -> tuple[str, ...]:
    """Names of the channels of maps that have one for each keypoint."""
    return tuple(name.replace("_", " ") for name in skeleton.keypoints)


def limb_channels(skeleton: Skeleton) -> tuple[str, ...]:
    """The same of maps that have one for each limb."""
    names = keypoint_channels(skeleton)
    return tuple(" to ".join(names[k] for k in limb) for limb in skeleton.limbs)


def of_image(values: np.ndarray, stride: int, frame: Frame) -> list[Map]:
    """Maps [C, h, w], uint8 or 0..1, of a network's whole input in cells of `stride` pixels."""
    _, rows, columns = values.shape
    edges = frame.to_original(np.array([[0, 0], [columns, rows]]) * float(stride))
    return [Map(edges.ravel(), as_bytes(values))]


def of_people(values: np.ndarray, crops: np.ndarray, numbers: np.ndarray) -> list[Map]:
    """Maps [N, C, h, w], uint8 or 0..1, of crops [N, 4], as many as are still told apart; the first of them."""
    people = zip(crops, values, numbers.tolist(), strict=True)
    return [Map(crop, as_bytes(one), named(number)) for crop, one, number in people][:MAPPED_PEOPLE]


def as_bytes(values: np.ndarray) -> np.ndarray:
    """Values 0..1 as 0..255; what is that already stays."""
    return values if values.dtype == np.uint8 else (np.clip(values, 0, 1) * 255).round().astype(np.uint8)
