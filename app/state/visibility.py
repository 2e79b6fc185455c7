"""What the visibility metamodel says of every method's keypoints in an image."""

from collections.abc import Mapping
from dataclasses import replace

from app.limits import VISIBILITY_PEOPLE
from app.models import offered
from app.state.photo_session import PhotoSession
from methods.catalog import family_of
from methods.method import Method
from methods.types import Prediction
from methods.visibility.filtering import annotate


def metamodel() -> Method | None:
    """The metamodel whose weights come with the workbench; None where there is none."""
    return next((method for name, method in offered().items() if family_of(name).filters), None)


def add_visibility(
    session: PhotoSession, model: Method, predictions: Mapping[str, Prediction]
) -> dict[str, Prediction]:
    """The predictions with the metamodel's visibility, each of its VISIBILITY_PEOPLE people of best score; it runs
    only for those that it has not seen."""
    for name, prediction in predictions.items():
        known = session.with_visibility.get(name)
        if known is None or known[0] is not prediction:
            (poses,) = annotate(model, [session.image], [prediction.poses[:VISIBILITY_PEOPLE]])
            session.with_visibility[name] = (prediction, replace(prediction, poses=poses))
    return {name: session.with_visibility[name][1] for name in predictions}
