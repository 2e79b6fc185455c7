"""The annotated people of a sample: as data for the viewer, and how close each method comes to them."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from app.colours import person_colour
from methods.analysis.error_types import NO_LABEL, Kind, find_mistakes
from methods.data.coco import AnnotatedImage, CocoKeypoints, People
from methods.data.image_files import ImageFiles
from methods.metrics.matching import match
from methods.ops.oks import oks
from methods.skeletons import COCO17
from methods.types import Prediction

KINDS = [kind.value for kind in Kind]
SIGMAS = np.array(COCO17.sigmas)


def joints_of(truth: People) -> np.ndarray:
    """Joints [N, K, 2]; NaN where none is labelled."""
    return np.where((truth.visibility > 0)[..., None], truth.keypoints, np.nan).astype(np.float32)


def people(truth: People) -> list[dict[str, Any]]:
    """The truth in the same form as the viewer's people: joints are x, y, no score, visibility flag, certainly."""
    return [
        {
            "id": i,
            "colour": person_colour(i),
            "score": None,
            "box": truth.boxes[i].round(1).tolist(),
            "area": round(float(truth.areas[i]), 1),
            "joints": [
                [*truth.keypoints[i, k].round(1).tolist(), None, int(flag), 1.0] if flag else None
                for k, flag in enumerate(truth.visibility[i].tolist())
            ],
        }
        for i in range(len(truth))
    ]


def scores(truth: People, prediction: Prediction, numbers: np.ndarray) -> dict[int, float]:
    """OKS of each true person whom the method found, by the person's number: that of the truth comes first."""
    found = np.flatnonzero(numbers < len(truth))
    who = numbers[found]
    chosen = truth[who]
    similarity = oks(
        prediction.poses.keypoints[found], chosen.keypoints, chosen.areas, SIGMAS, labelled=chosen.visibility > 0
    )
    return dict(zip(who.tolist(), similarity.diagonal().round(3).tolist(), strict=True))


def mistakes(truth: People, prediction: Prediction, numbers: np.ndarray) -> dict[int, list[str | None]]:
    """What became of each joint of those whom COCO's matching pairs with a true person, by the number in the viewer.

    Names of methods.analysis.error_types.Kind, None for a joint without a label.
    """
    scene = AnnotatedImage(1, "", 1, 1, truth, ImageFiles((), {}))
    found = find_mistakes(match(CocoKeypoints("scene", (scene,)), prediction.poses.to_coco(scene.image_id)))
    rows = found.matching.detections.position[found.detection]
    return {
        int(numbers[row]): [None if code == NO_LABEL else KINDS[code] for code in codes.tolist()]
        for row, codes in zip(rows.tolist(), found.codes, strict=True)
    }


def summary(truth: People, found: Mapping[int, float]) -> str:
    """One line: how many of the true people were found, and how closely."""
    if not found:
        return f"0 of {len(truth)} true"
    return f"{len(found)} of {len(truth)} true, OKS {np.mean(list(found.values())):.2f}"
