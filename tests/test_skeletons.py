"""COCO-17 as pycocotools and COCO's annotation files define it."""

import numpy as np
import pytest
from pycocotools.cocoeval import Params

from methods.skeletons import COCO17, CROWDPOSE14, SKELETONS


def test_every_joint_has_a_sigma_of_pycocotools():
    assert np.array_equal(COCO17.sigmas, Params(iouType="keypoints").kpt_oks_sigmas)


def test_skeletons_are_found_by_their_number_of_joints():
    assert {count: skeleton.name for count, skeleton in SKELETONS.items()} == {17: "COCO-17", 14: "CrowdPose-14"}
    for count, skeleton in SKELETONS.items():
        assert len(skeleton.joints) == len(skeleton.sigmas) == count


def test_joints_of_one_name_have_one_sigma_in_both_skeletons():
    coco = dict(zip(COCO17.joints, COCO17.sigmas, strict=True))
    crowd = dict(zip(CROWDPOSE14.joints, CROWDPOSE14.sigmas, strict=True))
    assert {name: crowd[name] for name in coco.keys() & crowd.keys()} == {
        name: coco[name] for name in coco.keys() & crowd.keys()
    }
    assert crowd.keys() - coco.keys() == {"head", "neck"}


@pytest.mark.parametrize(("skeleton", "count"), [(COCO17, 8), (CROWDPOSE14, 6)])
def test_pairs_are_left_and_right_of_the_same_joint(skeleton, count):
    for left, right in skeleton.pairs:
        assert skeleton.joints[left].removeprefix("left_") == skeleton.joints[right].removeprefix("right_")
        assert skeleton.joints[left].startswith("left_")
    assert len(skeleton.pairs) == count


def test_flip_order_swaps_pairs_and_is_its_own_inverse():
    order = np.array(COCO17.flip_order)
    assert order[0] == 0
    assert (order[5], order[6]) == (6, 5)
    assert (order[order] == np.arange(17)).all()


@pytest.mark.parametrize(("skeleton", "count"), [(COCO17, 19), (CROWDPOSE14, 13)])
def test_limbs_join_all_joints_into_one_body(skeleton, count):
    reached = {0}
    for _ in skeleton.joints:
        reached |= {joint for limb in skeleton.limbs if reached & set(limb) for joint in limb}
    assert reached == set(range(len(skeleton)))
    assert len(set(skeleton.limbs)) == count
