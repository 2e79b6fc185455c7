"""PoseDet's intermediate outputs as marks: two people who stay and a candidate that the first one left out."""

import re
from dataclasses import replace

import numpy as np
import pytest

from app.colours import NEUTRAL, person_colour
from app.families import posedet
from app.outputs.maps import MapLayer
from app.outputs.marks import Mark
from methods.ops.letterbox import Frame
from methods.posedet.decode import PoseDetIntermediate
from methods.types import Poses

NUMBERS = np.array([4, 2])  # the viewer calls them person 5 and person 3
POSES = Poses.empty()  # not looked at
FIGURE = np.arange(34, dtype=np.float32).reshape(17, 2) * 5


def intermediate(count: int = 3) -> PoseDetIntermediate:
    """Displacements are 3 by 4 px; the third candidate is the first moved by 10 px each way."""
    coarse = np.stack([FIGURE, FIGURE + 500, FIGURE + 10])[:count].astype(np.float32)
    return PoseDetIntermediate(
        points=np.array([[10, 20], [510, 520], [11, 21]], np.float32)[:count],
        coarse=coarse,
        refined=coarse + np.array([3, 4], np.float32),
        scores=np.array([0.75, 0.5, 0.25], np.float32)[:count],
        kept=np.array([True, True, False])[:count],
        score_maps={8: np.array([[0, 204]], np.uint8)},
        frame=Frame(width=32, height=16, scale_x=0.5, scale_y=0.5, left=0, top=0),
    )


def test_coarse_and_refined_poses_are_those_of_the_people():
    first, second = posedet.coarse(intermediate(), POSES, NUMBERS)
    assert first == Mark("pose", FIGURE.ravel().tolist(), person_colour(4), 0.75, "coarse pose", ["person 5"])
    assert (second.colour, second.score, second.details) == (person_colour(2), 0.5, ["person 3"])
    moved = posedet.refined(intermediate(), POSES, NUMBERS)[1]
    assert moved.at[:2] == [503.0, 509.0]
    assert moved.name == "refined pose"


def test_an_arrow_for_each_keypoint_and_displacement():
    marks = posedet.displacements(intermediate(), POSES, NUMBERS)
    assert len(marks) == 34
    assert marks[9] == Mark(
        "arrow",
        [90.0, 95.0, 93.0, 99.0],
        person_colour(4),
        0.75,
        "left wrist",
        ["5.0 px from the coarse keypoint", "person 5"],
    )


def test_an_arrow_from_the_candidate_to_each_coarse_keypoint():
    marks = posedet.offsets(intermediate(), POSES, NUMBERS)
    assert len(marks) == 34
    assert marks[17].at == [510.0, 520.0, 500.0, 505.0]
    assert marks[17].details == [f"{np.hypot(10, 15):.1f} px from the candidate", "person 3"]


def test_a_candidate_that_was_left_out_says_whom_it_resembles():
    stays, other, out = posedet.candidates(intermediate(), POSES, NUMBERS)
    assert (stays.details, stays.aside) == (["stays as person 5"], False)
    assert (other.details, other.colour) == (["stays as person 3"], person_colour(2))
    assert (out.colour, out.aside) == (person_colour(4), True)
    (how,) = out.details
    assert re.fullmatch(r"OKS 0\.[1-9]\d with person 5", how)


def test_a_candidate_like_nobody_is_grey():
    """Beyond the most people there may be, a candidate goes though it is like none of them."""
    seen = intermediate()
    far = replace(seen, refined=seen.refined + np.array([[[0]], [[0]], [[9000]]]))
    assert posedet.candidates(far, POSES, NUMBERS)[2].colour == NEUTRAL


@pytest.mark.parametrize("layer", posedet.LAYERS, ids=lambda layer: layer.name)
def test_nothing_found_is_no_mark(layer):
    if not isinstance(layer, MapLayer):
        assert layer.marks(intermediate(0), POSES, np.zeros(0, int)) == []


def test_a_levels_scores_are_a_map_of_its_cells():
    """One row of two cells of 8 input pixels, of two image pixels each; the network has no level of stride 64."""
    (found,) = posedet.scores_of(8)(intermediate(), POSES, NUMBERS)
    assert list(found.at) == [0, 0, 32, 16]
    assert found.values.tolist() == [[[0, 204]]]
    assert posedet.scores_of(64)(intermediate(), POSES, NUMBERS) == []
