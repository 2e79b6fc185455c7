"""HybridPose learns two drawn images by heart behind the small body, and which keypoints are there."""

from dataclasses import replace

import numpy as np
import torch

from methods.data.batch import collate
from methods.data.coco import CocoKeypoints
from methods.data.labels import Labels
from methods.metrics.ap import keypoint_ap
from methods.training.tasks import create_task
from tests.learning import learn

STEPS = 120
RATE = 1e-2
LEGS = slice(13, 17)  # knees and ankles


def without_legs(image: np.ndarray, labels: Labels) -> tuple[np.ndarray, Labels]:
    """The image painted over from between hips and knees down, and the knees and ankles without a label."""
    image, keypoints = image.copy(), labels.keypoints[0]
    image[int((keypoints[11:13, 1].max() + keypoints[13:15, 1].min()) / 2) :] = 90
    visibility, weights = labels.visibility.copy(), labels.keypoint_weights.copy()
    visibility[:, LEGS], weights[:, LEGS] = 0, 0
    return image, replace(labels, visibility=visibility, keypoint_weights=weights)


def test_two_images_and_who_has_legs_are_learnt_by_heart(two_drawings: CocoKeypoints, one_thread):
    torch.manual_seed(0)
    # The objectness weight grows with the square of the width, which is small here.
    task = create_task("hybridpose-n", {"objectness": 12.0})
    samples = [(image.read(), Labels.of(image)) for image in two_drawings]
    samples[0] = without_legs(*samples[0])
    learn(task, collate(samples), STEPS, RATE)
    method = task.method(task.network, two_drawings[0].width, "cpu")
    found = method.predict([image for image, _ in samples], method.Settings.evaluation())
    pairs = list(zip(two_drawings, found, strict=True))
    rows = [row for image, one in pairs[1:] for row in one.poses.to_coco(image.image_id)]
    assert keypoint_ap(two_drawings[1:], rows).ap > 0.9

    best = [one.intermediate.visibility[0] for one in found]
    assert best[0][LEGS].max() < 0.2
    assert best[0][:13].min() > 0.6
    assert min(visible.min() for visible in best[1:]) > 0.6
