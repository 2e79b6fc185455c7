"""KAPAO learns two drawn images by heart behind the small body: neck, targets, loss and decoding fit together.

With CrowdPose's keypoints, so that it is seen too that other than COCO's 17 can be learnt.
"""

import torch

from methods.data.coco import CocoKeypoints
from methods.kapao.training import KapaoTask
from tests.learning import learn_by_heart, small_crowdpose

STEPS, RATE = 140, 1e-2


def test_two_images_are_learnt_by_heart(crowdpose: CocoKeypoints, one_thread):
    torch.manual_seed(0)
    # The objectness weight grows with the square of the width, which is small here.
    task = KapaoTask(small_crowdpose("kapao"), {"objectness": 12.0})
    _, found = learn_by_heart(task, crowdpose, STEPS, RATE)
    assert sum(len(one.intermediate.fused_pose) for one in found) > 0.5 * 14 * 3  # keypoint objects of three people
