"""Maps as data, and where they lie."""

import base64

import numpy as np
import pytest

from app.limits import MAPPED_PEOPLE
from app.outputs.maps import MapLayer, as_bytes, drawn_maps, keypoint_channels, limb_channels, of_image, of_people
from methods.ops.letterbox import letterbox
from methods.skeletons import COCO17, CROWDPOSE14
from methods.types import Poses


def test_a_map_of_the_whole_input_lies_where_the_input_does():
    """An image of 60 x 30 in an input of 32 x 32: scaled by 32 / 60, 8 rows of grey above and below."""
    batch, frame = letterbox(np.zeros((30, 60, 3), np.uint8), 32, 32)
    (found,) = of_image(np.zeros((1, 4, 4)), 8, frame)
    assert batch.shape == (3, 32, 32)
    assert list(found.at) == pytest.approx([0, -15, 60, 45])


def test_values_are_rounded_and_held_within_a_byte():
    assert as_bytes(np.array([-1, 0, 0.5, 0.998, 1, 7])).tolist() == [0, 0, 128, 254, 255, 255]
    assert as_bytes(np.array([7], np.uint8)).tolist() == [7]


def test_maps_of_people_carry_their_names_and_end_where_nobody_could_tell_them_apart():
    many = MAPPED_PEOPLE + 2
    found = of_people(np.zeros((many, 1, 2, 2), np.uint8), np.zeros((many, 4)), np.arange(many))
    assert [one.name for one in found] == [f"person {i + 1}" for i in range(MAPPED_PEOPLE)]


def test_values_are_sent_row_by_row_and_channel_by_channel():
    values = np.arange(2 * 2 * 3, dtype=np.uint8).reshape(2, 2, 3)
    cells = np.ascontiguousarray(values.transpose(0, 2, 1)).transpose(0, 2, 1)  # other strides, the same values
    layer = MapLayer(
        "heat", "Heat.", lambda skeleton: ("a", "b"), lambda *_: of_people(cells[None], np.ones((1, 4)), np.array([3]))
    )
    drawn = drawn_maps(layer, None, Poses.empty(), np.zeros(0, int))
    assert drawn["channels"] == ["a", "b"]
    (one,) = drawn["maps"]
    assert (one["shape"], one["name"], one["at"]) == ([2, 2, 3], "person 4", [1, 1, 1, 1])
    assert list(base64.b64decode(one["values"])) == list(range(12))


def test_channels_of_keypoints_are_their_names_in_words():
    assert keypoint_channels(COCO17)[9] == "left wrist"
    assert len(keypoint_channels(CROWDPOSE14)) == len(CROWDPOSE14) == 14
    assert len(limb_channels(CROWDPOSE14)) == len(CROWDPOSE14.limbs)
