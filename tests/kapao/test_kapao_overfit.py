"""KAPAO learns two drawn images by heart behind the small body: neck, targets, loss and decoding fit together.

With CrowdPose's keypoints, so that it is seen too that other than COCO's 17 can be learnt.
"""

import torch

from methods.data.coco import CocoKeypoints
from methods.kapao.training import KapaoTask
from methods.skeletons import CROWDPOSE14
from methods.training.sources import check_skeleton
from tests.learning import ap, batch_of, found_by, learn, small_crowdpose

STEPS, RATE = 140, 1e-2


def test_two_images_are_learnt_by_heart(crowdpose: CocoKeypoints, one_thread):
    torch.manual_seed(0)
    # The objectness weight grows with the square of the width, which is small here.
    task = KapaoTask(small_crowdpose("kapao"), {"objectness": 12.0})
    check_skeleton(crowdpose, [task.variant])
    people = batch_of(crowdpose)
    learn(task, people, STEPS, RATE)
    found = found_by(task, people)
    assert {one.poses.skeleton for one in found} == {CROWDPOSE14}
    assert ap(crowdpose, found) > 0.9
    assert sum(len(one.intermediate.fused_pose) for one in found) > 0.5 * 14 * 3  # keypoint objects of three people
