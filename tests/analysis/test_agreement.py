"""People matched across methods: hand-made scenes, and rules that hold for any scene."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from methods.analysis.agreement import _near_oks, same_people
from methods.ops.oks import pose_oks
from methods.skeletons import COCO17

SIGMAS = COCO17.sigmas
EMPTY = np.zeros((0, 17, 2))


def person(x: float, y: float = 0.0, size: float = 200.0) -> np.ndarray:
    """A pose [17, 2] whose keypoints lie on a fixed pattern of that size in pixels, with its corner at x, y."""
    pattern = np.random.default_rng(0).uniform(size=(17, 2))
    return pattern * size + [x, y]


def partition(numbers: list[np.ndarray]) -> set[frozenset[tuple[int, int]]]:
    """The people as sets of (method, index), without their numbers."""
    people: dict[int, set[tuple[int, int]]] = {}
    for method, row in enumerate(numbers):
        for index, number in enumerate(row):
            people.setdefault(int(number), set()).add((method, index))
    return {frozenset(members) for members in people.values()}


def test_one_person_seen_by_two_methods_a_few_pixels_apart_is_one():
    first, second = same_people([person(0)[None], person(4)[None]], SIGMAS)
    assert first.tolist() == second.tolist() == [0]


def test_people_far_apart_are_different_people():
    first, second = same_people([person(0)[None], person(500)[None]], SIGMAS)
    assert (first.tolist(), second.tolist()) == ([0], [1])


def test_order_within_a_method_does_not_matter_and_numbers_count_by_first_appearance():
    first = np.stack([person(0), person(500)])
    second = np.stack([person(900), person(503), person(2)])
    assert [row.tolist() for row in same_people([first, second], SIGMAS)] == [[0, 1], [2, 1, 0]]


def test_identity_is_passed_on_through_a_third_method():
    # The outer two are too far apart to be matched directly, the middle one is near both.
    outer, middle, other = person(0)[None], person(20)[None], person(40)[None]
    assert [row.tolist() for row in same_people([outer, other], SIGMAS, threshold=0.6)] == [[0], [1]]
    assert [row.tolist() for row in same_people([outer, middle, other], SIGMAS, threshold=0.6)] == [[0], [0], [0]]


def test_a_person_never_has_two_poses_of_one_method():
    double = np.stack([person(0), person(3)])
    first, second = same_people([double, person(1)[None]], SIGMAS)
    assert first.tolist() == [0, 1]
    assert second.tolist() == [0]  # the nearer of the two


def test_the_stronger_link_wins_where_a_chain_would_join_two_poses_of_one_method():
    ends = np.stack([person(0), person(60)])  # both found by the first method
    numbers = same_people([ends, person(20)[None], person(42)[None]], SIGMAS, threshold=0.2)
    assert numbers[0].tolist() == [0, 1]
    assert numbers[2].tolist() == [1]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_methods_that_find_nobody(count):
    assert [row.tolist() for row in same_people([EMPTY] * count, SIGMAS)] == [[]] * count


def test_an_empty_method_between_two_others():
    numbers = same_people([person(0)[None], EMPTY, person(1)[None]], SIGMAS)
    assert [row.tolist() for row in numbers] == [[0], [], [0]]


def test_removed_keypoints_still_match_while_most_keypoints_are_there():
    partial = person(2)
    partial[:6] = np.nan
    assert [row.tolist() for row in same_people([person(0)[None], partial[None]], SIGMAS)] == [[0], [0]]


scenes = st.lists(
    st.integers(0, 5).flatmap(
        lambda n: arrays.arrays(np.float64, (n, 17, 2), elements=st.floats(0, 400, allow_nan=False))
    ),
    min_size=1,
    max_size=4,
)


@given(scenes)
def test_every_pose_gets_a_number_and_no_method_repeats_one(poses):
    numbers = same_people(poses, SIGMAS)
    assert [len(row) for row in numbers] == [len(found) for found in poses]
    assert all(len(set(row.tolist())) == len(row) for row in numbers)
    assert sorted({int(n) for row in numbers for n in row}) == list(range(len(partition(numbers))))


@given(scenes, st.randoms(use_true_random=False))
def test_who_is_one_person_does_not_depend_on_the_order_of_methods(poses, random):
    # Continuous scenes: jitter makes exactly equal links, the one stated exception, impossible in practice.
    rng = np.random.default_rng(random.randrange(2**32))
    poses = [found + rng.uniform(0, 20, found.shape) for found in poses]
    order = list(range(len(poses)))
    random.shuffle(order)
    shuffled = partition(same_people([poses[i] for i in order], SIGMAS))
    back = {frozenset((order[method], index) for method, index in members) for members in shuffled}
    assert back == partition(same_people(poses, SIGMAS))


@given(scenes, st.floats(-1000, 1000))
def test_moving_the_whole_scene_changes_nothing(poses, shift):
    rng = np.random.default_rng(0)
    poses = [found + rng.uniform(0, 20, found.shape) for found in poses]
    moved = [found + shift for found in poses]
    assert [row.tolist() for row in same_people(moved, SIGMAS)] == [row.tolist() for row in same_people(poses, SIGMAS)]


@given(scenes, st.sampled_from([0.05, 0.2, 0.6]))
def test_comparing_only_near_poses_gives_the_same_similarity_as_comparing_all(poses, threshold):
    for first, second in combinations(poses, 2):
        everything = pose_oks(first, second, np.array(SIGMAS))
        expected = np.where(everything >= threshold, everything, 0)
        assert np.allclose(_near_oks(first, second, np.array(SIGMAS), threshold), expected)


def test_a_pose_without_keypoints_is_near_nobody():
    nothing = np.full((1, 17, 2), np.nan)
    assert [row.tolist() for row in same_people([person(0)[None], nothing, nothing], SIGMAS)] == [[0], [1], [2]]
