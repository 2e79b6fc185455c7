"""Types of errors, each set up by hand around one or two people whose keypoints lie apart."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from methods.analysis.error_types import NO_LABEL, Kind, find_errors
from methods.metrics.matching import match
from methods.skeletons import COCO17

AREA = 50.0**2
NOSE, LEFT_EYE, RIGHT_EYE, LEFT_WRIST, RIGHT_WRIST, LEFT_HIP = 0, 1, 2, 9, 10, 11


def pose(x: float, y: float) -> np.ndarray:
    """Keypoints [17, 2] on a grid of 40 px, far apart for a person of AREA."""
    return np.array([[x + 40 * (i % 4), y + 40 * (i // 4)] for i in range(17)], dtype=float)


def shift_for(similarity: float, keypoint: int) -> float:
    """How far a keypoint has to move, in pixels, for this similarity with its own place."""
    return math.sqrt(-math.log(similarity) * 2 * AREA * (2 * COCO17.sigmas[keypoint]) ** 2)


@pytest.fixture
def errors(make_data, make_person, make_detection):
    """From people's keypoints and detections' keypoints, all in one image, to what is wrong; scores fall unless
    given."""

    def find(people, found, scores=None, flags=None, **fields):
        flags = np.full(17, 2) if flags is None else flags
        annotations = [
            make_person(0, 0, keypoints=np.column_stack([one, flags]).ravel().tolist(), **fields) for one in people
        ]
        scores = scores or [1 - 0.1 * i for i in range(len(found))]
        detections = [
            make_detection(1, 0, 0, score, keypoints=np.column_stack([one, np.ones(17)]).ravel().tolist())
            for one, score in zip(found, scores, strict=True)
        ]
        return find_errors(match(make_data({1: annotations}), detections))

    return find


def kinds(found, row: int = 0) -> dict[int, Kind]:
    """The keypoints of one detection that are not good."""
    codes = found.codes[row].tolist()
    return {keypoint: list(Kind)[code] for keypoint, code in enumerate(codes) if code > 0}


def test_all_is_well(errors) -> None:
    found = errors([pose(0, 10)], [pose(0, 10)])
    assert kinds(found) == {}
    assert found.counts().to_dict() == {
        "good": 17, "jitter": 0, "inversion": 0, "swap": 0, "miss": 0, "left out": 0,
        "background": 0, "missed": 0, "scoring": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("similarity", "kind"),
    [(0.86, None), (0.84, Kind.JITTER), (0.51, Kind.JITTER), (0.49, Kind.MISS), (1e-9, Kind.MISS)],
)
def test_by_distance(errors, similarity, kind) -> None:
    off = pose(0, 10)
    off[NOSE, 0] += shift_for(similarity, NOSE)
    assert kinds(errors([pose(0, 10)], [off])).get(NOSE) is kind


def test_left_and_right_exchanged(errors) -> None:
    off = pose(0, 10)
    off[[LEFT_WRIST, RIGHT_WRIST]] = off[[RIGHT_WRIST, LEFT_WRIST]]
    assert kinds(errors([pose(0, 10)], [off])) == {LEFT_WRIST: Kind.INVERSION, RIGHT_WRIST: Kind.INVERSION}


def test_the_nose_has_no_mirror_image(errors) -> None:
    """Far from its own place, it is a miss even though "mirroring" leaves it the same keypoint."""
    off = pose(0, 10)
    off[NOSE] = off[LEFT_EYE]
    assert kinds(errors([pose(0, 10)], [off])) == {NOSE: Kind.MISS}


@pytest.mark.parametrize("theirs", [LEFT_WRIST, RIGHT_WRIST])
def test_a_keypoint_of_somebody_else(errors, theirs) -> None:
    one, other = pose(0, 10), pose(300, 10)
    off = one.copy()
    off[LEFT_WRIST] = other[theirs]
    found = errors([one, other], [off, other])
    assert kinds(found) == {LEFT_WRIST: Kind.SWAP}
    assert kinds(found, 1) == {}


def test_another_keypoint_of_somebody_else_is_a_miss(errors) -> None:
    one, other = pose(0, 10), pose(300, 10)
    off = one.copy()
    off[LEFT_WRIST] = other[LEFT_HIP]
    assert kinds(errors([one, other], [off])) == {LEFT_WRIST: Kind.MISS}


def test_near_its_own_place_it_is_jitter_whoever_else_is_there(errors) -> None:
    """coco-analyze would call this a swap: the other's wrist is nearer."""
    one = pose(0, 10)
    off, other = one.copy(), pose(0, 400)
    off[LEFT_WRIST, 0] += shift_for(0.6, LEFT_WRIST)
    other[LEFT_WRIST] = off[LEFT_WRIST]
    assert kinds(errors([one, other], [off])) == {LEFT_WRIST: Kind.JITTER}


