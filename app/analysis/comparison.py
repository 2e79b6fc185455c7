"""What several methods found in one image, side by side: who is who, how close to the ground truth, where they
differ."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from app.analysis.ground_truth import errors_of, oks_of
from app.limits import RANKED
from methods.analysis.disagreement import Disagreement, disagreement
from methods.data.coco import People
from methods.skeletons import COCO17
from methods.types import Prediction


@dataclass(frozen=True, eq=False)
class Compared:
    """One method's prediction of N people with their numbers [N].

    By the number of each annotated person whom it found: `oks`, and in `errors` each keypoint's error type (None where
    the keypoint has no label). Both are empty where there is no ground truth.
    """

    prediction: Prediction
    numbers: np.ndarray
    oks: Mapping[int, float]
    errors: Mapping[int, list[str | None]]


@dataclass(frozen=True, eq=False)
class Comparison:
    """All methods by name; `disagreement` is None where fewer than two are compared or nobody was found."""

    methods: Mapping[str, Compared]
    ground_truth: People | None
    disagreement: Disagreement | None

    @property
    def people(self) -> int:
        """How many people there are whom at least one method found."""
        return len(np.unique(np.concatenate([np.zeros(0, int), *(each.numbers for each in self.methods.values())])))

    @property
    def mean_disagreement(self) -> float | None:
        """Mean over the people, 0..1; None where there is nobody or nothing to compare."""
        return None if self.disagreement is None else float(self.disagreement.people.mean())


def compare(
    predictions: Mapping[str, Prediction], numbers: Mapping[str, np.ndarray], ground_truth: People | None = None
) -> Comparison:
    """Compare predictions about one image; numbers: for each method those of its people, annotated people's first."""
    methods = {
        name: Compared(
            prediction,
            numbers[name],
            oks_of(ground_truth, prediction, numbers[name]) if ground_truth is not None else {},
            errors_of(ground_truth, prediction, numbers[name]) if ground_truth is not None else {},
        )
        for name, prediction in predictions.items()
    }
    return Comparison(methods, ground_truth, _disagreement(predictions, numbers))


def _disagreement(predictions: Mapping[str, Prediction], numbers: Mapping[str, np.ndarray]) -> Disagreement | None:
    """Of very many people only the RANKED with the highest scores take part."""
    if len(predictions) < 2 or not any(len(prediction.poses) for prediction in predictions.values()):
        return None
    shown = _of_best_score(predictions, numbers)
    kept = {name: np.isin(numbers[name], shown) for name in predictions}
    return disagreement(
        [prediction.poses.keypoints[kept[name]] for name, prediction in predictions.items()],
        [numbers[name][kept[name]] for name in predictions],
        COCO17.sigmas,
    )


def _of_best_score(predictions: Mapping[str, Prediction], numbers: Mapping[str, np.ndarray]) -> np.ndarray:
    everybody = np.concatenate([numbers[name] for name in predictions])
    scores = np.concatenate([prediction.poses.scores for prediction in predictions.values()])
    best_first = everybody[np.argsort(-scores, kind="stable")]
    _, first = np.unique(best_first, return_index=True)
    return best_first[np.sort(first)[:RANKED]]
