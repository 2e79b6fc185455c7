"""HybridPose's intermediate outputs as marks: two people, one keypoint left out, and a few cells of the maps."""

import numpy as np
import pytest

from app.colours import person_colour, side_colours
from app.families import hybridpose
from app.outputs.marks import Mark
from methods.hybridpose.decode import HybridPoseIntermediate
from methods.ops.letterbox import Frame
from methods.skeletons import COCO17
from methods.types import Poses

SIDES = side_colours(COCO17)
NUMBERS = np.array([4, 2])  # the viewer calls them person 5 and person 3
# An image of 120 x 80 pixels, halved, in an input of 64 x 64 with 12 pixels of grey above and 2 on the left.
FRAME = Frame(width=120, height=80, scale_x=0.5, scale_y=0.5, left=2, top=12)


def intermediate(people=2, cells=()):
    """cells: (stride, anchor, keypoint, row, column, value)."""
    maps = {s: np.zeros((3, 17, 64 // s, 64 // s), np.uint8) for s in (8, 16, 32, 64)}
    for stride, anchor, keypoint, row, column, value in cells:
        maps[stride][anchor, keypoint, row, column] = value
    visibility = np.full((2, 17), 0.75, np.float32)
    visibility[1, 9] = 0.125
    return HybridPoseIntermediate(
        keypoints=np.arange(2 * 17 * 2, dtype=np.float32).reshape(2, 17, 2)[:people],
        visibility=visibility[:people],
        strides=np.array([32, 8])[:people],
        anchors=np.array([0, 2])[:people],
        maps=maps,
        frame=FRAME,
    )


def poses_of(seen):
    keypoints = np.where(seen.visibility[..., None] < 0.2, np.nan, seen.keypoints)
    count = len(keypoints)
    return Poses(np.zeros((count, 4)), np.linspace(1, 0.5, count), keypoints, seen.visibility)


def test_every_keypoint_is_a_point_and_what_was_left_out_is_aside():
    seen = intermediate()
    marks = hybridpose.keypoints(seen, poses_of(seen), NUMBERS)
    assert len(marks) == 34
    assert marks[0] == Mark(
        "point",
        [0.0, 1.0],
        person_colour(4),
        0.75,
        "nose",
        ["there", "looked up where cells are 32 px wide", "person 5"],
    )
    (gone,) = [mark for mark in marks if mark.aside]
    assert gone == Mark(
        "point",
        [52.0, 53.0],
        person_colour(2),
        0.125,
        "left wrist",
        ["left out", "looked up where cells are 8 px wide", "person 3"],
        aside=True,
    )


def test_a_cell_is_a_square_of_the_image_and_the_highest_anchor_counts():
    # Row 3, column 1 of stride 8 covers 8..16, 24..32 of the input: 12..28, 24..40 of the image.
    seen = intermediate(cells=[(8, 0, 9, 3, 1, 102), (8, 2, 9, 3, 1, 204), (16, 1, 0, 2, 2, 255)])
    (cell,) = hybridpose.cells_of(8)(seen, poses_of(seen), NUMBERS)
    assert cell == Mark("cell", [12.0, 24.0, 28.0, 40.0], SIDES[9], 0.8, "left wrist", ["on the visibility map"])
    (other,) = hybridpose.cells_of(16)(seen, poses_of(seen), NUMBERS)
    assert (other.at, other.score, other.name) == ([60.0, 40.0, 92.0, 72.0], 1.0, "nose")


def test_faint_cells_and_cells_beside_the_image_are_not_drawn():
    seen = intermediate(cells=[(8, 0, 9, 3, 1, 50), (8, 0, 9, 0, 1, 255)])  # row 0 is grey
    assert hybridpose.cells_of(8)(seen, poses_of(seen), NUMBERS) == []
    cut = intermediate(cells=[(8, 0, 9, 1, 0, 255)])  # 0..8, 8..16 of the input, of which the image has 2..8, 12..16
    assert hybridpose.cells_of(8)(cut, poses_of(cut), NUMBERS)[0].at == [0.0, 0.0, 12.0, 8.0]


@pytest.mark.parametrize("layer", hybridpose.LAYERS, ids=lambda layer: layer.name)
def test_nobody_is_no_mark(layer):
    nobody = intermediate(people=0)
    assert layer.marks(nobody, Poses.empty(), NUMBERS[:0]) == []


def test_equation_6_by_hand():
    """The second person, of stride 8 and with a confidence of 0.5, has the left wrist at 26, 37 of the image: at 15,
    30.5 of the input, 1.875, 3.8125 of the map. So the cell of column 1, row 3, its centre 0.375 and 0.3125 away, is
    exp(-(0.375^2 + 0.3125^2) / 2) of 0.5 high; and nothing is drawn of the first person, whose stride is 32."""
    seen = intermediate()
    seen.keypoints[1, :] = -1000
    seen.keypoints[1, 9] = 26, 37
    marks = hybridpose.drawn_cells_of(8)(seen, poses_of(seen), NUMBERS)
    (cell,) = [mark for mark in marks if mark.at == [12.0, 24.0, 28.0, 40.0]]
    assert cell.score == pytest.approx(0.5 * np.exp(-(0.375**2 + 0.3125**2) / 2), abs=1e-6)
    assert (cell.colour, cell.name, cell.details) == (SIDES[9], "left wrist", ["where a pose puts it"])
    assert {mark.name for mark in marks} == {"left wrist"}
    assert max(mark.score for mark in marks) == cell.score


def test_equation_7_takes_the_higher_of_two():
    """Both people find their left wrist by the same anchor, at one place: the more confident one's bell is seen."""
    seen = intermediate()
    seen.strides[:], seen.anchors[:] = 8, 2
    seen.keypoints[:] = -1000
    seen.keypoints[:, 9] = 20, 32  # 12, 28 of the input: the centre of column 1, row 3
    marks = hybridpose.drawn_cells_of(8)(seen, poses_of(seen), NUMBERS)
    assert max(mark.score for mark in marks) == pytest.approx(1.0)


def test_the_two_kinds_of_maps_are_shown_side_by_side():
    titles = [step.title for step in hybridpose.STEPS]
    place = titles.index("Keypoints, drawn")
    assert titles[place + 1] == "Visibility maps"
    assert len(hybridpose.STEPS[place].layers) == len(hybridpose.STEPS[place + 1].layers) == 4
    for figure in ("5.7 to 4.9", "0.433 to 0.729"):
        assert figure in hybridpose.STEPS[place + 1].text


def test_there_is_a_layer_for_each_scale():
    drawn = [intermediate(cells=[(s, 0, 0, 32 // s, 32 // s, 255)]) for s in (8, 16, 32)]
    for index, seen in enumerate(drawn, 1):
        counts = [len(layer.marks(seen, poses_of(seen), NUMBERS)) for layer in hybridpose.MAPS]
        assert counts == [int(i == index) for i in range(1, 5)]
