"""HybridPose learns two drawn images by heart behind the small body, and which keypoints are there.

With CrowdPose's keypoints, so that it is seen too that other than COCO's 17 can be learnt.
"""

from dataclasses import replace

import numpy as np
import torch

from methods.data.batch import collate
from methods.data.coco import CocoKeypoints
from methods.data.labels import Labels
from methods.hybridpose.training import HybridPoseTask
from methods.skeletons import CROWDPOSE14
from methods.training.sources import check_skeleton
from tests.learning import ap, found_by, learn, small_crowdpose

STEPS, RATE = 120, 1e-2
HIPS, KNEES, LEGS = slice(6, 8), slice(8, 10), slice(8, 12)  # legs are knees and ankles


def without_legs(image: np.ndarray, labels: Labels) -> tuple[np.ndarray, Labels]:
    """The image painted over from between hips and knees down, and the knees and ankles without a label."""
    image, keypoints = image.copy(), labels.keypoints[0]
    image[int((keypoints[HIPS, 1].max() + keypoints[KNEES, 1].min()) / 2) :] = 90
    visibility, weights = labels.visibility.copy(), labels.keypoint_weights.copy()
    visibility[:, LEGS], weights[:, LEGS] = 0, 0
    return image, replace(labels, visibility=visibility, keypoint_weights=weights)


def test_two_images_and_who_has_legs_are_learnt_by_heart(crowdpose: CocoKeypoints, one_thread):
    torch.manual_seed(0)
    # The objectness weight grows with the square of the width, which is small here.
    task = HybridPoseTask(small_crowdpose("hybridpose"), {"objectness": 12.0})
    check_skeleton(crowdpose, [task.variant])
    samples = [(image.read(), Labels.of(image)) for image in crowdpose]
    samples[0] = without_legs(*samples[0])
    people = collate(samples)
    learn(task, people, STEPS, RATE)
    found = found_by(task, people)
    assert {one.poses.skeleton for one in found} == {CROWDPOSE14}
    assert ap(crowdpose[1:], found[1:]) > 0.9

    best = [one.intermediate.visibility[0] for one in found]
    there = np.delete(best[0], LEGS)
    assert best[0][LEGS].max() < 0.2
    assert there.min() > 0.6
    assert min(visible.min() for visible in best[1:]) > 0.6
