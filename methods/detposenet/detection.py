"""The person-detection branch (section III-A): Faster R-CNN of torchvision's parts, without suppression at the end."""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import nn
from torchvision.models.detection import _utils as parts
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.faster_rcnn import FastRCNNPredictor, TwoMLPHead
from torchvision.models.detection.image_list import ImageList
from torchvision.models.detection.roi_heads import fastrcnn_loss
from torchvision.models.detection.rpn import RegionProposalNetwork, concat_box_prediction_layers
from torchvision.ops import MultiScaleRoIAlign, box_iou, clip_boxes_to_image

# Of the maps that are given; proposals also come from one of twice the last. The paper says no size of anchors: with
# the sizes of network.py the largest are 768 px at the paper's 1280, so that no person is too large for all of them.
STRIDES = (8, 16, 32)
PERSON = 1  # the class beside background
# IoU above which the less sure of two proposals goes: while training for a greater variety (Faster R-CNN); in
# prediction only what is nearly the same, since coarse-pose filtering asks for boxes without suppression.
TRAINING_NMS, NMS = 0.7, 0.9
BEST_IN_TRAINING, BEST_OF_LEVEL, BEST = 200, 300, 200  # proposals
LEAST = 0.02  # objectness of a proposal that the second stage looks at
SAMPLED, POSITIVE = 64, 0.25  # proposals an image that the second stage learns from, and how many of people
POOLED = 7  # cells of a pooled region
IGNORED = -1  # what torchvision's samplers leave out


class Boxes(NamedTuple):
    """Boxes of people in one image, [P, 4] in input pixels, and their scores [P] in 0..1, best first."""

    boxes: torch.Tensor
    scores: torch.Tensor


class GroundTruth(NamedTuple):
    """Boxes [T, 4] in one image and labels [T]: PERSON, or IGNORED where a detection is neither right nor wrong."""

    boxes: torch.Tensor
    labels: torch.Tensor


class RegionProposals(RegionProposalNetwork):
    """torchvision's region proposal network, which also says how sure it is of each box, and ignores what it should.

    `head` takes whatever `forward` is given and answers, for each level [h, w], logits [B, A, h, w] and offsets
    [B, 4 A, h, w] of A anchors a cell: of `aspects` (height over width), as large as a square of `anchor` cells.
    """

    def __init__(self, head: nn.Module, anchor: int, aspects: tuple[float, ...]) -> None:
        strides = (*STRIDES, 2 * STRIDES[-1])
        anchors = AnchorGenerator(tuple((anchor * stride,) for stride in strides), (aspects,) * len(strides))
        most = {"training": BEST_IN_TRAINING, "testing": BEST}
        of_level = {"training": 2 * BEST_IN_TRAINING, "testing": BEST_OF_LEVEL}
        super().__init__(anchors, head, 0.7, 0.3, 256, 0.5, of_level, most, TRAINING_NMS, LEAST)

    def propose(
        self, size: tuple[int, int], features: list[torch.Tensor], ground_truth: list[GroundTruth] | None
    ) -> tuple[list[torch.Tensor], dict[str, torch.Tensor]]:
        """Boxes [P, 4] of each image of `size` (height, width), best first; losses where ground truth is given."""
        # So that the largest anchors are as large as people get.
        logits, offsets = self.head([*features, F.max_pool2d(features[-1], 2)])
        shapes = [size] * len(features[0])
        blank = features[0].new_zeros((len(shapes), 1, 1, 1)).expand(-1, -1, *shapes[0])
        anchors = self.anchor_generator(ImageList(blank, shapes), logits)
        counts = [x[0].numel() for x in logits]
        logits, offsets = concat_box_prediction_layers(logits, offsets)
        boxes = self.box_coder.decode(offsets.detach(), anchors).view(len(shapes), -1, 4)
        self.nms_thresh = NMS if ground_truth is None else TRAINING_NMS
        found, _ = self.filter_proposals(boxes, logits, shapes, counts)
        losses = {}
        if ground_truth is not None:
            targets = [{"boxes": one.boxes, "labels": one.labels} for one in ground_truth]
            labels, matched = self.assign_targets_to_anchors(anchors, targets)
            wanted = self.box_coder.encode(matched, anchors)
            losses["objectness"], losses["proposals"] = self.compute_loss(logits, offsets, labels, wanted)
        return found, losses

    def assign_targets_to_anchors(
        self, anchors: list[torch.Tensor], targets: list[dict[str, torch.Tensor]]
    ) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
        """As torchvision's, but anchors that match an ignored box best are left out."""
        labels, matched = super().assign_targets_to_anchors(anchors, targets)
        for label, places, target in zip(labels, anchors, targets, strict=True):
            ignored = target["boxes"][target["labels"] == IGNORED]
            if len(ignored):
                people = target["boxes"][target["labels"] == PERSON]
                near = self.box_similarity(ignored, places).amax(dim=0)
                best = self.box_similarity(people, places).amax(dim=0) if len(people) else torch.zeros_like(near)
                label[(near > best) & (near > self.proposal_matcher.low_threshold)] = IGNORED
        return labels, matched


