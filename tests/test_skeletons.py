"""Skeletons as those who published them define them, and found by the names of their keypoints."""

import numpy as np
import pytest
from pycocotools.cocoeval import Params

from methods.errors import DataError
from methods.skeletons import (
    COCO17,
    COCO_WHOLEBODY133,
    CROWDPOSE14,
    KNOWN,
    MPII16,
    POSETRACK17,
    Skeleton,
    find_known,
    known_skeleton,
    normal_name,
    shared_names,
)


def test_every_keypoint_has_a_sigma_of_pycocotools():
    assert np.array_equal(COCO17.sigmas, Params(iouType="keypoints").kpt_oks_sigmas)


@pytest.mark.parametrize("skeleton", KNOWN.values(), ids=list(KNOWN))
def test_every_known_skeleton_is_whole(skeleton):
    count = len(skeleton)
    assert skeleton.name.endswith(f"-{count}")
    assert len(set(map(normal_name, skeleton.keypoints))) == len(skeleton.sigmas) == count
    assert min(skeleton.sigmas) > 0
    assert max(skeleton.sigmas) < 0.2
    assert all(0 <= end < count for link in (*skeleton.limbs, *skeleton.pairs) for end in link)
    sides = [(skeleton.keypoints[left], skeleton.keypoints[right]) for left, right in skeleton.pairs]
    named = [(left, right) for left, right in sides if not left.startswith("face")]
    assert all(left.replace("left", "right") == right != left for left, right in named)
    assert len({end for pair in skeleton.pairs for end in pair}) == 2 * len(skeleton.pairs)
    covered = [keypoint for part in skeleton.parts for keypoint in part.keypoints]
    assert covered == list(range(count) if skeleton.parts else [])


@pytest.mark.parametrize("skeleton", KNOWN.values(), ids=list(KNOWN))
def test_a_skeleton_is_found_by_its_names_in_any_order_and_by_its_own(skeleton):
    assert find_known(skeleton.keypoints[::-1]) == (skeleton, tuple(range(len(skeleton)))[::-1])
    assert known_skeleton(skeleton.name.lower()) is skeleton
    assert find_known([*skeleton.keypoints[1:], "horn"]) is None


def test_no_skeleton_of_that_name():
    with pytest.raises(DataError, match=r"no skeleton 'COCO'.*COCO-17, CrowdPose-14"):
        known_skeleton("COCO")


@pytest.mark.parametrize(
    "spelled",
    ["left_shoulder", "Left Shoulder", "L_Shoulder", "LShoulder", "leftShoulder", "shoulder.left"],
)
def test_spellings_of_one_name(spelled):
    assert normal_name(spelled) == "left_shoulder"


def test_shared_names_are_told_in_both_orders():
    first, second = shared_names(MPII16, COCO17)
    assert [MPII16.keypoints[k] for k in first] == [COCO17.keypoints[k] for k in second]
    assert len(first) == 12
    assert len(shared_names(POSETRACK17, COCO17)[0]) == 15


def test_some_keypoints_of_a_skeleton():
    hand = COCO_WHOLEBODY133.taking(COCO_WHOLEBODY133.parts[3].keypoints, "left hand")
    assert len(hand) == 21
    assert hand.keypoints[0] == "left_hand_root"
    assert len(hand.limbs) == 20
    assert hand.pairs == ()
    assert hand.sigmas == COCO_WHOLEBODY133.sigmas[91:112]


def test_links_of_an_unknown_skeleton_count_from_one_or_from_zero():
    one = Skeleton.of_names("x", ["a", "b", "c"], [[1, 2], [2, 3]])
    zero = Skeleton.of_names("x", ["a", "b", "c"], [[0, 1], [1, 2]])
    assert one.limbs == zero.limbs == ((0, 1), (1, 2))


def test_keypoints_of_one_name_have_one_sigma_in_both_skeletons():
    coco = dict(zip(COCO17.keypoints, COCO17.sigmas, strict=True))
    crowd = dict(zip(CROWDPOSE14.keypoints, CROWDPOSE14.sigmas, strict=True))
    assert {name: crowd[name] for name in coco.keys() & crowd.keys()} == {
        name: coco[name] for name in coco.keys() & crowd.keys()
    }
    assert crowd.keys() - coco.keys() == {"head", "neck"}


@pytest.mark.parametrize(("skeleton", "count"), [(COCO17, 8), (CROWDPOSE14, 6)])
def test_pairs_are_left_and_right_of_the_same_keypoint(skeleton, count):
    for left, right in skeleton.pairs:
        assert skeleton.keypoints[left].removeprefix("left_") == skeleton.keypoints[right].removeprefix("right_")
        assert skeleton.keypoints[left].startswith("left_")
    assert len(skeleton.pairs) == count


def test_flip_order_swaps_pairs_and_is_its_own_inverse():
    order = np.array(COCO17.flip_order)
    assert order[0] == 0
    assert (order[5], order[6]) == (6, 5)
    assert (order[order] == np.arange(17)).all()


@pytest.mark.parametrize(("skeleton", "count"), [(COCO17, 19), (CROWDPOSE14, 13)])
def test_limbs_join_all_keypoints_into_one_body(skeleton, count):
    reached = {0}
    for _ in skeleton.keypoints:
        reached |= {keypoint for limb in skeleton.limbs if reached & set(limb) for keypoint in limb}
    assert reached == set(range(len(skeleton)))
    assert len(set(skeleton.limbs)) == count
