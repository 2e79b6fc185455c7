"""KAPAO learns two drawn images by heart behind the small body: neck, targets, loss and decoding fit together."""

import torch

from methods.data.batch import collate
from methods.data.coco import CocoKeypoints
from methods.data.labels import Labels
from methods.metrics.ap import keypoint_ap
from methods.training.tasks import create_task
from tests.learning import learn

STEPS = 140
RATE = 1e-2


def test_two_images_are_learnt_by_heart(two_drawings: CocoKeypoints, one_thread):
    torch.manual_seed(0)
    # The objectness weight grows with the square of the width, which is small here.
    task = create_task("kapao-n", {"objectness": 12.0})
    learn(task, collate([(image.read(), Labels.of(image)) for image in two_drawings]), STEPS, RATE)
    method = task.method(task.network, two_drawings[0].width, "cpu")
    settings = method.Settings.evaluation()
    found = method.predict([image.read() for image in two_drawings], settings)
    pairs = list(zip(two_drawings, found, strict=True))
    assert (
        keypoint_ap(two_drawings, [row for image, one in pairs for row in one.poses.to_coco(image.image_id)]).ap > 0.9
    )
    assert sum(len(one.intermediate.fused_pose) for one in found) > 0.5 * 17 * 3  # keypoint objects of three people
