"""AP of each part of a skeleton that has parts: COCO-WholeBody's body, feet, face and hands."""

from collections.abc import Sequence
from typing import Any

from methods.data.coco import CocoKeypoints
from methods.metrics.ap import KeypointAP, keypoint_ap


def part_ap(data: CocoKeypoints, results: Sequence[dict[str, Any]]) -> dict[str, KeypointAP]:
    """The ten measures of each part by name, as if its keypoints were all there are; empty for a skeleton of one part.

    As COCO-WholeBody's evaluation (xtcocotools): who has no label on the part does not count for it, and a result whose
    part is nowhere but at 0, 0 is none. Raises DataError as `match`.
    """
    found = {}
    for part in data.skeleton.parts:
        cut = [
            {**each, "keypoints": [each["keypoints"][3 * k + i] for k in part.keypoints for i in range(3)]}
            for each in results
        ]
        there = [each for each in cut if any(each["keypoints"])]
        found[part.name] = keypoint_ap(data.taking(part.keypoints, part.name), there)
    return found
