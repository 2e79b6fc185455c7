"""The quizzes: pairs in order, and what happens in them judged from detections and ground truth alone."""

from dataclasses import replace

import pytest

from methods.analysis.quizzes import ErrorType, Happened, Quiz, difference, judge_quiz, read_quizzes

NONE = dict.fromkeys((error for error in ErrorType if error is not ErrorType.NOTHING), 0)


@pytest.fixture
def quiz(make_data, make_person):
    """The same person in both images."""
    before, after = make_data({1: [make_person(100, 100)], 2: [make_person(100, 100)]})
    return Quiz(1, "test", before, replace(after, note="nothing changes"))


def test_the_bundle_has_twelve_pairs():
    quizzes = read_quizzes()
    assert [each.number for each in quizzes] == list(range(1, 13))
    assert quizzes[0].name == "box"
    assert (quizzes[0].before.note, quizzes[0].after.note) == (
        "an arm is raised beside a box",
        "the arm hangs behind the box",
    )


@pytest.mark.parametrize(
    ("second", "worst", "keypoints"),
    [
        ([], ErrorType.MISSED, 17),
        ([(100, 100, 0.9)], ErrorType.NOTHING, None),
        ([(100, 100, 0.9), (400, 400, 0.8)], ErrorType.GHOST, 17),
        ([(100, 100, 0.9), (400, 400, 0.4)], ErrorType.NOTHING, None),  # not shown
        ([(102.9, 100, 0.9)], ErrorType.JITTER, pytest.approx(2.02, abs=0.01)),  # nose, eyes and ears
    ],
)
def test_what_happens(quiz, make_detection, second, worst, keypoints):
    results = [make_detection(1, 100, 100, 0.9), *(make_detection(2, *each) for each in second)]
    happened, errors = judge_quiz(quiz, results, 0.5)
    assert happened.worst == worst
    assert happened.more.get(worst) == keypoints
    assert happened.before == NONE
    assert len(errors.matching.ground_truth.image_ids) == 2


def test_methods_differ_by_what_the_second_image_costs_more():
    costs = [
        Happened(NONE, NONE | {ErrorType.MISS: 3, ErrorType.JITTER: 0.5}),
        Happened(NONE | {ErrorType.MISS: 9}, NONE | {ErrorType.JITTER: 1}),  # nine fewer are no loss
        Happened(NONE, NONE | {ErrorType.MISS: 1}),
    ]
    assert difference(costs) == 3
    assert difference(costs[:1]) == difference([]) == 0


def test_what_went_wrong_before_does_not_count(quiz):
    lost = Happened(NONE | {ErrorType.MISS: 6}, NONE | {ErrorType.MISS: 6.4, ErrorType.SWAP: 3})
    assert lost.worst == ErrorType.SWAP
    assert lost.more == {ErrorType.SWAP: 3}
