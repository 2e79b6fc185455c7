"""DetPoseNet's intermediate outputs as marks: somebody kept, the same once more, somebody recovered, and too few
keypoints."""

import numpy as np
import pytest

from app.colours import NEUTRAL, person_colour
from app.families import detposenet
from app.outputs.layers import LAYERS
from methods.detposenet.decode import DetPoseNetIntermediate
from methods.detposenet.filtering import Verdict
from methods.ops.letterbox import Frame
from methods.types import Poses

NUMBERS = np.array([4, 2])  # the viewer calls them person 5 and person 3
FIGURE = np.arange(34, dtype=np.float32).reshape(17, 2) * 5
FRAME = Frame(200, 160, 0.5, 0.5, 0, 8)  # input pixels are half as many


def intermediate(count: int = 5) -> DetPoseNetIntermediate:
    coarse = np.full((5, 17, 3), np.nan, np.float32)
    coarse[0] = coarse[1] = np.concatenate([FIGURE, np.full((17, 1), 0.5)], axis=1)
    coarse[2, :2] = (30, 40, 0.4)
    coarse[3, 0] = (30, 40, 0.4)
    keypoints, limbs = np.zeros((17, 24, 25), np.uint8), np.zeros((19, 2, 6, 6), np.float32)
    if count:
        keypoints[9, 5, 3] = 204
        limbs[10, :, 2, 1] = (0.6, 0.0)  # left elbow to left wrist
    boxes = np.tile(np.array([[10, 20, 50, 90]], np.float32), (5, 1)) + np.arange(5, dtype=np.float32)[:, None]
    return DetPoseNetIntermediate(
        boxes=boxes[:count],
        scores=np.array([0.9, 0.8, 0.7, 0.6, 0.1])[:count],
        coarse=coarse[:count],
        verdicts=np.array(
            [Verdict.KEPT, Verdict.SAME_POSE, Verdict.RECOVERED, Verdict.TOO_FEW_KEYPOINTS, Verdict.UNSURE]
        )[:count],
        same_as=np.array([-1, 0, -1, -1, -1])[:count],
        people=np.array([0, -1, 1, -1, -1])[:count],
        heatmaps=keypoints,
        limbs=limbs,
        stride=4,
        limb_stride=16,
        frame=FRAME,
    )


def poses() -> Poses:
    keypoints = np.stack([FIGURE + np.array([3, 4]), np.tile([30.0, 40.0], (17, 1))])
    return Poses(np.zeros((2, 4)), np.array([0.8, 0.6]), keypoints, np.full((2, 17), 0.7))


def test_every_proposal_says_what_became_of_it():
    marks = detposenet.proposals(intermediate(), poses(), NUMBERS)
    assert [mark.details[1] for mark in marks] == [
        "kept: person 5",
        "dropped: same pose as person 5",
        "recovered, with a box round its keypoints: person 3",
        "dropped: too few keypoints",
        "score of the box below the threshold",
    ]
    assert [mark.details[0] for mark in marks][:4] == [f"{n} of 17 keypoints on the heat maps" for n in (17, 17, 2, 1)]
    assert [mark.aside for mark in marks] == [False, True, False, True, True]
    assert [mark.colour for mark in marks] == [person_colour(4), person_colour(4), person_colour(2), NEUTRAL, NEUTRAL]
    assert marks[0].at == [10, 20, 50, 90]


def test_coarse_keypoints_of_everybody_who_stayed():
    marks = detposenet.coarse_poses(intermediate(), poses(), NUMBERS)
    assert len(marks) == 17 + 2
    assert marks[9].name == "left wrist"
    assert marks[9].at == FIGURE[9].tolist()
    assert marks[-1].details == ["on its heat map", "person 3"]


def test_a_cell_of_the_heat_maps_lies_where_it_was_seen():
    """Cell 3, 5 of 4 input pixels is 12..16 by 20..24, less 8 above, at two image pixels each."""
    (mark,) = detposenet.keypoint_maps(intermediate(), poses(), NUMBERS)
    assert (mark.kind, mark.at, mark.name) == ("cell", [24, 24, 32, 32], "left wrist")
    assert mark.score == pytest.approx(0.8)


def test_a_part_affinity_points_along_the_limb():
    """Its cell's middle is 24, 40 in the input, so 48, 64; 0.6 of 0.8 of a cell of 32 image pixels, half each way."""
    (mark,) = detposenet.limb_maps(intermediate(), poses(), NUMBERS)
    assert mark.name == "left elbow to left wrist"
    assert mark.at == pytest.approx([48 - 7.7, 64, 48 + 7.7, 64], abs=0.05)
    assert mark.score == pytest.approx(0.6)


def test_refinement_moves_coarse_keypoints():
    marks = detposenet.refinements(intermediate(), poses(), NUMBERS)
    assert len(marks) == 17 + 2
    assert marks[9].details == ["moved 5.0 px from the coarse keypoint", "person 5"]
    assert marks[9].at == [90, 95, 93, 99]


@pytest.mark.parametrize("layer", detposenet.LAYERS, ids=lambda layer: layer.name)
def test_nothing_found_is_no_mark(layer):
    nobody = Poses.empty()
    assert layer.marks(intermediate(0), nobody, np.zeros(0, int)) == []


def test_the_page_knows_the_intermediate():
    assert LAYERS[DetPoseNetIntermediate] is detposenet.LAYERS
