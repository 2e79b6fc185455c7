"""KAPAO learns four drawn images by heart: network, targets, loss and decoding fit together."""

import torch

from methods import weights
from methods.data.batch import collate
from methods.data.coco import CocoKeypoints
from methods.data.labels import Labels
from methods.evaluation.ap import keypoint_ap
from methods.kapao.loss import Gains, KapaoLoss
from methods.kapao.method import KapaoSmall
from methods.kapao.network import KapaoNetwork

STEPS = 140
RATE = 5e-3


def score(network: KapaoNetwork, drawings: CocoKeypoints) -> float:
    method = KapaoSmall("kapao-n", network, drawings[0].width, "cpu")
    found = method.predict([image.read() for image in drawings], method.Settings.evaluation())
    pairs = zip(drawings, found, strict=True)
    return keypoint_ap(drawings, [row for image, one in pairs for row in one.poses.to_coco(image.image_id)]).ap


def test_four_images_are_learnt_by_heart(drawings, one_thread):
    torch.manual_seed(0)
    network = KapaoNetwork("n").train()
    network.start_from(weights.load(weights.resolve("yolo11n-pose")))
    # Table 5's objectness weight is for large inputs: it grows with the square of the width.
    loss = KapaoLoss(network, Gains(objectness=3.0))
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, STEPS, pct_start=0.1)
    batch = collate([(image.read(), Labels.of(image)) for image in drawings])
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss(network(batch.images / 255), batch)["total"].backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 10.0)
        optimizer.step()
        schedule.step()
    assert score(network, drawings) > 0.9
