"""Algorithm 1 on hand-made proposals, as in Figure 3."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from methods.detposenet.filtering import Verdict, filter_proposals, lost_to_box_suppression, similarity
from methods.detposenet.grouping import Proposals, box_of

# A standing person 40 px wide and 100 px high, keypoints in the order of COCO-17.
FIGURE = np.array([
    (20, 8), (22, 6), (18, 6), (25, 7), (15, 7), (30, 22), (10, 22), (35, 38), (5, 38), (38, 52), (2, 52),
    (26, 55), (14, 55), (27, 76), (13, 76), (28, 97), (12, 97),
], np.float32)  # fmt: skip
BOX = np.array([0, 0, 40, 100], np.float32)
WIDE = np.array([0, 0, 100, 100], np.float32)  # which holds somebody 60 px further right, too


def person(x: float, y: float = 0, num_keypoints: int = 17) -> np.ndarray:
    """The figure's first keypoints, moved; the others were not found."""
    pose = np.full((17, 3), np.nan, np.float32)
    moved = FIGURE + np.array([x, y], np.float32)
    pose[:num_keypoints] = np.concatenate([moved, np.full((17, 1), 0.8)], axis=1)[:num_keypoints]
    return pose


def proposals(*parts: tuple[np.ndarray, float, np.ndarray, int]) -> Proposals:
    boxes, scores, poses, holders = zip(*parts, strict=True)
    return Proposals(np.stack(boxes), np.array(scores, np.float32), np.stack(poses), np.array(holders))


def at(x: float) -> np.ndarray:
    return BOX + np.array([x, 0, x, 0], np.float32)


def verdicts(found: Proposals, **changes) -> list[Verdict]:
    options = {"least_score": 0.05, "min_keypoints": 3, "same_pose": 0.5} | changes
    return [Verdict(v) for v in filter_proposals(found, **options).verdicts]


def test_a_duplicate_is_removed():
    """Figure 3a: the same person in a box that is 4 px off."""
    found = proposals((at(0), 0.9, person(0), 0), (at(4), 0.8, person(1), 1))
    assert verdicts(found) == [Verdict.KEPT, Verdict.SAME_POSE]
    assert filter_proposals(found, 0.05, 3, 0.5).same_as.tolist() == [-1, 0]


def test_two_overlapping_people_are_both_kept_where_suppression_keeps_one():
    """Boxes 8 px apart overlap by IoU 32 / 48; the poses differ by 8 px in a person of 40 x 100."""
    first, second = at(0), at(8)
    shared = 32 * 100 / (48 * 100)
    assert shared == pytest.approx(0.667, abs=1e-3)
    found = proposals((first, 0.9, person(0), 0), (second, 0.8, person(8), 1))
    assert verdicts(found, same_pose=0.6) == [Verdict.KEPT, Verdict.KEPT]
    import torch

    from methods.ops.nms import box_nms

    assert box_nms(torch.from_numpy(found.boxes), torch.from_numpy(found.scores), 0.5, 9).tolist() == [0]


def test_a_missed_person_is_recovered_with_a_box_round_the_keypoints():
    """Figure 3b: a second pose in the first one's box, which has no box of its own."""
    found = proposals((WIDE, 0.9, person(0), 0), (at(60), 0.4, person(60), 0))
    assert verdicts(found) == [Verdict.KEPT, Verdict.RECOVERED]
    boxes = filter_proposals(found, 0.05, 3, 0.5).boxes
    assert boxes[0].tolist() == WIDE.tolist()
    # Keypoints reach from 62 to 98 and from 6 to 97; 12 % more each way.
    np.testing.assert_allclose(boxes[1], [62 - 4.32, 6 - 10.92, 98 + 4.32, 97 + 10.92], rtol=1e-5)


def test_who_has_no_box_needs_no_score():
    found = proposals((WIDE, 0.9, person(0), 0), (at(60), 0.1, person(60), 0))
    assert verdicts(found, least_score=0.8) == [Verdict.KEPT, Verdict.RECOVERED]


def test_who_has_a_box_of_too_low_a_score_is_recovered_from_anothers():
    found = proposals((WIDE, 0.9, person(0), 0), (at(60), 0.2, person(60), 1), (at(200), 0.2, person(200), 2))
    assert verdicts(found, least_score=0.3) == [Verdict.KEPT, Verdict.RECOVERED, Verdict.UNSURE]
    assert verdicts(found, least_score=0.1) == [Verdict.KEPT] * 3


@pytest.mark.parametrize(("height", "verdict"), [(0.059, Verdict.UNSURE), (0.061, Verdict.RECOVERED)])
def test_faint_keypoints_make_nobody(height, verdict):
    faint = person(60)
    faint[:, 2] = height
    assert verdicts(proposals((WIDE, 0.9, person(0), 0), (at(60), 0.4, faint, 0)))[1] == verdict


