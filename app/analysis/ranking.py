"""Where methods disagree about the people of a photo, as data for the viewer."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from app.colours import person_colour
from app.limits import RANKED
from methods.analysis.disagreement import disagreement
from methods.skeletons import COCO17
from methods.types import Prediction


def ranking(predictions: Mapping[str, Prediction], numbers: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """People and joints, those disagreed about most first; empty where fewer than two methods are shown.

    Of very many people only the RANKED whom some method is surest of take part.
    """
    if len(predictions) < 2:
        return {"people": [], "joints": []}
    shown = _surest(predictions, numbers)
    kept = {name: np.isin(numbers[name], shown) for name in predictions}
    found = disagreement(
        [prediction.poses.keypoints[kept[name]] for name, prediction in predictions.items()],
        [numbers[name][kept[name]] for name in predictions],
        COCO17.sigmas,
    )
    means = found.mean_by_joint()
    order = [k for k in np.argsort(-np.nan_to_num(means, nan=-1.0), kind="stable") if not np.isnan(means[k])]
    return {
        "people": [
            {
                "id": int(number),
                "colour": person_colour(int(number)),
                "disagreement": round(float(found.people[i]), 3),
                "found": int(found.found[i].sum()),
                "area": round(float(found.areas[i]), 1),
                "joints": [None if math.isnan(value) else round(value, 3) for value in found.joints[i].tolist()],
            }
            for i, number in enumerate(found.numbers.tolist())
        ],
        "joints": [{"joint": int(k), "disagreement": round(float(means[k]), 3)} for k in order],
    }


def photo_disagreement(compared: Mapping[str, Any]) -> float | None:
    """Mean over the people of a `ranking`; None where there is nobody or nothing to compare."""
    people = compared["people"]
    return float(np.mean([person["disagreement"] for person in people])) if people else None


def _surest(predictions: Mapping[str, Prediction], numbers: Mapping[str, np.ndarray]) -> np.ndarray:
    """Numbers of the RANKED people with the highest scores."""
    everybody = np.concatenate([numbers[name] for name in predictions])
    scores = np.concatenate([prediction.poses.scores for prediction in predictions.values()])
    best_first = everybody[np.argsort(-scores, kind="stable")]
    _, first = np.unique(best_first, return_index=True)
    return best_first[np.sort(first)[:RANKED]]
