"""PoseDet learns two drawn images by heart: network, targets, loss and decoding fit together."""

import torch
from torch import nn

from methods.backbones.small_body import load_small_body
from methods.data.batch import collate
from methods.data.coco import CocoKeypoints
from methods.data.labels import Labels
from methods.metrics.ap import keypoint_ap
from methods.posedet.loss import PoseDetLoss
from methods.posedet.method import SmallPoseDet
from methods.posedet.network import SmallPoseDetNetwork
from methods.training.parameters import freeze

STEPS, RATE = 150, 3e-3
REFINING_STEPS = 60
OFF = 0.15  # cells


def score(network: SmallPoseDetNetwork, two_drawings: CocoKeypoints, refine: bool) -> float:
    method = SmallPoseDet("posedet-n", network, two_drawings[0].width, "cpu")
    settings = method.Settings.evaluation().model_copy(update={"refine": refine})
    found = method.predict([image.read() for image in two_drawings], settings)
    pairs = zip(two_drawings, found, strict=True)
    return keypoint_ap(two_drawings, [row for image, one in pairs for row in one.poses.to_coco(image.image_id)]).ap


def learn(network: SmallPoseDetNetwork, resting: list[str], two_drawings: CocoKeypoints, steps: int) -> None:
    freeze(network, resting)
    loss = PoseDetLoss()
    parameters = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, steps, pct_start=0.1)
    batch = collate([(image.read(), Labels.of(image)) for image in two_drawings])
    maps = load_small_body()(batch.images / 255)
    for _ in range(steps):
        optimizer.zero_grad()
        loss(network(maps), batch)["total"].backward()
        nn.utils.clip_grad_norm_(parameters, 10.0)
        optimizer.step()
        schedule.step()


def test_two_images_are_learnt_by_heart_and_what_is_amiss_is_refined(two_drawings, one_thread):
    torch.manual_seed(0)
    network = SmallPoseDetNetwork()
    learn(network, [], two_drawings, STEPS)
    assert score(network, two_drawings, refine=True) > 0.9
    # All coarse keypoints a little to the right and below: displacements learn to take them back.
    network.bypass[-1].bias.data += OFF
    learn(network, ["pyramid.", "extra.", "bypass."], two_drawings, REFINING_STEPS)
    refined, coarse = (score(network, two_drawings, refine) for refine in (True, False))
    assert refined > 0.9
    assert refined > coarse + 0.1
