"""DetPoseNet learns two drawn images by heart: both stages, their losses, the filter and the decoding fit together."""

import torch
from torchvision.ops import box_iou

from methods.analysis.run import evaluate
from methods.data.augment import Augment
from methods.data.batch import Key, collate
from methods.data.coco import CocoKeypoints
from methods.data.crops import Crops, TrainingCrops
from methods.data.decoded import DecodedImages
from methods.data.labels import Labels
from methods.data.mixture import Mixture, Source
from methods.metrics.box_ap import box_ap
from methods.ops.people import PeopleBatch
from methods.training.tasks import create_task
from tests.learning import learn

COARSE_STEPS, REFINING_STEPS, RATE = 65, 60, 5e-3


def crops_of(two_drawings: CocoKeypoints, height: int) -> PeopleBatch:
    """A batch of everybody once, cut out as prediction cuts out annotated boxes."""
    mixture = Mixture([Source(two_drawings)])
    crops = TrainingCrops(mixture, DecodedImages(mixture.images, 10**9), Augment(), 0, Crops())
    drawn = [crops[Key(0, position, position % 2, height)] for position in range(20)]
    everybody = {image.tobytes(): (image, labels) for image, labels in drawn}
    assert len(everybody) == 3
    return collate(list(everybody.values()))


def test_two_images_are_learnt_by_heart(two_drawings, one_thread):
    torch.manual_seed(0)
    first, third = create_task("detposenet-n", {}), create_task("detposenet-n", {}, crops=True)
    third.network = first.network
    first.network.crop = (128, 96)
    whole, crops = collate([(image.read(), Labels.of(image)) for image in two_drawings]), crops_of(two_drawings, 128)
    learn(first, whole, COARSE_STEPS, RATE, clip=10.0 * len(whole.images))
    learn(third, crops, REFINING_STEPS, RATE, clip=10.0 * len(crops.images))
    judged = evaluate(first.method(first.network, two_drawings[0].width, "cpu"), two_drawings)
    assert judged.ap.ap > 0.7  # of coarse poses
    assert box_ap(two_drawings, judged.detections) > 0.7
    method = third.method(first.network, two_drawings[0].width, "cpu")
    assert evaluate(method, two_drawings, annotated_boxes=True).ap.ap > 0.9
    raws = method.infer([image.read() for image in two_drawings])
    for image, found in zip(two_drawings, [method.decode(raw) for raw in raws], strict=True):
        overlap = box_iou(torch.tensor(image.people.boxes), torch.tensor(found.poses.boxes))
        assert len(found.poses) == len(image.people)
        assert (overlap.amax(dim=1) > 0.7).all()
        assert len(found.intermediate.people) > len(found.poses)  # so that there was something to filter
