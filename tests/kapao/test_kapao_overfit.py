"""KAPAO learns four drawn images by heart behind the small body: neck, targets, loss and decoding fit together."""

import torch

from methods.data.batch import collate
from methods.data.coco import CocoKeypoints
from methods.data.labels import Labels
from methods.metrics.ap import keypoint_ap
from methods.training.tasks import create_task
from tests.learning import learn

STEPS = 140
RATE = 1e-2


def test_four_images_are_learnt_by_heart(drawings: CocoKeypoints, one_thread):
    torch.manual_seed(0)
    # The objectness weight grows with the square of the width, which is small here.
    task = create_task("kapao-n", {"objectness": 12.0})
    learn(task, collate([(image.read(), Labels.of(image)) for image in drawings]), STEPS, RATE)
    method = task.method(task.network, drawings[0].width, "cpu")
    settings = method.Settings.evaluation()
    found = method.predict([image.read() for image in drawings], settings)
    pairs = list(zip(drawings, found, strict=True))
    assert keypoint_ap(drawings, [row for image, one in pairs for row in one.poses.to_coco(image.image_id)]).ap > 0.9
    assert sum(len(one.intermediate.fused_pose) for one in found) > 0.5 * 17 * 6  # keypoint objects of six people
