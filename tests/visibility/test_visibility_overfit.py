"""The small metamodel, random, learns two_drawings by heart: where keypoints are, and which are hidden or cut off."""

import cv2
import numpy as np
import torch

from methods.backbones.small_body import load_small_body
from methods.data.augment import Augment
from methods.data.batch import Key, collate
from methods.data.coco import CocoKeypoints
from methods.data.crops import Crops, TrainingCrops
from methods.data.decoded import DecodedImages
from methods.data.mixture import Mixture, Source
from methods.ops.heatmaps import highest
from methods.visibility.loss import VisibilityLoss
from methods.visibility.network import SHAPE, STRIDE, VisibilityNetwork

STEPS, WARMUP, RATE = 28, 10, 2e-3


def test_places_and_states_are_learnt_by_heart(two_drawings: CocoKeypoints, one_thread):
    """Four crops of two drawings, moved so far that some keypoints are cut off, one keypoint of each hidden."""
    cv2.setNumThreads(1)
    torch.manual_seed(0)
    mixture = Mixture([Source(two_drawings)])
    augment = Augment(scale=(1.0, 1.4), translate=0.15, hide_keypoint=1)
    samples = TrainingCrops(mixture, DecodedImages(mixture.images, 0), augment, 0, Crops())
    batch = collate([samples[Key(0, position, position % 2, SHAPE[0])] for position in range(4)])
    states = batch.visibility
    assert {0, 1, 2} <= set(states.unique().tolist())

    network, loss = VisibilityNetwork("n").train(), VisibilityLoss()
    with torch.no_grad():
        maps = load_small_body()(batch.images / 255)
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1 / WARMUP, total_iters=WARMUP)
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss(network(maps), batch)["total"].backward()
        optimizer.step()
        schedule.step()
    with torch.inference_mode():
        outputs = network(maps)  # with the batch's own statistics, as it was learnt
    assert (outputs.visibility.argmax(dim=2) == states).float().mean() > 0.95
    cells, _ = highest(outputs.heatmaps[-1])
    far = (cells * STRIDE - batch.keypoints).norm(dim=2)[states > 0]
    assert np.median(far.numpy()) < STRIDE / 2
