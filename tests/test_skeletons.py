"""COCO-17 as pycocotools and COCO's annotation files define it."""

import numpy as np
from pycocotools.cocoeval import Params

from methods.skeletons import COCO17


def test_every_joint_has_a_sigma_of_pycocotools():
    assert np.allclose(COCO17.sigmas, Params(iouType="keypoints").kpt_oks_sigmas, atol=0)


def test_pairs_are_left_and_right_of_the_same_joint():
    for left, right in COCO17.pairs:
        assert COCO17.joints[left].removeprefix("left_") == COCO17.joints[right].removeprefix("right_")
    assert len(COCO17.pairs) == 8


def test_flip_order_swaps_pairs_and_is_its_own_inverse():
    order = np.array(COCO17.flip_order)
    assert order[0] == 0
    assert (order[5], order[6]) == (6, 5)
    assert (order[order] == np.arange(17)).all()


def test_limbs_join_all_joints_into_one_body():
    reached = {0}
    for _ in COCO17.joints:
        reached |= {joint for limb in COCO17.limbs if reached & set(limb) for joint in limb}
    assert reached == set(range(17))
    assert len(set(COCO17.limbs)) == 19
