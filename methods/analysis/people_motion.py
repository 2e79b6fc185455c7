"""How everybody whom a method finds in a video moves: numbers that people keep, and a table of their keypoints."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from methods.analysis.agreement import same_people
from methods.analysis.motion import motion_of
from methods.skeletons import Skeleton

REMEMBERED = 30  # frames for which somebody who is not found keeps the number
COLUMNS = ["person", "keypoint", "frame", "seconds", "x", "y", "speed", "jitter"]


def follow_people(frames: Sequence[np.ndarray], sigmas: Sequence[float]) -> list[np.ndarray]:
    """For each frame the numbers [N] of its people, from 0, which they keep from frame to frame.

    frames: keypoints [N, K, 2] in pixels, NaN where there is none; sigmas [K]. A person is the one before whose pose
    is most alike by OKS, see `same_people`.
    """
    numbers, seen = np.zeros(0, int), np.zeros(0, int)
    places = np.zeros((0, len(sigmas), 2))
    found, free = [], 0
    for frame, keypoints in enumerate(frames):
        near = frame - seen <= REMEMBERED
        numbers, seen, places = numbers[near], seen[near], places[near].copy()
        _, alike = same_people([places, keypoints], sigmas)
        new = alike >= len(places)
        places[alike[~new]] = keypoints[~new]
        seen[alike[~new]] = frame
        own = np.zeros(len(keypoints), int)
        own[~new] = numbers[alike[~new]]
        own[new] = free + np.arange(new.sum())
        free += int(new.sum())
        numbers, seen = np.append(numbers, own[new]), np.append(seen, np.full(new.sum(), frame))
        places = np.concatenate([places, keypoints[new]])
        found.append(own)
    return found


def people_motion(seconds: Sequence[float], frames: Sequence[np.ndarray], skeleton: Skeleton) -> pd.DataFrame:
    """A row for each person, keypoint and frame from the first to the last with that person; see COLUMNS and `Motion`.

    seconds [F] rise; frames as in `follow_people`. x, y are NaN where the keypoint was not found.
    """
    numbers, times = follow_people(frames, skeleton.sigmas), np.asarray(seconds, np.float64)
    tables = []
    for person in range(1 + max((int(each.max()) for each in numbers if len(each)), default=-1)):
        where = [(frame, int((each == person).argmax())) for frame, each in enumerate(numbers) if person in each]
        first, last = where[0][0], where[-1][0] + 1
        path = np.full((last - first, len(skeleton), 2), np.nan)
        for frame, place in where:
            path[frame - first] = frames[frame][place]
        for k, name in enumerate(skeleton.keypoints):
            one = motion_of(times[first:last], path[:, k])
            parts = (person, name, np.arange(first, last), one.seconds, *one.path.T, one.speed, one.jitter)
            tables.append(pd.DataFrame(dict(zip(COLUMNS, parts, strict=True))))
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=COLUMNS)
