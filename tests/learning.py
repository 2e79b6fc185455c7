"""What tests share that let a task learn a batch by heart."""

from dataclasses import replace
from typing import Any

import torch
from torch import nn

from methods.backbones.small_body import load_small_body
from methods.catalog import find_variant
from methods.data.batch import collate
from methods.data.coco import CocoKeypoints
from methods.data.labels import Labels
from methods.family import Variant
from methods.metrics.ap import keypoint_ap
from methods.ops.people import PeopleBatch
from methods.skeletons import CROWDPOSE14
from methods.training.sources import check_skeleton
from methods.training.task import Task
from methods.types import Prediction


def small_crowdpose(family: str) -> Variant:
    """A family's small variant with CrowdPose's 14 keypoints, of which none is published."""
    small = find_variant(f"{family}-n")
    options = {**small.options, "num_keypoints": 14}
    return replace(small, name=f"{small.name}-crowdpose", options=options, skeleton=CROWDPOSE14)


def learn(task: Task, people: PeopleBatch, steps: int, rate: float, clip: float = 10.0) -> None:
    """Take `steps` on one batch behind the small body, the rate in one cycle up to `rate`, gradients at most `clip`."""
    parameters = [parameter for parameter in task.network.parameters() if parameter.requires_grad]
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


def found_by(task: Task, people: PeopleBatch, **changes: Any) -> list[Prediction]:
    """What the task's method finds in a batch's images, with `changes` of its evaluation settings."""
    images = [image.permute(1, 2, 0).numpy() for image in people.images]
    method = task.method(task.network, people.images.shape[3], "cpu")
    return method.predict(images, method.Settings.evaluation().model_copy(update=changes))


def learn_by_heart(task: Task, data: CocoKeypoints, steps: int, rate: float) -> tuple[PeopleBatch, list[Prediction]]:
    """Learn all images of a data set of CrowdPose's keypoints; the batch, and what is then found in it, of an AP above
    0.9."""
    check_skeleton(data, [task.variant])
    people = collate([(image.read(), Labels.of(image)) for image in data])
    learn(task, people, steps, rate)
    found = found_by(task, people)
    assert {one.poses.skeleton for one in found} == {CROWDPOSE14}
    assert ap(data, found) > 0.9
    return people, found


def ap(data: CocoKeypoints, found: list[Prediction]) -> float:
    """Of keypoints, found in each of the images."""
    pairs = zip(data, found, strict=True)
    return keypoint_ap(data, [row for image, one in pairs for row in one.poses.to_coco(image.image_id)]).ap
