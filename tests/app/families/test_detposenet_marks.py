"""DetPoseNet's intermediate outputs as marks: somebody kept, the same once more, somebody recovered, and too few
keypoints."""

import numpy as np
import pytest

from app.colours import NEUTRAL, person_colour
from app.families import detposenet
from app.outputs.layers import LAYERS
from app.outputs.maps import MapLayer
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
        scores=np.array([0.9, 0.8, 0.7, 0.6, 0.1], np.float32)[:count],
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
        crops=np.array([[0, 0, 96, 128], [50, 40, 146, 168]], np.float32)[: min(count, 2)],
        mapped=np.array([0, 1])[: min(count, 2)],
        refined={name: np.full((min(count, 2), 17, 4, 3), 51, np.uint8) for name in ("scale_32", "regressed")},
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


def test_heat_maps_lie_where_they_were_seen():
    """24 x 25 cells of 4 input pixels, 8 of grey above, at two image pixels each."""
    (found,) = detposenet.keypoint_maps(intermediate(), poses(), NUMBERS)
    assert list(found.at) == [0, -16, 200, 176]
    assert np.argwhere(found.values).tolist() == [[9, 5, 3]]
    assert found.values[9, 5, 3] == 204


def test_a_part_affinity_is_as_bright_as_it_is_long():
    (found,) = detposenet.limb_maps(intermediate(), poses(), NUMBERS)
    assert np.argwhere(found.values).tolist() == [[10, 2, 1]]
    assert found.values[10, 2, 1] == round(255 * 0.6)
    assert detposenet.LIMBS[10] == "left elbow to left wrist"


def test_a_part_affinity_points_along_the_limb():
    """Its cell's middle is 24, 40 in the input, so 48, 64; 0.6 of 0.8 of a cell of 32 image pixels, half each way."""
    (mark,) = detposenet.directions(intermediate(), poses(), NUMBERS)
    assert mark.name == "left elbow to left wrist"
    assert mark.at == pytest.approx([48 - 7.7, 64, 48 + 7.7, 64], abs=0.05)
    assert mark.score == pytest.approx(0.6)


def test_of_a_cell_the_longest_part_affinity_is_drawn():
    seen = intermediate()
    seen.limbs[3, :, 2, 1] = (0.0, -0.9)
    (mark,) = detposenet.directions(seen, poses(), NUMBERS)
    assert mark.name == detposenet.LIMBS[3]
    assert mark.at[1] > mark.at[3]  # upwards


def test_refined_heat_maps_lie_in_the_crops_of_their_people():
    first, second = detposenet.refined_of("scale_32")(intermediate(), poses(), NUMBERS)
    assert (list(first.at), first.name) == ([0, 0, 96, 128], "person 5")
    assert (list(second.at), second.name) == ([50, 40, 146, 168], "person 3")
    assert detposenet.refined_of("scale_4")(intermediate(), poses(), NUMBERS) == []  # a network without it


def test_whom_box_suppression_would_have_lost():
    """Boxes 0 and 2 are moved by 2 px against each other, so they overlap by far more than half; one person stays."""
    (mark,) = detposenet.lost(intermediate(), poses(), NUMBERS)
    assert (mark.details[1], mark.at) == ("person 3", [12, 22, 52, 92])
    apart = intermediate()
    apart.boxes[2] += 30  # 10 of 40 by 40 of 70 px are shared
    assert detposenet.lost(apart, poses(), NUMBERS) == []


def test_refinement_moves_coarse_keypoints():
    marks = detposenet.refinements(intermediate(), poses(), NUMBERS)
    assert len(marks) == 17 + 2
    assert marks[9].details == ["moved 5.0 px from the coarse keypoint", "person 5"]
    assert marks[9].at == [90, 95, 93, 99]


@pytest.mark.parametrize("layer", detposenet.LAYERS, ids=lambda layer: layer.name)
def test_nothing_found_is_no_mark_and_an_empty_map(layer):
    nothing = intermediate(0), Poses.empty(), np.zeros(0, int)
    if isinstance(layer, MapLayer):
        assert not any(found.values.any() for found in layer.maps(*nothing))
    else:
        assert layer.marks(*nothing) == []


def test_the_page_knows_the_intermediate():
    assert LAYERS[DetPoseNetIntermediate] is detposenet.LAYERS
