"""Poses of other libraries and back, without importing these: their results are known by their attributes.

What a library does not have is derived: boxes are those around the keypoints, a person's score is the mean of the
keypoints' scores.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np

from methods.errors import DataError
from methods.skeletons import Skeleton

LAST_PIXEL = np.array([0, 0, 1, 1])  # by which boxes of transformers end sooner


class Interchange:
    """What `Poses` inherits: `from_*` read another library's results about one image, `to_*` give what it is made of.

    `skeleton` is as in Poses. Every reader raises DataError where the given object has not what it needs.
    """

    boxes: np.ndarray
    scores: np.ndarray
    keypoints: np.ndarray
    keypoint_scores: np.ndarray

    def __init__(self, *arrays: Any, **named: Any) -> None:
        raise NotImplementedError

    @classmethod
    def from_ultralytics(cls, results: Any, skeleton: Skeleton | None = None) -> Self:
        """Ultralytics' `Results` of a pose model."""
        boxes, found = _get(results, "boxes"), _get(results, "keypoints")
        triples = _array(_get(found, "data"))
        scores = triples[..., 2] if triples.shape[-1] == 3 else np.full(triples.shape[:-1], np.nan)
        return cls(_array(_get(boxes, "xyxy")), _array(_get(boxes, "conf")), triples[..., :2], scores, None, skeleton)

    def to_ultralytics(self) -> dict[str, np.ndarray]:
        """Of `Results(image, path, names, **...)`: boxes [N, 6] (corners, score, class 0), keypoints [N, K, 3]."""
        scores = self.scores[:, None]
        boxes = np.concatenate([self.boxes, scores, np.zeros_like(scores)], axis=1)
        return {"boxes": boxes, "keypoints": np.concatenate([self.keypoints, self.keypoint_scores[..., None]], axis=2)}

    @classmethod
    def from_transformers(cls, results: Sequence[Mapping[str, Any]], skeleton: Skeleton | None = None) -> Self:
        """What `post_process_pose_estimation` of transformers gives for one image: a mapping for each person.

        Its `bbox` is x1, y1, x2, y2 of the first and last pixel, as there.
        """
        keypoints = [_array(_get(each, "keypoints")) for each in results]
        scores = [_array(_get(each, "scores")).reshape(-1) for each in results]
        boxes = [_array(each["bbox"]) + LAST_PIXEL if "bbox" in each else None for each in results]
        return cls._of_people(keypoints, scores, boxes, None, skeleton)

    def to_transformers(self) -> list[dict[str, np.ndarray]]:
        """The same mappings, of arrays."""
        return [
            {
                "keypoints": self.keypoints[i],
                "scores": self.keypoint_scores[i],
                "labels": np.arange(self.keypoints.shape[1]),
                "bbox": self.boxes[i] - LAST_PIXEL,
            }
            for i in range(len(self.scores))
        ]

    @classmethod
    def from_mmpose(cls, sample: Any, skeleton: Skeleton | None = None) -> Self:
        """MMPose's `PoseDataSample`, or its `pred_instances`."""
        found = getattr(sample, "pred_instances", sample)
        boxes = _get(found, "bboxes", optional=True)
        scores = _get(found, "bbox_scores", optional=True)
        return cls._of_people(
            list(_array(_get(found, "keypoints"))), list(_array(_get(found, "keypoint_scores"))),
            None if boxes is None else list(_array(boxes)), None if scores is None else _array(scores), skeleton,
        )  # fmt: skip

    def to_mmpose(self) -> dict[str, np.ndarray]:
        """Of `InstanceData(**...)`."""
        return {
            "bboxes": self.boxes,
            "bbox_scores": self.scores,
            "keypoints": self.keypoints,
            "keypoint_scores": self.keypoint_scores,
        }

    @classmethod
    def from_supervision(cls, key_points: Any, skeleton: Skeleton | None = None) -> Self:
        """Supervision's `KeyPoints`, which have no boxes; a keypoint at 0, 0 is not there, as there."""
        keypoints = _array(_get(key_points, "xy")).astype(np.float64)
        keypoints[(keypoints == 0).all(axis=-1)] = np.nan
        confidences = _get(key_points, "keypoint_confidence", optional=True)
        scores = _get(key_points, "detection_confidence", optional=True)
        return cls._of_people(
            list(keypoints), None if confidences is None else list(_array(confidences)),
            None, None if scores is None else _array(scores), skeleton,
        )  # fmt: skip

    def to_supervision(self) -> dict[str, np.ndarray]:
        """Of `KeyPoints(**...)`; a keypoint that is not there is at 0, 0."""
        return {
            "xy": np.nan_to_num(self.keypoints, nan=0.0),
            "keypoint_confidence": self.keypoint_scores,
            "detection_confidence": self.scores,
            "class_id": np.zeros(len(self.scores), dtype=int),
        }

    @classmethod
    def from_coco(cls, results: Sequence[Mapping[str, Any]], skeleton: Skeleton | None = None) -> Self:
        """COCO keypoint results of one image; a keypoint at 0, 0 is not there. The way back is `Poses.to_coco`."""
        triples = [np.array(_get(each, "keypoints"), dtype=np.float64).reshape(-1, 3) for each in results]
        keypoints = [np.where((one[:, :2] != 0).any(axis=1, keepdims=True), one[:, :2], np.nan) for one in triples]
        boxes = [_corners(each["bbox"]) if each.get("bbox") else None for each in results]
        scores = np.array([_get(each, "score") for each in results])
        return cls._of_people(keypoints, [one[:, 2] for one in triples], boxes, scores, skeleton)

    @classmethod
    def _of_people(
        cls,
        keypoints: Sequence[np.ndarray],
        keypoint_scores: Sequence[np.ndarray] | None,
        boxes: Sequence[np.ndarray | None] | None,
        scores: np.ndarray | None,
        skeleton: Skeleton | None,
    ) -> Self:
        """Keypoints [K, 2] of each person, scores [K] of these, boxes and scores of people where there are any."""
        k = len(skeleton) if skeleton else 17
        points = np.array(keypoints, dtype=np.float64) if len(keypoints) else np.zeros((0, k, 2))
        n = len(points)
        if keypoint_scores is None:
            keypoint_scores = [np.full(points.shape[1], np.nan)] * n
        confidences = np.array(keypoint_scores, dtype=np.float64).reshape(points.shape[:2])
        around = [around_points(each) for each in points]
        corners = around if boxes is None else [a if b is None else b for a, b in zip(around, boxes, strict=True)]
        if scores is None:
            scores = np.array([_mean(each) for each in confidences])
        return cls(np.array(corners).reshape(n, 4), np.reshape(scores, n), points, confidences, None, skeleton)


def around_points(points: np.ndarray) -> np.ndarray:
    """Box [4] around the points [K, 2] that are there; zeros where none is."""
    there = points[np.isfinite(points).all(axis=1)]
    return np.concatenate([there.min(axis=0), there.max(axis=0)]) if len(there) else np.zeros(4)


def _mean(scores: np.ndarray) -> float:
    there = scores[np.isfinite(scores)]
    return float(there.mean()) if len(there) else 1.0


def _corners(bbox: Sequence[float]) -> np.ndarray:
    x, y, width, height = bbox
    return np.array([x, y, x + width, y + height])


def _get(source: Any, name: str, optional: bool = False) -> Any:
    """An attribute or an item; raises DataError where there is none, unless that is fine."""
    value = source.get(name) if isinstance(source, Mapping) else getattr(source, name, None)
    if value is None and not optional:
        raise DataError(f"The given {type(source).__name__} has no {name}; give the results of a pose model.")
    return value


def _array(value: Any) -> np.ndarray:
    """NumPy of an array, a list or a tensor on any device."""
    return np.asarray(value.detach().cpu() if hasattr(value, "detach") else value)