class PersonDetector(nn.Module):
    """Both stages of Faster R-CNN on maps [B, C, H / s, W / s] of STRIDES that fuse down- and up-sampling features."""

    def __init__(self, proposals: RegionProposals, channels: int, width: int) -> None:
        super().__init__()
        self.proposals = proposals
        names = [str(i) for i in range(len(STRIDES))]
        self.pool = MultiScaleRoIAlign(names, POOLED, sampling_ratio=2)
        self.head = TwoMLPHead(channels * POOLED**2, width)
        self.predictor = FastRCNNPredictor(width, 2)
        self.coder = parts.BoxCoder((10.0, 10.0, 5.0, 5.0))
        self.matcher = parts.Matcher(0.5, 0.5, allow_low_quality_matches=False)
        self.sampler = parts.BalancedPositiveNegativeSampler(SAMPLED, POSITIVE)

    def forward(
        self, size: tuple[int, int], features: list[torch.Tensor], ground_truth: list[GroundTruth] | None = None
    ) -> tuple[list[Boxes], dict[str, torch.Tensor]]:
        """Boxes in each image of `size` (height, width, multiples of 64), and with `ground_truth` L_det's four
        parts."""
        boxes, losses = self.proposals.propose(size, features, ground_truth)
        labels = wanted = None
        if ground_truth is not None:
            boxes, labels, wanted = self._sample(boxes, ground_truth)
        classes, offsets = self._judge(size, features, boxes)
        if labels is not None and wanted is not None:
            # The mean over no proposal would be no number; the sum of none is 0.
            none = (classes.sum(), offsets.sum())
            losses["scores"], losses["boxes"] = (
                fastrcnn_loss(classes, offsets, labels, wanted) if len(classes) else none
            )
        return self._boxes(size, boxes, classes.detach(), offsets.detach()), losses

    def _judge(
        self, size: tuple[int, int], features: list[torch.Tensor], boxes: list[torch.Tensor]
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits [R, 2] of background and person, and offsets [R, 8], for the boxes of all images in a row."""
        maps = {str(i): x.float() for i, x in enumerate(features)}
        return self.predictor(self.head(self.pool(maps, boxes, [size] * len(boxes))))

    def _boxes(
        self, size: tuple[int, int], boxes: list[torch.Tensor], classes: torch.Tensor, offsets: torch.Tensor
    ) -> list[Boxes]:
        counts = [len(one) for one in boxes]
        moved = self.coder.decode(offsets.float(), boxes).view(len(classes), 2, 4)[:, PERSON]
        scores = classes.float().softmax(dim=1)[:, PERSON]
        found = []
        for box, score in zip(moved.split(counts), scores.split(counts), strict=True):
            order = score.argsort(descending=True, stable=True)
            found.append(Boxes(clip_boxes_to_image(box, size)[order], score[order]))
        return found

    def _sample(
        self, boxes: list[torch.Tensor], ground_truth: list[GroundTruth]
    ) -> tuple[list[torch.Tensor], list[torch.Tensor], list[torch.Tensor]]:
        """Proposals to learn from, their labels [R] and wanted offsets [R, 4], of each image."""
        labels, matched = [], []
        for image, one in enumerate(ground_truth):
            boxes[image] = torch.cat([boxes[image], one.boxes[one.labels == PERSON]])  # true boxes are proposals too
            if not len(one.boxes):
                labels.append(torch.zeros(len(boxes[image]), dtype=torch.long, device=boxes[image].device))
                matched.append(boxes[image])
                continue
            best = self.matcher(box_iou(one.boxes, boxes[image])) if len(boxes[image]) else None
            index = boxes[image].new_zeros(0, dtype=torch.long) if best is None else best.clamp(min=0)
            person = one.labels[index]
            labels.append(person if best is None else torch.where(best < 0, 0, person))
            matched.append(one.boxes[index])
        chosen = [(a | b).nonzero()[:, 0] for a, b in zip(*self.sampler(labels), strict=True)]
        boxes, labels, matched = (
            [x[i] for x, i in zip(values, chosen, strict=True)] for values in (boxes, labels, matched)
        )
        return boxes, labels, list(self.coder.encode(matched, boxes))
