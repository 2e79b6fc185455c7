"""Runs a method over annotated boxes to see how well it tells the states of keypoints.

Keypoints are those of every annotated person with a labelled keypoint, crowds apart; the method looks into the
annotated box, as in the visibility metamodel's paper.
"""

from collections.abc import Callable

import numpy as np

from methods.data.coco import CocoKeypoints
from methods.errors import DataError
from methods.method import Method
from methods.metrics.visibility import StatePredictions, VisibilityScores, score_visibility


def measure_visibility(
    method: Method,
    data: CocoKeypoints,
    progress: Callable[[int], None] | None = None,
    command: str | None = None,
) -> VisibilityScores:
    """See the module; `progress` is called with the number of images done.

    Raises DataError where nobody is annotated or the method does not judge visibility in given boxes.
    """
    judged = judge(method, data, progress)
    return score_visibility(judged, method.name, data.name, len(data), data.skeleton.keypoints, command)


def judge(method: Method, data: CocoKeypoints, progress: Callable[[int], None] | None = None) -> StatePredictions:
    """What the method says of the keypoints of all labelled people, in their annotated boxes; raises DataError."""
    ground_truth, said, owner = [], [], []
    for index, image in enumerate(data):
        people = image.people[image.people.labelled]
        if len(people):
            outputs = method.infer([image.read()], boxes=[people.boxes])[0].outputs
            if "visibility" not in outputs:
                raise DataError(f"{method.name} does not judge visibility; give a variant of the visibility metamodel.")
            ground_truth.append(people.visibility.astype(np.int64))
            said.append(outputs["visibility"].numpy())
            owner.append(np.full(len(people), index))
        if progress:
            progress(index + 1)
    if not ground_truth:
        raise DataError(f"{data.name} has nobody with a labelled keypoint; give annotations of at least one person.")
    return StatePredictions(np.concatenate(ground_truth), np.concatenate(said), np.concatenate(owner))
