"""What tests share that let a task learn a batch by heart."""

from collections.abc import Callable

import torch
from torch import nn

from methods.backbones.small_body import load_small_body
from methods.data.batch import collate
from methods.data.coco import CocoKeypoints
from methods.data.labels import Labels
from methods.metrics.ap import keypoint_ap
from methods.ops.people import PeopleBatch
from methods.skeletons import CROWDPOSE14
from methods.training.sources import check_skeleton
from methods.training.task import Task
from methods.types import Prediction


def learn(task: Task, people: PeopleBatch, steps: int, rate: float, clip: float = 10.0) -> None:
    """Take `steps` on one batch behind the small body, the rate in one cycle up to `rate`, gradients at most `clip`."""
    parameters = list(task.network.parameters())
    optimizer = torch.optim.AdamW(parameters, lr=rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, steps, pct_start=0.1)
    with torch.no_grad():
        seen = load_small_body()(people.images / 255)
    for _ in range(steps):
        optimizer.zero_grad()
        task.compare(task.run(task.network, seen, people), people).total.backward()
        nn.utils.clip_grad_norm_(parameters, clip)
        optimizer.step()
        schedule.step()


def learn_crowdpose(build: Callable[[], Task], data: CocoKeypoints, steps: int, rate: float) -> list[Prediction]:
    """Learn all images of CrowdPose's 14 keypoints by heart; returns what is then found in them, of an AP above 0.9."""
    torch.manual_seed(0)
    task = build()
    check_skeleton(data, [task.variant])
    learn(task, collate([(image.read(), Labels.of(image)) for image in data]), steps, rate)
    method = task.method(task.network, data[0].width, "cpu")
    found = method.predict([image.read() for image in data], method.Settings.evaluation())
    assert {one.poses.skeleton for one in found} == {CROWDPOSE14}
    results = [row for image, one in zip(data, found, strict=True) for row in one.poses.to_coco(image.image_id)]
    assert keypoint_ap(data, results).ap > 0.9
    return found
