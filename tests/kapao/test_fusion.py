"""Fusion against a literal transcription of Algorithm 1."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from methods.kapao.fusion import fuse


def algorithm_1(keypoints, pose_scores, centres, classes, scores, distance, confidence) -> np.ndarray:
    """Algorithm 1 line by line: poses [N, K, 3], the third number the confidence, 0 where nothing was fused."""
    poses = np.concatenate([keypoints, np.zeros((*keypoints.shape[:2], 1))], axis=2)
    able = [i for i in range(len(poses)) if pose_scores[i] > confidence]
    if able and len(centres):
        for part in range(len(centres)):
            k, c = classes[part], scores[part]
            d = [
                np.sqrt((poses[i, k, 0] - centres[part, 0]) ** 2 + (poses[i, k, 1] - centres[part, 1]) ** 2)
                for i in able
            ]
            m = int(np.argmin(d))
            if d[m] < distance and poses[able[m], k, 2] < c:
                poses[able[m], k] = (centres[part, 0], centres[part, 1], c)
    return poses


def check(keypoints, pose_scores, centres, classes, scores, distance=50.0, confidence=0.3):
    wanted = algorithm_1(keypoints, pose_scores, centres, classes, scores, distance, confidence)
    found = fuse(keypoints, pose_scores, centres, classes, scores, distance, confidence)
    np.testing.assert_array_equal(found.keypoints, wanted[..., :2])
    np.testing.assert_array_equal(np.nan_to_num(found.scores, nan=0.0), wanted[..., 2])
    np.testing.assert_array_equal(np.isnan(found.scores), wanted[..., 2] == 0)
    assert len(found.pose) == len(found.keypoint) == len(found.taken) == (wanted[..., 2] > 0).sum()
    np.testing.assert_array_equal(found.keypoints[found.pose, found.keypoint], centres[found.taken])
    np.testing.assert_array_equal(classes[found.taken], found.keypoint)
    return found


@st.composite
def scenes(draw):
    """A few people and keypoint objects on a coarse raster and few scores, so that ties and chains are common."""
    people, kinds, parts = draw(st.integers(0, 5)), draw(st.integers(1, 3)), draw(st.integers(0, 14))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    side = draw(st.sampled_from([3, 8, 200]))
    levels = np.array([0.1, 0.3, 0.5, 0.9])
    return (
        rng.integers(0, side, (people, kinds, 2)).astype(float),
        rng.choice(levels, people),
        rng.integers(0, side, (parts, 2)).astype(float),
        rng.integers(0, kinds, parts),
        rng.choice(levels, parts),
        float(draw(st.sampled_from([0, 1, 2, 5, 50]))),
        draw(st.sampled_from([0.0, 0.3, 0.6])),
    )


@settings(max_examples=200, deadline=None)
@given(scenes())
def test_fusion_is_algorithm_1(scene):
    check(*scene)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_fusion_is_algorithm_1_for_a_crowd_in_falling_order(seed):
    rng = np.random.default_rng(seed)
    keypoints = (rng.uniform(0, 300, (30, 1, 2)) + rng.normal(0, 40, (30, 17, 2))).astype(np.float32)
    person, keypoint = rng.integers(0, 30, 300), rng.integers(0, 17, 300)
    centres = (keypoints[person, keypoint] + rng.normal(0, 20, (300, 2))).astype(np.float32)
    scores = np.sort(rng.uniform(0.2, 1, 300).astype(np.float32))[::-1]
    check(keypoints.astype(float), rng.uniform(0, 1, 30), centres.astype(float), keypoint, scores.astype(float))


def one_keypoint(*places) -> np.ndarray:
    return np.array(places, dtype=float).reshape(-1, 1, 2)


def test_the_nearest_pose_takes_the_object():
    found = check(
        one_keypoint((0, 0), (40, 0)), np.array([0.9, 0.9]), np.array([[30.0, 0.0]]), np.array([0]), np.array([0.5])
    )
    assert found.keypoints[:, 0].tolist() == [[0, 0], [30, 0]]
    assert (found.pose.tolist(), found.keypoint.tolist(), found.taken.tolist()) == ([1], [0], [0])


def test_a_keypoint_that_moved_is_seen_where_it_is_now():
    # The second object is nearer to where pose 0 was than to pose 1, but the first object moved pose 0 away.
    centres, classes = np.array([[-40.0, 0.0], [12.0, 0.0]]), np.array([0, 0])
    found = check(one_keypoint((0, 0), (30, 0)), np.array([0.9, 0.9]), centres, classes, np.array([0.8, 0.5]))
    assert found.keypoints[:, 0].tolist() == [[-40, 0], [12, 0]]


def test_the_distance_itself_is_too_far_and_the_confidence_itself_too_low():
    centre, keypoint, score = np.array([[3.0, 4.0]]), np.array([0]), np.array([0.5])
    assert len(check(one_keypoint((0, 0)), np.array([0.9]), centre, keypoint, score, distance=5.0).pose) == 0
    assert len(check(one_keypoint((0, 0)), np.array([0.9]), centre, keypoint, score, distance=5.1).pose) == 1
    assert len(check(one_keypoint((0, 0)), np.array([0.3]), centre, keypoint, score, confidence=0.3).pose) == 0


def test_an_equal_score_does_not_replace():
    centres, classes = np.array([[1.0, 0.0], [2.0, 0.0]]), np.array([0, 0])
    found = check(one_keypoint((0, 0)), np.array([0.9]), centres, classes, np.array([0.5, 0.5]))
    assert found.taken.tolist() == [0]
    found = check(one_keypoint((0, 0)), np.array([0.9]), centres, classes, np.array([0.5, 0.6]))
    assert found.taken.tolist() == [1]


def test_nobody_and_nothing():
    nothing = np.zeros((0, 2)), np.zeros(0, dtype=int), np.zeros(0)
    assert check(np.zeros((0, 17, 2)), np.zeros(0), *nothing).keypoints.shape == (0, 17, 2)
    assert np.isnan(check(np.ones((2, 17, 2)), np.ones(2), *nothing).scores).all()
    check(np.zeros((0, 17, 2)), np.zeros(0), np.ones((1, 2)), np.zeros(1, dtype=int), np.ones(1))