@pytest.mark.parametrize(("keypoints", "verdict"), [(10, Verdict.RECOVERED), (17, Verdict.UNSURE)])
def test_half_of_the_keypoints_have_to_be_in_the_box(keypoints, verdict):
    """Head and arms lie in the box, hips and legs below it: of the first ten keypoints eight, of all eight."""
    upper = np.array([0, 0, 98, 52], np.float32)
    others = person(60)
    others[8:, 1] += 50
    others[keypoints:] = np.nan
    found = proposals((upper, 0.9, person(0, num_keypoints=9), 0), (at(60), 0.4, others, 0))
    assert verdicts(found) == [Verdict.KEPT, verdict]


def test_recovering_can_be_switched_off():
    found = proposals((WIDE, 0.9, person(0), 0), (at(60), 0.4, person(60), 0))
    assert verdicts(found, recover=False) == [Verdict.KEPT, Verdict.NOT_RECOVERED]
    assert filter_proposals(found, 0.05, 3, 0.5, recover=False).kept.tolist() == [0]


@pytest.mark.parametrize(
    ("keypoints", "verdict"), [(3, Verdict.TOO_FEW_KEYPOINTS), (4, Verdict.KEPT), (0, Verdict.TOO_FEW_KEYPOINTS)]
)
def test_delta_kpt_has_to_be_exceeded(keypoints, verdict):
    assert verdicts(proposals((at(0), 0.9, person(0, num_keypoints=keypoints), 0))) == [verdict]


def test_a_box_of_too_low_a_score_is_not_looked_at():
    found = proposals((at(0), 0.9, person(0), 0), (at(200), 0.2, person(200), 1))
    assert verdicts(found, least_score=0.3) == [Verdict.KEPT, Verdict.UNSURE]


def test_part_of_a_pose_is_the_same_as_the_whole():
    """Five keypoints that both have, at the same places."""
    whole, part = person(0), person(0, num_keypoints=5)
    assert similarity(part, whole[None], np.array([2000.0])).tolist() == pytest.approx([1])
    found = proposals((at(0), 0.9, whole, 0), (at(0), 0.8, part, 1))
    assert verdicts(found) == [Verdict.KEPT, Verdict.SAME_POSE]


def test_similarity_is_oks():
    """Two noses 3 px apart, sigma 0.026, area 400: exp(-9 / (2 x 400 x 0.052^2))."""
    first, second = person(0, num_keypoints=1), person(3, num_keypoints=1)
    expected = np.exp(-9 / (2 * 400 * 0.052**2))
    assert similarity(first, second[None], np.array([400.0]))[0] == pytest.approx(expected, rel=1e-5)


def test_no_keypoint_in_common_is_not_alike():
    other = person(0)
    other[:5] = np.nan
    assert similarity(person(0, num_keypoints=5), other[None], np.array([2000.0])).tolist() == [0]


def test_nobody():
    nobody = Proposals(np.zeros((0, 4)), np.zeros(0), np.zeros((0, 17, 3)), np.zeros(0, int))
    found = filter_proposals(nobody, 0.05, 3, 0.5)
    assert found.kept.shape == (0,)
    assert box_of(nobody.poses).shape == (0, 4)


@given(
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 17), st.floats(0, 1, width=32)), max_size=8),
    st.integers(0, 16),
    st.floats(0.05, 0.9),
    st.floats(0, 1),
)
def test_what_holds_for_all_proposals(people, min_keypoints, same_pose, least_score):
    people = sorted(people, key=lambda one: -one[2])
    if not people:
        return
    found = proposals(*((at(x), score, person(x, num_keypoints=n), i) for i, (x, n, score) in enumerate(people)))
    result = filter_proposals(found, least_score, min_keypoints, same_pose)
    kept = result.kept
    for i in kept:
        assert people[i][1] > min_keypoints
        assert found.scores[i] >= least_score or result.verdicts[i] == Verdict.RECOVERED
    areas = 0.53 * 40 * 100 * np.ones(len(kept))
    for n, i in enumerate(kept):
        assert similarity(found.poses[i], found.poses[kept[:n]], areas[:n]).max(initial=0) <= same_pose + 1e-6
    dropped = result.verdicts == Verdict.SAME_POSE
    assert np.isin(result.same_as[dropped], kept).all()
    assert (result.same_as[~dropped] == -1).all()
    # Filtering what was kept once more keeps all of it.
    kept = np.flatnonzero(result.verdicts == Verdict.KEPT)
    again = Proposals(found.boxes[kept], found.scores[kept], found.poses[kept], np.arange(len(kept)))
    assert len(filter_proposals(again, least_score, min_keypoints, same_pose).kept) == len(kept)


def test_box_suppression_loses_the_less_confident_of_two_who_overlap():
    boxes = np.array([[0, 0, 10, 10], [0, 0, 10, 12], [50, 0, 60, 10]], np.float32)
    scores = np.array([0.4, 0.9, 0.1], np.float32)
    assert lost_to_box_suppression(boxes, scores, 0.5).tolist() == [True, False, False]  # IoU 100 / 120
    assert lost_to_box_suppression(boxes, scores, 0.9).tolist() == [False, False, False]
    assert lost_to_box_suppression(boxes[:0], scores[:0], 0.5).tolist() == []
