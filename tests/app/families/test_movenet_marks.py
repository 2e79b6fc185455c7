"""MoveNet's centres and what they pointed at as marks."""

import numpy as np

from app.colours import person_colour
from app.families import movenet
from app.outputs.marks import Mark
from methods.movenet.decode import MoveNetIntermediate
from methods.types import Poses


def intermediate(centers, regressed):
    return MoveNetIntermediate(np.zeros((2, 2)), np.zeros((17, 2, 2)), (0, 0, 1, 1), centers, regressed)


def found():
    keypoints = np.full((1, 17, 2), np.nan)
    keypoints[0, 10] = [33, 44]
    scores = np.full((1, 17), 0.125)
    scores[0, 10] = 0.75
    poses = Poses(np.array([[0, 0, 50, 50]]), np.array([0.5]), keypoints, scores)
    regressed = np.full((1, 17, 2), 30.0)
    regressed[0, 10] = [30, 40]
    return MoveNetIntermediate(
        np.zeros((2, 2)), np.zeros((17, 2, 2)), (0, 0, 1, 1), np.array([[25.0, 24]]), regressed
    ), poses


def test_a_centre_is_a_point():
    seen, poses = found()
    assert movenet.centres(seen, poses, np.array([6])) == [
        Mark("point", [25.0, 24.0], person_colour(6), 0.5, "centre", ["person 7"])
    ]


def test_an_arrow_goes_to_each_keypoint_that_is_shown():
    seen, poses = found()
    assert movenet.pointed(seen, poses, np.array([6])) == [
        Mark(
            "arrow",
            [30.0, 40.0, 33.0, 44.0],
            person_colour(6),
            0.75,
            "right wrist",
            ["5.0 px from where the centre pointed", "person 7"],
        )
    ]


def test_nobody_is_no_mark():
    nothing = intermediate(np.zeros((0, 2)), np.zeros((0, 17, 2)))
    assert movenet.centres(nothing, Poses.empty(), np.zeros(0, int)) == []
    assert movenet.pointed(nothing, Poses.empty(), np.zeros(0, int)) == []


def test_maps_lie_where_their_outer_edges_are():
    seen, poses = found()
    seen.heatmaps[9, 0, 1] = 0.6
    (centre,) = movenet.centre_map(seen, poses, np.array([6]))
    assert (list(centre.at), centre.values.shape) == ([0, 0, 1, 1], (1, 2, 2))
    (keypoints,) = movenet.keypoint_maps(seen, poses, np.array([6]))
    assert keypoints.values[9].tolist() == [[0, 153], [0, 0]]
