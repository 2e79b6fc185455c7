"""DetPoseNet learns four drawn images by heart: both stages, their losses, the filter and the decoding fit together."""

import torch
from torch import nn
from torchvision.ops import box_iou

from methods.analysis.run import evaluate
from methods.backbones.small_body import load_small_body
from methods.data.augment import Augment
from methods.data.batch import Key, collate
from methods.data.coco import CocoKeypoints
from methods.data.crops import Crops, TrainingCrops
from methods.data.decoded import DecodedImages
from methods.data.labels import Labels
from methods.data.mixture import Mixture, Source
from methods.ops.people import PeopleBatch
from methods.training.task import Task
from methods.training.tasks import create_task

COARSE_STEPS, REFINING_STEPS, RATE = 80, 80, 5e-3


def learn(task: Task, people: PeopleBatch, steps: int) -> None:
    parameters = list(task.network.parameters())
    optimizer = torch.optim.AdamW(parameters, lr=RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, steps, pct_start=0.1)
    with torch.no_grad():
        seen = load_small_body()(people.images / 255)
    for _ in range(steps):
        optimizer.zero_grad()
        losses = task.compare(task.run(task.network, seen, people), people)
        losses.total.backward()
        nn.utils.clip_grad_norm_(parameters, 10.0 * len(people.images))
        optimizer.step()
        schedule.step()


def crops_of(drawings: CocoKeypoints, height: int) -> PeopleBatch:
    """A batch of everybody once, cut out as prediction cuts out annotated boxes."""
    mixture = Mixture([Source(drawings)])
    crops = TrainingCrops(mixture, DecodedImages(mixture.images, 10**9), Augment(), 0, Crops())
    drawn = [crops[Key(0, position, position % 4, height)] for position in range(40)]
    everybody = {image.tobytes(): (image, labels) for image, labels in drawn}
    assert len(everybody) == 6
    return collate(list(everybody.values()))


def test_four_images_are_learnt_by_heart(drawings, one_thread):
    torch.manual_seed(0)
    first, third = create_task("detposenet-n", {}), create_task("detposenet-n", {}, crops=True)
    third.network = first.network
    first.network.crop = (128, 96)
    learn(first, collate([(image.read(), Labels.of(image)) for image in drawings]), COARSE_STEPS)
    learn(third, crops_of(drawings, 128), REFINING_STEPS)
    method = first.method(first.network, drawings[0].width, "cpu")
    assert evaluate(method, drawings, annotated_boxes=True).ap.ap > 0.9
    raws = method.infer([image.read() for image in drawings])
    for image, found in zip(drawings, [method.decode(raw) for raw in raws], strict=True):
        overlap = box_iou(torch.tensor(image.people.boxes), torch.tensor(found.poses.boxes))
        assert len(found.poses) == len(image.people)
        assert (overlap.amax(dim=1) > 0.7).all()
        assert len(found.evidence.people) > len(found.poses)  # so that there was something to filter
