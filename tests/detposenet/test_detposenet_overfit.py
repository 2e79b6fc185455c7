"""DetPoseNet learns four drawn images by heart: both stages, their losses, the filter and the decoding fit together."""

from collections.abc import Callable

import torch
from torch import nn
from torchvision.ops import box_iou

from methods import weights
from methods.data.augment import Augment
from methods.data.batch import Key, collate
from methods.data.coco import CocoKeypoints
from methods.data.crops import Crops, TrainingCrops
from methods.data.decoded import DecodedImages
from methods.data.labels import Labels
from methods.data.mixture import Mixture, Source
from methods.detposenet.loss import Gains, coarse_losses, refinement_losses
from methods.detposenet.method import SmallDetPoseNet
from methods.detposenet.network import DetPoseNetNetwork
from methods.detposenet.targets import true_boxes
from methods.evaluation.run import evaluate
from methods.ops.people import PeopleBatch
from methods.training.parameters import freeze

COARSE_STEPS, REFINING_STEPS, RATE = 150, 120, 5e-3


def learn(
    network: DetPoseNetNetwork, resting: list[str], steps: int, loss: Callable[[], dict[str, torch.Tensor]]
) -> None:
    freeze(network, resting)
    parameters = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, steps, pct_start=0.1)
    for _ in range(steps):
        optimizer.zero_grad()
        torch.stack(list(loss().values())).sum().backward()
        nn.utils.clip_grad_norm_(parameters, 10.0)
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
    network = DetPoseNetNetwork()
    network.crop = (128, 96)
    network.start_from(weights.load(weights.resolve("yolo11n-pose")))
    batch, crops = collate([(image.read(), Labels.of(image)) for image in drawings]), crops_of(drawings, 128)
    # The checkpoint has seen no stick figures. Of its head only the last layers of boxes and scores learn: its batch
    # norm would learn too much from four images.
    last = tuple(f"body.model.23.{tower}.{level}.2." for tower in ("cv2", "cv3") for level in range(3))
    body = [name for name, _ in network.named_parameters() if name.startswith("body.") and not name.startswith(last)]
    gains = Gains(joints=0.1, limbs=0.05, refinement=1.0)

    def first() -> dict[str, torch.Tensor]:
        return coarse_losses(network(batch.images / 255, true_boxes(batch)), batch, gains)

    def third() -> dict[str, torch.Tensor]:
        return refinement_losses(network(crops.images / 255, crops=True), crops, gains)

    learn(network, [*body, "refine."], COARSE_STEPS, first)
    learn(network, ["body.", "coarse."], REFINING_STEPS, third)
    method = SmallDetPoseNet("detposenet-n", network, drawings[0].width, "cpu")
    assert evaluate(method, drawings, annotated_boxes=True).ap.ap > 0.9
    raws = method.infer([image.read() for image in drawings])
    for image, found in zip(drawings, [method.decode(raw) for raw in raws], strict=True):
        overlap = box_iou(torch.tensor(image.people.boxes), torch.tensor(found.poses.boxes))
        assert len(found.poses) == len(image.people)
        assert (overlap.amax(dim=1) > 0.7).all()
        assert len(found.evidence.people) > len(found.poses)  # so that there was something to filter
