"""What every method predicts: frozen dataclasses of NumPy arrays, without torch."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from methods.interchange import Interchange
from methods.overlay import to_svg
from methods.skeletons import COCO17, Skeleton, assumed

VISIBILITY_STATES = ("absent", "occluded", "visible")  # COCO's flags 0, 1, 2


@dataclass(frozen=True, eq=False)
class Poses(Interchange):
    """N people in one image, best score first.

    boxes            [N, 4]     x1, y1, x2, y2 in pixels of the original image
    scores           [N]        0..1; of others' results whatever ranks their people
    keypoints        [N, K, 2]  x, y in pixels of the original image; NaN where a filter removed the keypoint
    keypoint_scores  [N, K]     0..1; NaN where the method gives none
    visibility       [N, K, 3]  probabilities of absent, occluded, visible; None where the method gives none
    skeleton                    whose K keypoints these are; where it is not said what `assumed` takes K for, so COCO's
                                for 17

    Arrays are copied, cast to float32, sorted by falling score (ties keep their order) and made read-only.
    Raises ValueError where the shapes do not agree.
    """

    boxes: np.ndarray
    scores: np.ndarray
    keypoints: np.ndarray
    keypoint_scores: np.ndarray
    visibility: np.ndarray | None = None
    skeleton: Skeleton = field(default=None, repr=False)  # type: ignore[assignment]  # None only until __post_init__

    def __post_init__(self) -> None:
        scores = np.asarray(self.scores, dtype=np.float32)
        if scores.ndim != 1:
            raise ValueError(f"scores has shape {scores.shape}; expected [N]")
        keypoints = np.asarray(self.keypoints)
        if keypoints.ndim != 3:
            raise ValueError(f"keypoints has shape {keypoints.shape}; expected [N, K, 2]")
        n, k = len(scores), keypoints.shape[1]
        if self.skeleton is None:
            object.__setattr__(self, "skeleton", assumed(k))
        if len(self.skeleton) != k:
            raise ValueError(f"keypoints has K = {k}; {self.skeleton.name} has {len(self.skeleton)}")
        shapes = {
            "boxes": (n, 4),
            "scores": (n,),
            "keypoints": (n, k, 2),
            "keypoint_scores": (n, k),
            "visibility": (n, k, 3),
        }
        order = np.argsort(-scores, kind="stable")
        for name, shape in shapes.items():
            value = getattr(self, name)
            if value is None and name == "visibility":
                continue
            array = np.asarray(value, dtype=np.float32)
            if array.shape != shape:
                raise ValueError(f"{name} has shape {array.shape}; expected {shape} for N = {n}, K = {k}")
            array = array[order]
            array.flags.writeable = False
            object.__setattr__(self, name, array)

    @classmethod
    def empty(cls, num_keypoints: int = len(COCO17)) -> "Poses":
        """No person found: N = 0, K = `keypoints`."""
        return cls(np.zeros((0, 4)), np.zeros(0), np.zeros((0, num_keypoints, 2)), np.zeros((0, num_keypoints)))

    def __len__(self) -> int:
        return len(self.scores)

    def __getitem__(self, index: np.ndarray | slice | list[int]) -> "Poses":
        """People chosen by a boolean mask [N], a slice or a list of indices; sorted by score like any Poses."""
        if isinstance(index, int | np.integer):
            raise TypeError("Poses[i] with one number is ambiguous; use poses[[i]] or poses[i : i + 1]")
        index = index if isinstance(index, slice) else np.asarray(index)
        if isinstance(index, np.ndarray) and index.size == 0:
            index = index.astype(bool if index.dtype == bool else int)
        visibility = None if self.visibility is None else self.visibility[index]
        return Poses(
            self.boxes[index],
            self.scores[index],
            self.keypoints[index],
            self.keypoint_scores[index],
            visibility,
            self.skeleton,
        )

    def __eq__(self, other: object) -> bool:
        """Same people with exactly the same numbers; NaN equals NaN."""
        return self.allclose(other, atol=0.0) if isinstance(other, Poses) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def allclose(self, other: "Poses", atol: float = 1e-3) -> bool:
        """Whether both hold the same people with every number within `atol`; NaN equals NaN."""
        if (self.visibility is None) != (other.visibility is None) or self.keypoints.shape != other.keypoints.shape:
            return False
        names = ["boxes", "scores", "keypoints", "keypoint_scores"]
        names += [] if self.visibility is None else ["visibility"]
        return all(
            np.allclose(getattr(self, name), getattr(other, name), rtol=0.0, atol=atol, equal_nan=True)
            for name in names
        )

    def to_coco(self, image_id: int, category_id: int = 1) -> list[dict[str, Any]]:
        """COCO keypoint results, one dictionary a person.

        `bbox` is x, y, width, height; `keypoints` is x, y, score for each keypoint. A keypoint without a score gets
        score 0; a removed keypoint (NaN) is 0, 0, 0, as COCO writes a keypoint that is not there.
        """
        triples = np.concatenate([self.keypoints, self.keypoint_scores[..., None]], axis=2).astype(np.float64)
        triples[np.isnan(self.keypoints).any(axis=2)] = 0.0
        triples = np.nan_to_num(triples, nan=0.0).round(4)
        corners = self.boxes.astype(np.float64)
        boxes = np.concatenate([corners[:, :2], corners[:, 2:] - corners[:, :2]], axis=1).round(4)
        return [
            {
                "image_id": image_id,
                "category_id": category_id,
                "bbox": boxes[i].tolist(),
                "keypoints": triples[i].ravel().tolist(),
                "score": float(self.scores[i]),
            }
            for i in range(len(self))
        ]

    def to_pandas(self) -> pd.DataFrame:
        """One row per person and keypoint; columns absent, occluded and visible where the method gives them."""
        n, k = self.keypoint_scores.shape
        columns = {
            "person": np.repeat(np.arange(n), k),
            "score": np.repeat(self.scores, k),
            "keypoint": np.tile(np.array(self.skeleton.keypoints, dtype=object), n),
            "x": self.keypoints[..., 0].ravel(),
            "y": self.keypoints[..., 1].ravel(),
            "keypoint_score": self.keypoint_scores.ravel(),
        }
        if self.visibility is not None:
            columns |= {state: self.visibility[..., i].ravel() for i, state in enumerate(VISIBILITY_STATES)}
        return pd.DataFrame(columns)


@dataclass(frozen=True)
class Timing:
    """Milliseconds spent on one image; a batch's time is shared equally among its images.

    `body` is the time of the body that all small variants share, which is run once for all of them; `forward` is the
    time of the rest of the network.
    """

    preprocess: float
    forward: float
    postprocess: float
    body: float = 0.0

    @property
    def total(self) -> float:
        """All of it, as if the method had been alone."""
        return self.preprocess + self.body + self.forward + self.postprocess


@dataclass(frozen=True)
class Prediction:
    """A method's prediction for one image. `intermediate` is a dataclass of the family's own: what "look inside"
    draws. `image` is what `Method.predict` was given, for notebooks; who only decodes keeps none."""

    poses: Poses
    timing: Timing
    intermediate: Any = None
    image: np.ndarray | None = field(default=None, repr=False, compare=False)

    def _repr_html_(self) -> str:
        """What a notebook shows: the poses over the image, or without one their table."""
        if self.image is None:
            return self.poses.to_pandas().to_html()
        return to_svg(self.image, self.poses.keypoints, self.poses.skeleton)
