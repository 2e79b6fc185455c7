"""The small metamodel learns drawings by heart: where joints are, and which are hidden or cut off."""

import cv2
import numpy as np
import torch

from methods import weights
from methods.data.augment import Augment
from methods.data.batch import Key, collate
from methods.data.coco import CocoKeypoints
from methods.data.crops import Crops, TrainingCrops
from methods.data.decoded import DecodedImages
from methods.data.mixture import Mixture, Source
from methods.ops.heatmaps import highest
from methods.visibility.loss import Gains, VisibilityLoss
from methods.visibility.network import SHAPE, STRIDE, VisibilityNetwork

STEPS, RATE = 50, 1e-3


def test_places_and_states_are_learnt_by_heart(drawings: CocoKeypoints, one_thread):
    """Eight crops of four drawings, moved so far that some joints are cut off, one joint of each hidden."""
    cv2.setNumThreads(1)
    torch.manual_seed(0)
    network = VisibilityNetwork("n").train()
    network.start_from(weights.load(weights.resolve("yolo11n-pose")))
    for name, parameter in network.named_parameters():
        parameter.requires_grad_(name.startswith(("body.mix.", "coordinates.", "visibility.")))
    mixture = Mixture([Source(drawings)])
    augment = Augment(scale=(1.0, 1.4), translate=0.15, hide_joint=1)
    samples = TrainingCrops(mixture, DecodedImages(mixture.images, 0), augment, 0, Crops())
    batch = collate([samples[Key(0, position, position % 4, SHAPE[0])] for position in range(8)])
    states = batch.visibility
    assert {0, 1, 2} <= set(states.unique().tolist())

    loss = VisibilityLoss(Gains(alpha=0.5, absent=1, occluded=1))
    optimizer = torch.optim.AdamW([p for p in network.parameters() if p.requires_grad], lr=RATE)
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss(network(batch.images / 255), batch)["total"].backward()
        optimizer.step()
    with torch.inference_mode():
        outputs = network(batch.images / 255)  # with the batch's own statistics, as it was learnt
    assert (outputs.visibility.argmax(dim=2) == states).float().mean() > 0.95
    cells, _ = highest(outputs.heatmaps[-1])
    far = (cells * STRIDE - batch.keypoints).norm(dim=2)[states > 0]
    assert np.median(far.numpy()) < STRIDE
