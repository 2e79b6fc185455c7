"""What the visibility metamodel says of every method's joints, and the joints that are left out for it."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from app.limits import JUDGED
from app.models import offered
from app.state.photo_session import PhotoSession
from methods.catalog import family_of
from methods.method import Method
from methods.types import VISIBILITY_STATES, Poses, Prediction
from methods.visibility.filtering import annotate

ABSENT, OCCLUDED = VISIBILITY_STATES.index("absent"), VISIBILITY_STATES.index("occluded")


def metamodel() -> Method | None:
    """The metamodel whose weights come with the workbench; None where there is none."""
    return next((method for name, method in offered().items() if family_of(name).filters), None)


def judge(session: PhotoSession, model: Method, predictions: Mapping[str, Prediction]) -> dict[str, Prediction]:
    """The predictions with the metamodel's visibility, each of its JUDGED people of best score; it runs only for those
    that it has not seen."""
    for name, prediction in predictions.items():
        known = session.judged.get(name)
        if known is None or known[0] is not prediction:
            (poses,) = annotate(model, [session.image], [prediction.poses[:JUDGED]])
            session.judged[name] = (prediction, replace(prediction, poses=poses))
    return {name: session.judged[name][1] for name in predictions}


def leave_out(poses: Poses, absent: float, occluded: float) -> Poses:
    """Without the joints whose probability of being absent, or occluded, is above these thresholds; they become NaN."""
    if poses.visibility is None:
        raise ValueError("the poses have no visibility; judge them first")
    gone = (poses.visibility[..., ABSENT] > absent) | (poses.visibility[..., OCCLUDED] > occluded)
    return replace(poses, keypoints=np.where(gone[..., None], np.nan, poses.keypoints))
