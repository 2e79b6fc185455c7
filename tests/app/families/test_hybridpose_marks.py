"""HybridPose's intermediate outputs as marks: two people, one keypoint left out, and a few cells of the maps."""

from dataclasses import replace

import numpy as np
import pytest

from app.colours import person_colour
from app.families import hybridpose
from app.models import offered
from app.outputs.maps import MapLayer
from app.outputs.marks import Mark
from methods.hybridpose.decode import HybridPoseIntermediate
from methods.ops.letterbox import Frame
from methods.skeletons import COCO17
from methods.types import Poses

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


def test_a_map_lies_where_its_input_was_and_the_highest_anchor_counts():
    # The input of 64 x 64 reaches from -4, -24 to 124, 104 of the image, the grey around it included.
    seen = intermediate(cells=[(8, 0, 9, 3, 1, 102), (8, 2, 9, 3, 1, 204), (16, 1, 0, 2, 2, 255)])
    (fine,) = hybridpose.maps_of(8)(seen, poses_of(seen), NUMBERS)
    assert list(fine.at) == [-4.0, -24.0, 124.0, 104.0]
    assert fine.values.shape == (17, 8, 8)
    assert np.argwhere(fine.values).tolist() == [[9, 3, 1]]
    assert fine.values[9, 3, 1] == 204
    (coarse,) = hybridpose.maps_of(16)(seen, poses_of(seen), NUMBERS)
    assert np.argwhere(coarse.values).tolist() == [[0, 2, 2]]


@pytest.mark.parametrize("layer", hybridpose.LAYERS, ids=lambda layer: layer.name)
def test_nobody_is_no_mark_and_an_empty_map(layer):
    nobody = intermediate(people=0)
    if isinstance(layer, MapLayer):
        assert len(layer.channels(COCO17)) == 17
        assert not any(found.values.any() for found in layer.maps(nobody, Poses.empty(), NUMBERS[:0]))
    else:
        assert layer.marks(nobody, Poses.empty(), NUMBERS[:0]) == []


def test_equation_6_by_hand():
    """The second person, of stride 8 and with a confidence of 0.5, has the left wrist at 26, 37 of the image: at 15,
    30.5 of the input, 1.875, 3.8125 of the map. So the cell of column 1, row 3, its centre 0.375 and 0.3125 away, is
    exp(-(0.375^2 + 0.3125^2) / 2) of 0.5 high; and nothing is drawn of the first person, whose stride is 32."""
    seen = intermediate()
    seen.keypoints[1, :] = -1000
    seen.keypoints[1, 9] = 26, 37
    (drawn,) = hybridpose.drawn_of(8)(seen, poses_of(seen), NUMBERS)
    assert drawn.values[9, 3, 1] == drawn.values.max() == round(255 * 0.5 * np.exp(-(0.375**2 + 0.3125**2) / 2))
    assert np.flatnonzero(drawn.values.any(axis=(1, 2))).tolist() == [9]


def test_equation_7_takes_the_higher_of_two():
    """Both people find their left wrist by the same anchor, at one place: the more confident one's bell is seen."""
    seen = intermediate()
    seen.strides[:], seen.anchors[:] = 8, 2
    seen.keypoints[:] = -1000
    seen.keypoints[:, 9] = 20, 32  # 12, 28 of the input: the centre of column 1, row 3
    (drawn,) = hybridpose.drawn_of(8)(seen, poses_of(seen), NUMBERS)
    assert drawn.values.max() == drawn.values[9, 3, 1] == 255


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
        found = [layer.maps(seen, poses_of(seen), NUMBERS)[0].values.any() for layer in hybridpose.MAPS]
        assert found == [i == index for i in range(1, 5)]


def test_figure_7_on_one_image_is_the_mean_height_of_the_keypoints_that_are_shown():
    """Everybody's visibility is 0.75 but the second person's left wrist's, which is left out."""
    seen = intermediate()
    rows = hybridpose.height_rows(seen, poses_of(seen))
    assert [row["name"] for row in rows[:2]] == ["nose", "left eye"]
    assert len(rows) == 17
    assert all((row["share"], row["told"]) == (0.75, "0.75") for row in rows)


def test_figure_6_on_one_image_is_the_mean_distance_to_the_peak_in_cells():
    """The first person's nose is at 10, 8 of the image: at 7, 16 of the input, 0.21875, 0.5 of the map of stride 32,
    whose only peak, the cell of column 1 and row 0, has its centre at 1.5, 0.5. Others have no peak."""
    seen = intermediate(people=1, cells=[(32, 0, 0, 0, 1, 200)])
    seen.keypoints[0, 0] = 10, 8
    (row,) = hybridpose.peak_rows(seen, poses_of(seen))
    assert row == {"name": "nose", "share": round(1.28125 / 6, 3), "told": "1.3 cells"}
    assert hybridpose.peak_rows(intermediate(people=0), Poses.empty()) == []


def test_maps_without_the_loss_are_shown_as_those_with_it():
    seen = intermediate(cells=[(8, 1, 9, 3, 4, 204)])
    assert hybridpose.plain_maps_of(8)(seen, poses_of(seen), NUMBERS) == []  # no such network looked
    plain = replace(intermediate(), plain_maps=seen.maps)
    (found,) = hybridpose.plain_maps_of(8)(plain, poses_of(plain), NUMBERS)
    assert np.argwhere(found.values).tolist() == [[9, 3, 4]]


def test_the_page_lets_the_published_network_without_the_loss_look():
    method = offered()["hybridpose-n"]
    found = method.predict([np.full((64, 64, 3), 127, np.uint8)])[0].intermediate
    assert found.plain_maps.keys() == found.maps.keys()
    assert any((found.plain_maps[stride] != found.maps[stride]).any() for stride in found.maps)
