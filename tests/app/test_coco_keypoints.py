"""A model with other keypoints beside those with COCO's: what both have, by name."""

import numpy as np
import pytest

from app.coco_keypoints import comparable, left_out, on_coco
from methods.skeletons import COCO17, CROWDPOSE14, HAND21, Skeleton
from methods.types import Poses, Prediction, Timing

TIMING = Timing(1, 2, 3)


def found(skeleton: Skeleton) -> Prediction:
    k = len(skeleton)
    keypoints = np.arange(2 * k).reshape(1, k, 2)
    visibility = np.full((1, k, 3), 1 / 3)
    poses = Poses([[0, 0, 9, 9]], [0.5], keypoints, np.arange(k)[None] / k, visibility, skeleton)
    return Prediction(poses, TIMING, "intermediate")


def test_keypoints_of_the_same_name_take_their_places():
    before, after = found(CROWDPOSE14), on_coco(found(CROWDPOSE14))
    assert (after.timing, after.intermediate, after.poses.skeleton) == (TIMING, "intermediate", COCO17)
    for name in CROWDPOSE14.keypoints[:12]:
        own, place = CROWDPOSE14.keypoints.index(name), COCO17.keypoints.index(name)
        np.testing.assert_array_equal(after.poses.keypoints[0, place], before.poses.keypoints[0, own])
        assert after.poses.keypoint_scores[0, place] == before.poses.keypoint_scores[0, own]
    assert np.isnan(after.poses.keypoints[0, :5]).all(), "CrowdPose has no face"
    assert np.isnan(after.poses.visibility[0, :5]).all()


def test_cocos_own_stay_as_they_are():
    prediction = found(COCO17)
    assert on_coco(prediction) is prediction


@pytest.mark.parametrize(
    ("skeleton", "there", "said"),
    [(COCO17, True, ""), (CROWDPOSE14, True, "12 of its 14"), (HAND21, False, "0 of its 21")],
    ids=lambda each: getattr(each, "name", str(each)),
)
def test_what_is_left_out_is_said(skeleton, there, said):
    assert comparable(skeleton) is there
    assert said in left_out(skeleton)
    assert bool(said) == bool(left_out(skeleton))
