"""Whom detections mean: COCO's matching at a low OKS, missing keypoints and missed people kept as such."""

import numpy as np

from methods.metrics.matching import match
from methods.metrics.paired_people import pair_people


def spread(x: float, y: float, third: float) -> list[float]:
    return [n for k in range(17) for n in (x + 10 * (k % 4), y + 10 * (k // 4), third)]


def test_pairs_missed_people_and_keypoints_that_are_not_there(make_data, make_person, make_detection) -> None:
    people = [
        make_person(0, 0, keypoints=[0, 0, 0, *spread(100, 100, 2)[3:]]),
        make_person(0, 0, keypoints=spread(400, 300, 2)),
        make_person(0, 0, keypoints=[0, 0, 0] * 17),
        make_person(0, 0, keypoints=spread(200, 300, 2), iscrowd=1),
    ]
    off = spread(100, 103, 0.5)
    off[3:6] = [0, 0, 0]
    found = [make_detection(1, 0, 0, 0.05, keypoints=off), make_detection(1, 0, 0, 0.9, keypoints=spread(200, 300, 1))]
    pairs = pair_people(match(make_data({1: people}), found))
    assert pairs.person.tolist() == [0, 1]  # neither who has no label nor a crowd
    assert pairs.detection.tolist() == [1, -1]  # whatever the score
    assert pairs.missed == 1
    assert pairs.labelled.sum(axis=1).tolist() == [16, 17]
    assert np.isnan(pairs.distances[0, :2]).all()  # one has no label, the other is not found
    np.testing.assert_allclose(pairs.distances[0, 2:], 3)
    assert np.isnan(pairs.distances[1]).all()


def test_nobody(make_data) -> None:
    pairs = pair_people(match(make_data({1: []}), []))
    assert (len(pairs.person), pairs.missed, pairs.distances.shape) == (0, 0, (0, 17))
