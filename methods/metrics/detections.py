"""COCO keypoint results as arrays, checked against a data set, in the order in which COCO's evaluation takes them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from methods.data.reading import Tally
from methods.errors import DataError
from methods.metrics.ground_truth import GroundTruth
from methods.metrics.results_reading import ResultsReading

BEST = 20  # detections of one image that count: COCO's maxDets for keypoints


@dataclass(frozen=True, eq=False)
class Detections:
    """D detections: the best of each image, image by image in the order of GroundTruth.image_ids, best first.

    position   [D]        in the list that was given
    image      [D]        position of the image in GroundTruth.image_ids
    rank       [D]        0 for the best of its image
    keypoints  [D, K, 2]  float64, pixels; 0, 0 where the detection has no such keypoint
    scores     [D]
    areas      [D]        square pixels: of the boxes where the first given detection has one, else of keypoints'
               extents
    """

    position: np.ndarray
    image: np.ndarray
    rank: np.ndarray
    keypoints: np.ndarray
    scores: np.ndarray
    areas: np.ndarray
    reading: ResultsReading

    @classmethod
    def of(cls, results: Sequence[dict[str, Any]], ground_truth: GroundTruth, best: int = BEST) -> "Detections":
        """From COCO results of the ground truth's category; equal scores keep their order, and of one image the first
        `best` remain. Results of other categories, and of images that are not in the data set, are left out and
        counted.

        Raises DataError where no detection belongs to an image of the data set, or where one has another number of
        keypoints, a number that is not finite, or no box though the first has one.
        """
        chosen, image, left_out = _chosen(results, ground_truth)
        people = [results[i] for i in chosen]
        keypoints = _keypoints(people, ground_truth)
        scores = np.array([result["score"] for result in people], dtype=np.float64)
        areas = _areas(people, keypoints)
        if not (np.isfinite(keypoints).all() and np.isfinite(scores).all()):
            raise DataError(
                f"A detection for {ground_truth.name} has a keypoint or score that is not a finite number; leave it "
                "out."
            )
        order = np.lexsort((np.arange(len(people)), -scores, image))
        starts = np.searchsorted(image[order], np.arange(len(ground_truth.image_ids)))
        rank = np.arange(len(order)) - starts[image[order]]
        order, rank = order[rank < best], rank[rank < best]
        reading = ResultsReading(
            detections=len(results),
            counted=len(people),
            left_out=left_out.result(),
            beyond_best=len(people) - len(order),
            images=len(ground_truth.image_ids),
            without_results=len(ground_truth.image_ids) - len(np.unique(image)),
            outside=int(((scores < 0) | (scores > 1)).sum()),
        )
        return cls(
            np.array(chosen, dtype=int)[order],
            image[order],
            rank,
            keypoints[order],
            scores[order],
            areas[order],
            reading,
        )

    def __len__(self) -> int:
        return len(self.scores)

    def with_scores(self, scores: np.ndarray) -> "Detections":
        """The same detections with other scores [D], and so in another order within each image."""
        order = np.lexsort((np.arange(len(self)), -scores, self.image))
        return replace(
            self,
            position=self.position[order],
            keypoints=self.keypoints[order],
            scores=scores[order],
            areas=self.areas[order],
        )

    @property
    def by_score(self) -> np.ndarray:
        """Indices of all detections, best first; equal scores in the order of their images."""
        return np.argsort(-self.scores, kind="stable")

    @property
    def there(self) -> np.ndarray:
        """Which keypoints [D, K] the detections have: COCO writes one that is not there as 0, 0."""
        return (self.keypoints != 0).any(axis=2)


def _chosen(results: Sequence[dict[str, Any]], ground_truth: GroundTruth) -> tuple[list[int], np.ndarray, Tally]:
    """The results that count, the positions of their images, and why others do not."""
    known = {image_id: position for position, image_id in enumerate(ground_truth.image_ids.tolist())}
    means = ground_truth.category.means
    chosen, images, left_out = [], [], Tally()
    for i, result in enumerate(results):
        if not means(result.get("category_id")):
            left_out.add("of other categories", f"results[{i}].category_id is {result['category_id']}")
        elif (position := known.get(result["image_id"])) is None:
            left_out.add("of images that are not in the data set", f"results[{i}].image_id is {result['image_id']}")
        else:
            chosen.append(i)
            images.append(position)
    strangers = [each for each in left_out.result() if "images" in each.reason]
    if strangers and not chosen:
        raise DataError(
            f"No detection belongs to an image of {ground_truth.name}: {strangers[0].first}; give the detections of "
            "this data"
            " set."
        )
    return chosen, np.array(images, dtype=int), left_out


def _keypoints(people: Sequence[dict[str, Any]], ground_truth: GroundTruth) -> np.ndarray:
    expected = 3 * len(ground_truth.skeleton)
    for result in people:
        if len(result["keypoints"]) != expected:
            raise DataError(
                f"A detection has {len(result['keypoints'])} keypoint numbers, {ground_truth.name}"
                f" ({ground_truth.skeleton.name}) needs {expected}; evaluate a method of that skeleton."
            )
    triples = np.array([result["keypoints"] for result in people], dtype=np.float64).reshape(-1, expected // 3, 3)
    return np.ascontiguousarray(triples[..., :2])


def _areas(people: Sequence[dict[str, Any]], keypoints: np.ndarray) -> np.ndarray:
    if people and people[0].get("bbox"):
        boxes = [result.get("bbox") for result in people]
        if not all(boxes):
            raise DataError("Some detections have a bbox and some have none; give all of them one, or none.")
        sides = np.array(boxes, dtype=np.float64)
        return sides[:, 2] * sides[:, 3]
    if not len(keypoints):
        return np.zeros(0)
    return (keypoints.max(axis=1) - keypoints.min(axis=1)).prod(axis=1)
