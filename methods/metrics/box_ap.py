"""Average precision of boxes, as COCO defines it for detection; the same digits as pycocotools."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from pycocotools import mask

from methods.data.coco import CocoKeypoints
from methods.errors import DataError
from methods.metrics.ap import precision_and_recall
from methods.metrics.detections import Detections
from methods.metrics.ground_truth import GroundTruth
from methods.metrics.matching import OKS_THRESHOLDS, Range, match_ranges
from methods.metrics.similarity import Pairs

BEST_BOXES = 100  # of one image that count: COCO's maxDets for boxes


def box_ap(data: CocoKeypoints, detections: Sequence[dict[str, Any]]) -> float:
    """AP of COCO results' boxes, 0..1, over IoU 0.50:0.05:0.95; NaN where there is nobody.

    All people count but crowds, those without labelled keypoints too. Raises DataError where a detection has no box, or
    does not fit the data set (Detections.of).
    """
    if any("bbox" not in each for each in detections):
        raise DataError(f"Some detections for {data.name} have no bbox; give all of them one, or measure keypoints.")
    ground_truth = GroundTruth.of(data)
    found = Detections.of(detections, ground_truth, BEST_BOXES)
    boxes = np.array([detections[i]["bbox"] for i in found.position], dtype=np.float64).reshape(-1, 4)
    everyone = Range("all", ~ground_truth.crowd, np.ones(len(found), dtype=bool))
    matching = match_ranges(ground_truth, found, [everyone], OKS_THRESHOLDS, _overlaps(boxes, found, ground_truth))
    images = np.ones(len(ground_truth.image_ids), dtype=int)
    return float(precision_and_recall(matching.outcomes(), images)[0].mean())


def _overlaps(boxes: np.ndarray, found: Detections, ground_truth: GroundTruth) -> Pairs:
    """Every box [D, 4] with every person of its image and their IoU, of a crowd the share of the box within it."""
    parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = [(np.zeros(0, int), np.zeros(0, int), np.zeros(0))]
    for image in np.unique(found.image):
        rows, people = (np.flatnonzero(each == image) for each in (found.image, ground_truth.image))
        if len(people):
            crowd = ground_truth.crowd[people].astype(np.uint8)
            shared = mask.iou(boxes[rows], ground_truth.boxes[people], crowd)
            parts.append((np.repeat(rows, len(people)), np.tile(people, len(rows)), shared.reshape(-1)))
    return Pairs(*(np.concatenate(each) for each in zip(*parts, strict=True)))
