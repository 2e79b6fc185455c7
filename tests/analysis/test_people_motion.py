"""People who keep their numbers through a video, and the table of how they move."""

import numpy as np
import pytest

from methods.analysis.people_motion import COLUMNS, REMEMBERED, follow_people, people_motion
from methods.skeletons import COCO17

POSE = np.random.default_rng(0).uniform(0, 100, (17, 2))
FAR = POSE + 1000
NOBODY = np.zeros((0, 17, 2))


def test_people_keep_their_numbers_whatever_their_order():
    frames = [np.stack([POSE, FAR]), np.stack([FAR + 2, POSE + 2]), NOBODY, np.stack([POSE + 4, POSE + 3000])]
    assert [each.tolist() for each in follow_people(frames, COCO17.sigmas)] == [[0, 1], [1, 0], [], [0, 2]]


def test_who_was_away_for_long_is_somebody_new():
    away = [NOBODY] * REMEMBERED
    assert follow_people([POSE[None], *away, POSE[None]], COCO17.sigmas)[-1].tolist() == [1]
    assert follow_people([POSE[None], *away[1:], POSE[None]], COCO17.sigmas)[-1].tolist() == [0]


def test_the_table_has_everybody_from_the_first_to_the_last_frame():
    frames = [POSE[None], NOBODY, np.stack([FAR, POSE + 4])]
    table = people_motion([0, 1, 4], frames, COCO17)
    assert table.columns.tolist() == COLUMNS
    nose = table[(table["person"] == 0) & (table["keypoint"] == "nose")]
    assert nose["seconds"].tolist() == [0, 1, 4]
    assert nose["x"].tolist() == pytest.approx([POSE[0, 0], np.nan, POSE[0, 0] + 4], nan_ok=True)
    assert table[table["person"] == 1]["frame"].unique().tolist() == [2]
    assert people_motion([0], [NOBODY], COCO17).empty
