"""What the judge says of every method's keypoints in an image: each person is judged once, whatever thresholds do."""

from collections.abc import Mapping

from app.limits import VISIBILITY_PEOPLE
from app.models import keypoint_judge
from app.state.photo_session import PhotoSession
from methods.types import Poses, Prediction
from methods.visibility.judgement import Judgement


def judge_people(session: PhotoSession, predictions: Mapping[str, Prediction]) -> bool:
    """Judge those of each prediction's VISIBILITY_PEOPLE people of best score whom nobody judged; whether any were."""
    judge, missing = keypoint_judge(), unjudged(session, predictions)
    for poses in missing:
        assert judge is not None  # see unjudged
        (judgement,) = judge.judge([session.image], [poses])
        session.judged |= {key: judgement[[row]] for row, key in enumerate(_keys(poses))}
    return bool(missing)


def unjudged(session: PhotoSession, predictions: Mapping[str, Prediction]) -> list[Poses]:
    """Of each prediction those of the VISIBILITY_PEOPLE people of best score whom nobody judged, where there are some;
    nobody without a judge."""
    if keypoint_judge() is None:
        return []
    best = [prediction.poses[:VISIBILITY_PEOPLE] for prediction in predictions.values()]
    missing = [poses[[i for i, key in enumerate(_keys(poses)) if key not in session.judged]] for poses in best]
    return [poses for poses in missing if len(poses)]


def judgements(session: PhotoSession, predictions: Mapping[str, Prediction]) -> dict[str, Judgement]:
    """What was judged of each prediction's people so far; nothing is judged for it."""
    return {name: _known(session, prediction.poses) for name, prediction in predictions.items()}


def _known(session: PhotoSession, poses: Poses) -> Judgement:
    found = Judgement.unknown(*poses.keypoint_scores.shape)
    for row, key in enumerate(_keys(poses)):
        if key in session.judged:
            for name, values in vars(session.judged[key]).items():
                getattr(found, name)[row] = values[0]
    return found


def _keys(poses: Poses) -> list[bytes]:
    """All of each person that the judge looks at, the same in every method."""
    arrays = (poses.boxes, poses.scores, poses.keypoints, poses.keypoint_scores)
    return [b"".join(each[i].tobytes() for each in arrays) for i in range(len(poses))]
