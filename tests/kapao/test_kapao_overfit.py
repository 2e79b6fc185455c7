"""KAPAO learns four drawn images by heart behind the small body: neck, targets, loss and decoding fit together."""

import torch

from methods.backbones.small_body import load_small_body
from methods.data.batch import collate
from methods.data.coco import CocoKeypoints
from methods.data.labels import Labels
from methods.metrics.ap import keypoint_ap
from methods.training.tasks import create_task

STEPS = 140
RATE = 1e-2


def test_four_images_are_learnt_by_heart(drawings: CocoKeypoints, one_thread):
    torch.manual_seed(0)
    # The objectness weight grows with the square of the width, which is small here.
    task = create_task("kapao-n", {"objectness": 12.0})
    network = task.network.train()
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, STEPS, pct_start=0.1)
    batch = collate([(image.read(), Labels.of(image)) for image in drawings])
    with torch.no_grad():
        seen = load_small_body()(batch.images / 255)
    for _ in range(STEPS):
        optimizer.zero_grad()
        task.compare(task.run(network, seen, batch), batch).total.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 10.0)
        optimizer.step()
        schedule.step()

    method = task.method(network, drawings[0].width, "cpu")
    settings = method.Settings.evaluation()
    found = method.predict([image.read() for image in drawings], settings)
    pairs = list(zip(drawings, found, strict=True))
    assert keypoint_ap(drawings, [row for image, one in pairs for row in one.poses.to_coco(image.image_id)]).ap > 0.9
    assert sum(len(one.evidence.fused_pose) for one in found) > 0.5 * 17 * 6  # keypoint objects of six people
