"""Intermediate outputs of top-down models of others as marks: a crop for each person, and keypoints that COCO lacks."""

import numpy as np

from app.coco_keypoints import on_coco
from app.colours import person_colour
from app.outputs.layers import layers
from methods.imported_top_down import ImportedIntermediate
from methods.skeletons import CROWDPOSE14
from methods.types import Poses, Prediction, Timing

NUMBERS = np.array([4, 2])  # the viewer calls them person 5 and person 3


def test_every_keypoint_is_marked_by_its_own_name():
    keypoints = np.arange(2 * 14 * 2, dtype=np.float32).reshape(2, 14, 2)
    crops, peaks = np.array([[0, 0, 10, 20], [5, 5, 25, 45]]), np.full((2, 14), 0.25)
    poses = Poses(crops, [0.9, 0.5], keypoints, peaks, skeleton=CROWDPOSE14)
    found = on_coco(Prediction(poses, Timing(1, 1, 1), ImportedIntermediate(crops, keypoints, peaks, CROWDPOSE14)))
    boxes, points = layers(found, NUMBERS, ["Crops", "All its keypoints"])
    assert [mark["at"] for mark in boxes["marks"]] == crops.tolist()
    assert [mark["colour"] for mark in boxes["marks"]] == [person_colour(4), person_colour(2)]
    assert len(points["marks"]) == 2 * 14
    last = points["marks"][-1]
    assert (last["name"], last["at"], last["score"]) == (CROWDPOSE14.keypoints[13].replace("_", " "), [54, 55], 0.25)
    assert last["details"] == ["person 3"]


def test_nobody_has_no_marks():
    nobody = np.zeros((0, 4))
    nothing = ImportedIntermediate(nobody, np.zeros((0, 14, 2)), np.zeros((0, 14)), CROWDPOSE14)
    found = layers(Prediction(Poses.empty(), Timing(1, 1, 1), nothing), np.zeros(0, int), ["Crops"])
    assert found[0]["marks"] == []
