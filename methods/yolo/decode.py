"""Decoding of Ultralytics' pose networks: keep candidates above a score, then one for each person."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
import torch

from methods.ops.letterbox import Frame
from methods.ops.nms import box_nms
from methods.settings import Settings, setting
from methods.skeletons import COCO17, Skeleton
from methods.types import Poses

MAX_PEOPLE = 300  # ultralytics' own limit; more people than any COCO image holds


class EndToEndSettings(Settings):
    """Thresholds of a network that gives each person once, as YOLO26-pose does."""

    keypoint_filter: ClassVar[str | None] = "keypoint_confidence"
    pose_confidence: float = setting(0.5, 0.001, 1.0, "people with a lower score are left out")
    keypoint_confidence: float = setting(0.25, 0.0, 1.0, "keypoints with a lower score are left out")

    @classmethod
    def evaluation(cls) -> Self:
        """Low score floor and every keypoint placed, as AP wants it."""
        return cls(pose_confidence=0.005, keypoint_confidence=0.0)


class YoloSettings(EndToEndSettings):
    """Thresholds of a network that gives each person many times, as YOLO11-pose does."""

    pose_iou: float = setting(0.65, 0.0, 1.0, "of two people whose boxes overlap by more, the better stays", unit="IoU")


@dataclass(frozen=True)
class YoloIntermediate:
    """The M candidates above the score threshold, before one is chosen for each person; best score first.

    boxes [M, 4], scores [M], keypoints [M, K, 3] as x, y, score; pixels of the original image. kept [M]: who stays.
    """

    boxes: np.ndarray
    scores: np.ndarray
    keypoints: np.ndarray
    kept: np.ndarray


def decode(
    outputs: dict[str, torch.Tensor], frame: Frame, settings: EndToEndSettings, skeleton: Skeleton = COCO17
) -> tuple[Poses, YoloIntermediate]:
    """Candidates of one image (boxes [A, 4], scores [A], classes [A], keypoints [A, K, 3], see network.py) to people.

    With YoloSettings a candidate is compared with those of its own class alone, as Ultralytics does; with
    EndToEndSettings the best MAX_PEOPLE stay.
    """
    chosen = (outputs["scores"] >= settings.pose_confidence).nonzero()[:, 0]
    chosen = chosen[outputs["scores"][chosen].argsort(descending=True, stable=True)]
    boxes, scores, keypoints = (outputs[name][chosen] for name in ("boxes", "scores", "keypoints"))
    kept = np.zeros(len(chosen), dtype=bool)
    if isinstance(settings, YoloSettings):
        # Far apart by class, so that boxes of different classes never overlap.
        reach = boxes.max() - boxes.min() + 1 if len(boxes) else 0
        apart = boxes + (outputs["classes"][chosen] * reach)[:, None]
        kept[box_nms(apart, scores, settings.pose_iou, MAX_PEOPLE).numpy()] = True
    else:
        kept[:MAX_PEOPLE] = True
    triples = keypoints.numpy().copy()
    triples[..., :2] = frame.to_original(triples[..., :2])
    intermediate = YoloIntermediate(frame.boxes_to_original(boxes.numpy()), scores.numpy(), triples, kept)
    uncertain = triples[kept, :, 2:] < settings.keypoint_confidence
    shown = np.where(uncertain, np.nan, triples[kept, :, :2])
    poses = Poses(intermediate.boxes[kept], intermediate.scores[kept], shown, triples[kept, :, 2], skeleton=skeleton)
    return poses, intermediate
