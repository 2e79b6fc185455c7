"""How close one method's prediction comes to the annotated people of an image."""

import numpy as np

from methods.analysis.error_types import NO_LABEL, Kind, find_errors
from methods.data.coco import AnnotatedImage, CocoKeypoints, People
from methods.data.image_files import ImageFiles
from methods.metrics.matching import match
from methods.ops.oks import oks
from methods.skeletons import COCO17
from methods.types import Prediction

KINDS = [kind.value for kind in Kind]
SIGMAS = np.array(COCO17.sigmas)


def keypoints_of(ground_truth: People) -> np.ndarray:
    """Keypoints [N, K, 2] in pixels; NaN where none is labelled."""
    return np.where((ground_truth.visibility > 0)[..., None], ground_truth.keypoints, np.nan).astype(np.float32)


def oks_of(ground_truth: People, prediction: Prediction, numbers: np.ndarray) -> dict[int, float]:
    """OKS of each annotated person whom the method found, by number; numbers [N], annotated people's first."""
    found = np.flatnonzero(numbers < len(ground_truth))
    who = numbers[found]
    chosen = ground_truth[who]
    similarity = oks(
        prediction.poses.keypoints[found], chosen.keypoints, chosen.areas, SIGMAS, labelled=chosen.visibility > 0
    )
    return dict(zip(who.tolist(), similarity.diagonal().round(3).tolist(), strict=True))


def errors_of(ground_truth: People, prediction: Prediction, numbers: np.ndarray) -> dict[int, list[str | None]]:
    """Each keypoint's error type, of those whom COCO's matching pairs with an annotated person, by their number.

    Names of methods.analysis.error_types.Kind, None for a keypoint without a label.
    """
    image = AnnotatedImage(1, "", 1, 1, ground_truth, ImageFiles((), {}))
    found = find_errors(match(CocoKeypoints("image", (image,)), prediction.poses.to_coco(image.image_id)))
    rows = found.matching.detections.position[found.detection]
    return {
        int(numbers[row]): [None if code == NO_LABEL else KINDS[code] for code in codes.tolist()]
        for row, codes in zip(rows.tolist(), found.codes, strict=True)
    }
