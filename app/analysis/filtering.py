"""The visibility filter: keypoints that are left out for what the metamodel says of them."""

from dataclasses import replace

import numpy as np

from methods.types import VISIBILITY_STATES, Poses

ABSENT, OCCLUDED = VISIBILITY_STATES.index("absent"), VISIBILITY_STATES.index("occluded")


def leave_out(poses: Poses, absent: float, occluded: float) -> Poses:
    """Without the keypoints whose probability of being absent, or occluded, is above these thresholds; they become
    NaN."""
    if poses.visibility is None:
        raise ValueError("the poses have no visibility; judge them first")
    gone = (poses.visibility[..., ABSENT] > absent) | (poses.visibility[..., OCCLUDED] > occluded)
    return replace(poses, keypoints=np.where(gone[..., None], np.nan, poses.keypoints))
