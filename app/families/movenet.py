"""MoveNet MultiPose: a person is a peak of the centre map, which points roughly at each keypoint."""

import numpy as np

from app.colours import person_colour
from app.outputs.maps import Map, MapLayer, as_bytes, keypoint_channels
from app.outputs.marks import Layer, Mark, keypoint_name, named, pixels
from app.outputs.step import Step
from methods.movenet.decode import MoveNetIntermediate
from methods.types import Poses


def centres(intermediate: MoveNetIntermediate, poses: Poses, numbers: np.ndarray) -> list[Mark]:
    """A point for each person's centre."""
    return [
        Mark("point", pixels(centre), person_colour(number), score, "centre", [named(number)])
        for centre, number, score in zip(intermediate.centers, numbers.tolist(), poses.scores.tolist(), strict=True)
    ]


def pointed(intermediate: MoveNetIntermediate, poses: Poses, numbers: np.ndarray) -> list[Mark]:
    """An arrow for each keypoint that is shown, from where the centre pointed to where the heat map has it."""
    marks = []
    ways = np.concatenate([intermediate.regressed, poses.keypoints], axis=2)  # [N, K, 4]
    distances = np.linalg.norm(poses.keypoints - intermediate.regressed, axis=2)
    for i, k in np.argwhere(~np.isnan(distances)).tolist():
        number = int(numbers[i])
        details = [f"{distances[i, k]:.1f} px from where the centre pointed", named(number)]
        score = float(poses.keypoint_scores[i, k])
        name = keypoint_name(k)
        marks.append(Mark("arrow", pixels(ways[i, k]), person_colour(number), score, name, details))
    return marks


def centre_map(intermediate: MoveNetIntermediate, poses: Poses, numbers: np.ndarray) -> list[Map]:
    """How likely each place is the middle of a person."""
    return [Map(intermediate.extent, as_bytes(intermediate.center[None]))]


def keypoint_maps(intermediate: MoveNetIntermediate, poses: Poses, numbers: np.ndarray) -> list[Map]:
    """The keypoints' heat maps."""
    return [Map(intermediate.extent, as_bytes(intermediate.heatmaps))]


INTERMEDIATE = MoveNetIntermediate
LAYERS = (
    Layer("Centres", "Peaks of the centre map: each is taken for one person.", centres),
    Layer(
        "From centre to keypoint",
        "From where a person's centre points for a keypoint to where the keypoint's heat map has it.",
        pointed,
    ),
    MapLayer(
        "Centre map", "How likely each place is the middle of a person.", lambda skeleton: ("centre",), centre_map
    ),
    MapLayer("Heat maps", "Where keypoints of anybody are.", keypoint_channels, keypoint_maps),
)

STEPS = (
    Step(
        "Centres of people",
        "A heat map says for each place how likely it is the middle of a person. Each peak is one person.",
        "MoveNet's model card; the idea is CenterNet's (Zhou et al., Objects as Points, 2019)",
        ("Centre map", "Centres"),
    ),
    Step(
        "From centre to keypoint",
        "At its centre each person points roughly at every keypoint. Heat maps of the keypoints, weighted by nearness "
        "to that"
        " guess, then give the precise place.",
        "MoveNet's model card",
        ("Heat maps", "From centre to keypoint"),
    ),
    Step("The result", "Each person's keypoints at the peaks that were chosen.", "MoveNet's model card", poses=True),
)
