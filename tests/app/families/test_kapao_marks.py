"""KAPAO's intermediate outputs as marks: a pose whose left wrist (keypoint 9) a keypoint object took, and an object
nobody took."""

import numpy as np
import pytest

from app.colours import person_colour, side_colours
from app.families import kapao
from app.outputs.marks import Mark
from methods.kapao.decode import KapaoIntermediate
from methods.skeletons import COCO17
from methods.types import Poses

SIDES = side_colours(COCO17)


def intermediate(people=2, parts=2, fused=1):
    keypoints = np.arange(2 * 17 * 2, dtype=np.float32).reshape(2, 17, 2)
    return KapaoIntermediate(
        pose_boxes=np.array([[0, 0, 50.04, 100], [50, 0, 90, 80]], np.float32)[:people],
        pose_scores=np.array([0.75, 0.5], np.float32)[:people],
        pose_keypoints=keypoints[:people],
        keypoint_boxes=np.array([[50, 52, 60, 62], [10, 10, 14, 14]], np.float32)[:parts],
        keypoint_scores=np.array([0.625, 0.25], np.float32)[:parts],
        keypoint_classes=np.array([9, 0])[:parts],
        keypoint_centres=np.array([[55, 57], [12, 12]], np.float32)[:parts],
        fused_pose=np.array([1])[:fused],
        fused_keypoint=np.array([9])[:fused],
        fused_object=np.array([0])[:fused],
    )


NUMBERS = np.array([4, 2])  # the viewer calls them person 5 and person 3
POSES = Poses.empty()  # not looked at


def test_a_pose_object_is_a_box_and_its_keypoints_before_fusion():
    first_box, first_pose, second_box, second_pose = kapao.pose_objects(intermediate(), POSES, NUMBERS)
    details = ["0 of 17 keypoints replaced by fusion", "person 5"]
    assert first_box == Mark("box", [0.0, 0.0, 50.0, 100.0], person_colour(4), 0.75, "pose object", details)
    assert first_pose == Mark("pose", [float(i) for i in range(34)], person_colour(4), 0.75, "pose object", details)
    assert second_box.details == second_pose.details == ["1 of 17 keypoints replaced by fusion", "person 3"]


def test_a_keypoint_object_has_its_keypoints_name_and_sides_colour():
    taken, free = kapao.keypoint_objects(intermediate(), POSES, NUMBERS)
    assert taken == Mark(
        "box", [50.0, 52.0, 60.0, 62.0], SIDES[9], 0.625, "left wrist", ["keypoint object", "fused into person 3"]
    )
    assert free == Mark(
        "box", [10.0, 10.0, 14.0, 14.0], SIDES[0], 0.25, "nose", ["keypoint object", "taken by no pose"], aside=True
    )


def test_a_fusion_is_an_arrow_from_the_poses_keypoint_to_the_keypoint_object():
    # Keypoint 9 of the second pose: 34 + 18 = 52 and 53; from there to (55, 57) is 3 by 4 pixels.
    (arrow,) = kapao.fusions(intermediate(), POSES, NUMBERS)
    assert arrow == Mark(
        "arrow",
        [52.0, 53.0, 55.0, 57.0],
        person_colour(2),
        0.625,
        "left wrist",
        ["moved 5.0 px from the pose object's keypoint", "person 3"],
    )


@pytest.mark.parametrize("layer", kapao.LAYERS, ids=lambda layer: layer.name)
def test_nothing_found_is_no_mark(layer):
    assert layer.marks(intermediate(0, 0, 0), POSES, np.zeros(0, int)) == []


def test_poses_without_keypoint_objects_and_the_other_way_round():
    assert len(kapao.pose_objects(intermediate(2, 0, 0), POSES, NUMBERS)) == 4
    assert [mark.aside for mark in kapao.keypoint_objects(intermediate(0, 2, 0), POSES, np.zeros(0, int))] == [
        True,
        True,
    ]


def test_figure_4_on_one_image_counts_what_fusion_replaced():
    rows = kapao.fusion_rows(intermediate(), Poses(np.zeros((2, 4)), np.ones(2), np.ones((2, 17, 2)), np.ones((2, 17))))
    assert len(rows) == 17
    assert rows[9] == {"name": "left wrist", "share": 0.5, "told": "1 of 2"}
    assert rows[0] == {"name": "nose", "share": 0.0, "told": "0 of 2"}
    assert kapao.fusion_rows(intermediate(0, 0, 0), POSES) == []
