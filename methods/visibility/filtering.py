"""The paper's filter over any method's poses, by the most probable of its three states (section 5.2's "non-0")."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from methods.errors import CatalogError
from methods.method import Method
from methods.types import VISIBILITY_STATES, Poses

ABSENT, OCCLUDED = VISIBILITY_STATES.index("absent"), VISIBILITY_STATES.index("occluded")


def annotate(model: Method, images: Sequence[np.ndarray], poses: Sequence[Poses]) -> list[Poses]:
    """Each image's poses with `visibility` as the metamodel judges it in a crop round each person's box.

    Images are RGB uint8 [H, W, 3]; whatever visibility the poses had before is replaced. Raises CatalogError for poses
    of other keypoints than the metamodel's.
    """
    for other in (each.skeleton for each in poses if each.skeleton != model.skeleton):
        raise CatalogError(f"{model.name} judges the keypoints of {model.skeleton.name}, not those of {other.name}.")
    raws = model.infer(images, boxes=[each.boxes for each in poses])
    return [
        replace(each, visibility=raw.outputs["visibility"][: len(each)].numpy())
        for each, raw in zip(poses, raws, strict=True)
    ]


def above(poses: Poses, confidence: float) -> Poses:
    """The same people without the keypoints whose own score (see `own_scores`) is lower; those become NaN."""
    low = own_scores(poses) < confidence
    return replace(poses, keypoints=np.where(low[..., None], np.nan, poses.keypoints))


def leave_out(poses: Poses, absent: bool = True, occluded: bool = False) -> Poses:
    """The same people without the keypoints that are most probably absent, or occluded; those become NaN.

    Raises ValueError where the poses have no visibility.
    """
    if poses.visibility is None:
        raise ValueError("the poses have no visibility; annotate them first")
    state = poses.visibility.argmax(axis=2)
    gone = ((state == ABSENT) & absent) | ((state == OCCLUDED) & occluded)
    return replace(poses, keypoints=np.where(gone[..., None], np.nan, poses.keypoints))


def combined_scores(poses: Poses) -> np.ndarray:
    """Scores [N, K] that combine both confidences, as section 6 proposes: `own_scores` times P(not absent).

    Raises ValueError as `leave_out`.
    """
    if poses.visibility is None:
        raise ValueError("the poses have no visibility; annotate them first")
    return own_scores(poses) * (1 - poses.visibility[..., ABSENT])


def own_scores(poses: Poses) -> np.ndarray:
    """The method's scores of keypoints [N, K]; a keypoint that it gives none counts with its person's."""
    return np.where(np.isnan(poses.keypoint_scores), poses.scores[:, None], poses.keypoint_scores)