@pytest.mark.parametrize("near_the_corner", [True, False])
def test_a_keypoint_that_is_not_there_is_no_prediction_at_0_0(errors, near_the_corner) -> None:
    """coco-analyze takes it for one: for a miss, or a swap with somebody whose wrist is there."""
    one, other = pose(100, 100), pose(500, 100)
    if near_the_corner:
        other[LEFT_WRIST] = [1, 1]
    off = one.copy()
    off[LEFT_WRIST] = [0, 0]
    assert kinds(errors([one, other], [off])) == {LEFT_WRIST: Kind.LEFT_OUT}


def test_a_keypoint_without_a_label_is_neither_right_nor_wrong(errors) -> None:
    flags = np.full(17, 2)
    flags[NOSE] = 0
    off = pose(0, 10)
    off[NOSE] = [500, 500]
    found = errors([pose(0, 10)], [off], flags=flags)
    assert found.codes[0, NOSE] == NO_LABEL
    assert found.counts()["good"] == 16


def test_who_finds_nobody_and_who_is_found_by_nobody(errors) -> None:
    found = errors([pose(0, 10), pose(0, 400)], [pose(0, 10), pose(400, 200)])
    assert found.background.tolist() == [1]
    assert found.missed.tolist() == [1]


def test_a_detection_in_a_crowd_is_no_background(errors) -> None:
    found = errors([pose(0, 10)], [pose(0, 10)], iscrowd=1)
    assert (len(found.background), len(found.missed), len(found.detection)) == (0, 0, 0)


@pytest.mark.parametrize(("scores", "wrong"), [([0.9, 0.8], [0]), ([0.8, 0.9], []), ([0.9, 0.9], [])])
def test_the_better_pose_has_the_lower_score(errors, scores, wrong) -> None:
    off = pose(0, 10)
    off[LEFT_WRIST] = [500, 500]
    found = errors([pose(0, 10)], [off, pose(0, 10)], scores)
    assert found.scoring.tolist() == wrong
    assert len(found.background) == 1  # the one of the two that comes second


def test_table(errors) -> None:
    off = pose(0, 10)
    off[NOSE, 0] += shift_for(0.7, NOSE)
    off[LEFT_HIP] = [500, 500]
    table = errors([pose(0, 10)], [off]).to_pandas()
    assert table[["image_id", "detection", "person", "keypoint", "kind"]].to_numpy().tolist() == [
        [1, 0, 0, "nose", "jitter"],
        [1, 0, 0, "left_hip", "miss"],
    ]
    assert table["similarity"].tolist() == pytest.approx([0.7, 0])
    rows = errors([pose(0, 10)], [off]).by_keypoint().set_index("keypoint")
    assert rows.loc["left_hip"].to_dict() == {
        "good": 0, "jitter": 0, "inversion": 0, "swap": 0, "miss": 1, "left out": 0,
    }  # fmt: skip


@settings(max_examples=30)
@given(seed=st.integers(0, 2**32 - 1))
def test_every_labelled_keypoint_of_a_partner_has_one_kind(make_data, random_case, seed) -> None:
    content, detections = random_case(seed, levels=1000)
    matching = match(make_data(content), detections)
    found = find_errors(matching)
    assert ((found.codes == NO_LABEL) == ~matching.ground_truth.labelled[found.person]).all()
    assert len(set(found.person.tolist())) == len(found.person)
    assert not matching.ground_truth.ignored[found.person].any()
    counts = found.counts()
    assert counts[[kind.value for kind in Kind]].sum() == matching.ground_truth.labelled[found.person].sum()
    assert counts["missed"] + len(found.person) == (~matching.ground_truth.ignored).sum()
