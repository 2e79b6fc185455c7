"""PoseDet learns two drawn images by heart: network, targets, loss and decoding fit together.

With CrowdPose's keypoints, so that it is seen too that other than COCO's 17 can be learnt.
"""

import torch

from methods.data.coco import CocoKeypoints
from methods.posedet.training import PoseDetTask
from methods.training.parameters import freeze
from tests.learning import ap, found_by, learn, learn_by_heart, small_crowdpose

STEPS, RATE = 80, 4e-3
REFINING_STEPS = 70
OFF = 0.25  # cells


def test_two_images_are_learnt_by_heart_and_what_is_amiss_is_refined(crowdpose: CocoKeypoints, one_thread):
    torch.manual_seed(0)
    task = PoseDetTask(small_crowdpose("posedet"), {})
    people, _ = learn_by_heart(task, crowdpose, STEPS, RATE)
    # All coarse keypoints a little to the right and below: displacements learn to take them back.
    task.network.bypass[-1].bias.data += OFF
    freeze(task.network, ["pyramid.", "extra.", "bypass."])
    learn(task, people, REFINING_STEPS, RATE)
    refined, coarse = (ap(crowdpose, found_by(task, people, refine=refine)) for refine in (True, False))
    assert refined > 0.9
    assert refined > coarse + 0.1
