"""What the visibility metamodel's judge says of every method's keypoints in an image."""

from collections.abc import Mapping
from dataclasses import replace

from app.limits import VISIBILITY_PEOPLE
from app.models import offered
from app.state.photo_session import PhotoSession
from methods.catalog import family_of
from methods.method import Method
from methods.types import Prediction
from methods.visibility.judge import KeypointJudge
from methods.visibility.judgement import Judgement


def metamodel() -> Method | None:
    """The metamodel whose weights come with the workbench; None where there is none."""
    return next((method for name, method in offered().items() if family_of(name).filters), None)


def judge_keypoints(
    session: PhotoSession, judge: KeypointJudge, predictions: Mapping[str, Prediction]
) -> dict[str, tuple[Prediction, Judgement]]:
    """Each prediction's VISIBILITY_PEOPLE people of best score and what the judge says of their keypoints; it runs
    only for those that it has not seen."""
    for name, prediction in predictions.items():
        known = session.with_visibility.get(name)
        if known is None or known[0] is not prediction:
            poses = prediction.poses[:VISIBILITY_PEOPLE]
            (judgement,) = judge.judge([session.image], [poses])
            shown = replace(prediction, poses=replace(poses, visibility=judgement.visibility))
            session.with_visibility[name] = (prediction, shown, judgement)
    return {name: session.with_visibility[name][1:] for name in predictions}
