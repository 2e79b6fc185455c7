"""Results and annotations of different keypoints are compared on those that both have, by name."""

from dataclasses import replace

import numpy as np
import pytest

from methods.analysis.shared_keypoints import share, share_with_methods, skeleton_of_results
from methods.errors import DataError
from methods.metrics.ap import keypoint_ap
from methods.skeletons import COCO17, CROWDPOSE14, HAND21, POSETRACK17, Skeleton

SPREAD = np.random.default_rng(0).uniform(0, 100, (17, 2))  # of one person's keypoints, pixels


@pytest.fixture
def tracked(make_data, make_person):
    """A data set of PoseTrack's keypoints, one person."""
    keypoints = np.column_stack([SPREAD, np.full(17, 2)]).ravel().tolist()
    return replace(make_data({1: [make_person(50, 50, keypoints=keypoints)]}), skeleton=POSETRACK17)


@pytest.fixture
def found(make_detection):
    """One detection of COCO's keypoints, right but for the eyes, which PoseTrack has not."""
    keypoints = np.column_stack([SPREAD, np.ones(17)])
    keypoints[1:3] += 500
    return [make_detection(1, 50, 50, 0.9, keypoints=keypoints.ravel().tolist())]


def test_eyes_are_no_heads(tracked, found) -> None:
    shared = share_with_methods(tracked, [COCO17])
    assert keypoint_ap(shared.data, shared.results(found)).ap == pytest.approx(1)
    assert keypoint_ap(tracked, found).ap < 0.9
    assert shared.said == (
        "Compared on the 15 keypoints of PoseTrack-17 that the results have too, without head_bottom, head_top."
    )
    assert len(shared.data.skeleton.sigmas) == 15
    assert found[0]["keypoints"][3] > 400  # what was found stays as it was


def test_nothing_is_said_where_nothing_is_left_out(make_data, make_person, found) -> None:
    data = make_data({1: [make_person(50, 50)]})
    shared = share_with_methods(data, [COCO17])
    assert (shared.data, shared.said, shared.results(found)) == (data, "", found)


def test_somebody_without_a_shared_label_does_not_count(tracked) -> None:
    people = tracked[0].people
    keypoints = [number for k in range(17) for number in (1, 1, 2 if k in (1, 2) else 0)]
    visibility = np.array([keypoints[2::3]], dtype=np.uint8)
    alone = replace(people, visibility=visibility, annotations=({**people.annotations[0], "keypoints": keypoints},))
    data = replace(tracked, images=(replace(tracked[0], people=alone),))
    assert share_with_methods(data, [COCO17]).data[0].people.labelled.tolist() == [False]


def test_two_results_of_different_keypoints(tracked, found) -> None:
    crowd = [{**found[0], "keypoints": [5.0, 6.0, 1.0] * 14}]
    shared = share(tracked, [skeleton_of_results(found, tracked), skeleton_of_results(crowd, tracked, CROWDPOSE14)])
    assert len(shared.data.skeleton) == 12
    assert [len(shared.results(each, i)[0]["keypoints"]) for i, each in enumerate((found, crowd))] == [36, 36]


def test_what_cannot_be_compared_is_told(tracked, found) -> None:
    with pytest.raises(DataError, match=r"has no keypoint that Hand-21 has, by name"):
        share(tracked, [Skeleton.of_names("Hand-21", [name + "_x" for name in HAND21.keypoints])])
    with pytest.raises(DataError, match="has no keypoint that 5 unnamed keypoints has, by name"):
        share_with_methods(tracked, [Skeleton.numbered(5)])
    with pytest.raises(DataError, match="results have 14 keypoints, PoseTrack-17 has 17; say which they are"):
        skeleton_of_results([{**found[0], "keypoints": [1.0] * 42}], tracked)
