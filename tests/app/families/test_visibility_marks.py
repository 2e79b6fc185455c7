"""The visibility metamodel's intermediate outputs as marks: two people, one keypoint judged absent."""

import numpy as np

from app.colours import person_colour
from app.families import visibility
from app.outputs.layers import LAYERS
from app.outputs.maps import MapLayer
from app.outputs.marks import Mark
from methods.types import Poses
from methods.visibility.decode import VisibilityIntermediate

NUMBERS = np.array([4, 2])  # the viewer calls them person 5 and person 3


def intermediate(people=2):
    states = np.tile([0.25, 0.25, 0.5], (2, 17, 1))
    states[1, 9] = [0.75, 0.125, 0.125]
    return VisibilityIntermediate(
        crops=np.array([[-5.0, 0, 70, 100], [10, 10, 40, 50]])[:people],
        keypoints=np.arange(2 * 17 * 2, dtype=np.float32).reshape(2, 17, 2)[:people],
        peaks=np.full((2, 17), 0.6)[:people],
        visibility=states[:people],
        heatmaps=np.full((min(people, 1), 17, 4, 3), 51, np.uint8),
        mapped=np.arange(min(people, 1)),
    )


def poses_of(seen):
    keypoints = np.where(seen.visibility[..., :1] > 0.5, np.nan, seen.keypoints)
    count = len(keypoints)
    return Poses(np.zeros((count, 4)), np.linspace(1, 0.5, count), keypoints, seen.peaks, seen.visibility)


def test_each_persons_crop_is_a_box_even_beyond_the_image():
    seen = intermediate()
    marks = visibility.crops(seen, poses_of(seen), NUMBERS)
    assert marks[0] == Mark(
        "box", [-5, 0, 70, 100], person_colour(4), 1, "Crop", ["person 5", "scaled to 256 x 192 px"]
    )
    assert [mark.score for mark in marks] == [1, 0.5]


def test_every_keypoint_tells_its_chances_and_what_was_left_out_is_aside():
    seen = intermediate()
    marks = visibility.keypoints(seen, poses_of(seen), NUMBERS)
    assert len(marks) == 34
    assert (marks[0].name, marks[0].at, marks[0].score) == ("nose", [0, 1], 0.75)
    assert marks[0].details == ["there", "absent 25%", "occluded 25%", "visible 50%", "heat map 60%", "person 5"]
    (gone,) = [mark for mark in marks if mark.aside]
    assert (gone.name, gone.score, gone.colour) == ("left wrist", 0.25, person_colour(2))
    assert gone.details[0] == "left out"


def test_nobody_has_no_marks():
    seen = intermediate(people=0)
    for layer in LAYERS[VisibilityIntermediate]:
        found = layer.maps if isinstance(layer, MapLayer) else layer.marks
        assert found(seen, poses_of(seen), NUMBERS[:0]) == []


def test_heat_maps_lie_in_the_crops_of_the_people_of_whom_they_were_kept():
    seen = intermediate()
    (found,) = visibility.heat_maps(seen, poses_of(seen), NUMBERS)
    assert (list(found.at), found.name, found.values.shape) == ([-5, 0, 70, 100], "person 5", (17, 4, 3))


def test_two_rules_that_leave_out_as_many_disagree_where_they_do():
    """One keypoint is absent; the lowest of all heat maps is another one's."""
    seen = intermediate()
    seen.peaks[0, 3] = 0.1
    low, absent = visibility.disagreements(seen, poses_of(seen), NUMBERS)
    assert (absent.name, absent.aside, absent.details[0]) == ("left wrist", False, "left out as absent alone")
    assert (low.name, low.aside, low.details[0]) == ("left ear", True, "left out by the threshold alone")
    seen.peaks[0, 3], seen.peaks[1, 9] = 0.6, 0.1
    assert visibility.disagreements(seen, poses_of(seen), NUMBERS) == []
