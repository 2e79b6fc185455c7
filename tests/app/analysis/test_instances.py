"""Cards of single people, checked against the evaluation they come from; points and keypoints at the slider."""

import numpy as np
import pytest

from app.analysis.instances import (
    KEYPOINT_KINDS,
    ORDERS,
    difference_cards,
    error_cards,
    error_rows,
    false_positive_counts,
)
from app.analysis.operating import false_positive_kinds, filtered_points, operating_points, timed
from app.analysis.quiz import after_cards, bare_cards, outcomes, quizzes, worst_of_most
from app.analysis.scenes import kept, scenes_dataset
from app.components.cards import shown
from methods.analysis.delta_oks import delta_oks
from methods.analysis.error_types import Kind
from methods.analysis.instances import BACKGROUND, KINDS, MISSED, SCORING, to_repair
from methods.analysis.quizzes import ErrorType
from methods.analysis.repair import repaired_precision

PAIRS = "scenes/crowd-middle"


@pytest.fixture(scope="module")
def dataset():
    return scenes_dataset(PAIRS)


@pytest.fixture(scope="module")
def name(dataset):
    return kept()[0]


@pytest.mark.parametrize("kind", KINDS)
def test_cards_are_the_methods_errors(dataset, name, kind):
    run = dataset.runs[name]
    rows, total = error_rows(run, kind, ORDERS[0])
    counts = run.errors.counts()
    expected = (run.errors.codes == Kind(kind).code).any(axis=1).sum() if kind in KEYPOINT_KINDS else counts[kind]
    assert total == expected
    found = error_cards(dataset, name, kind, rows)
    assert len(found) == len(rows) == min(total, 24)
    value = shown(found, dataset.data.skeleton, "nothing")
    for card, row in zip(value["cards"], rows.itertuples(), strict=True):
        x, y, width, height = card["view"]
        assert 0 <= x <= x + width <= 640
        assert 0 <= y <= y + height <= 640
        assert card["button"] == "Repair this one"
        roles = [person["role"] for person in card["people"]]
        assert roles.count("found") == {MISSED: 0, SCORING: 2}.get(kind, 1)
        assert roles.count("ground_truth") >= 1 or kind == BACKGROUND
        assert len(card["marks"]) == (len(row.keypoint) if kind in KEYPOINT_KINDS and kind != Kind.LEFT_OUT else 0)
    assert rows["score"].dropna().is_monotonic_decreasing


def test_keypoints_are_repaired(dataset, name):
    run = dataset.runs[name]
    rows, _ = error_rows(run, "miss", ORDERS[1])
    assert rows["similarity"].is_monotonic_increasing
    plain, mended = (error_cards(dataset, name, "miss", rows.head(1), repaired)[0] for repaired in ((), [0]))
    after = repaired_precision(run.errors, {"miss": [int(rows["detection"][0])]}).mean()
    assert mended.verdict == f"AP {run.ap.ap:.4f} becomes {after:.4f} ({after - run.ap.ap:+z.4f})"
    assert (mended.button, mended.ways) == ("", [])
    ground_truth, found = (person.keypoints for person in mended.people)
    wrong = [dataset.data.skeleton.keypoints.index(keypoint) for keypoint in rows["keypoint"][0]]
    np.testing.assert_allclose(found[wrong], ground_truth[wrong])
    assert not np.allclose(plain.people[1].keypoints[wrong], ground_truth[wrong])


@pytest.mark.parametrize(
    ("kind", "column", "found", "ending"),
    [
        (BACKGROUND, "detection", 0, "removed"),
        (MISSED, "person", 0, "left out of the ground truth"),
        (SCORING, "person", 2, "the OKS becomes the score"),
    ],
)
def test_whole_people_are_repaired(dataset, kind, column, found, ending):
    """By the method with most of them."""
    name, run = max(dataset.runs.items(), key=lambda each: each[1].errors.counts()[kind])
    rows, _ = error_rows(run, kind, ORDERS[0])
    mended = error_cards(dataset, name, kind, rows.head(1), [0])[0]
    person, detection = int(rows["person"][0]), int(rows["detection"][0])
    after = repaired_precision(run.errors, {kind: to_repair(run.errors, kind, person, detection)}).mean()
    assert mended.verdict == f"AP {run.ap.ap:.4f} becomes {after:.4f} ({after - run.ap.ap:+z.4f})"
    assert mended.good == (after >= run.ap.ap)
    if kind != SCORING:  # which can make AP lower, since all others keep their scores
        assert to_repair(run.errors, kind, person, detection) == [rows[column][0]]
        assert after > run.ap.ap or (kind == BACKGROUND and after == run.ap.ap)  # one less sure than the true ones
    assert mended.title.endswith(ending)
    assert [each.role for each in mended.people].count("found") == found
    assert mended.button == ""


def test_false_positives_are_counted_by_kind_and_named_on_their_cards(dataset):
    name, run = max(dataset.runs.items(), key=lambda each: len(each[1].errors.background))
    rows, total = error_rows(run, BACKGROUND, ORDERS[0])
    titles = [card.title for card in error_cards(dataset, name, BACKGROUND, rows)]
    assert titles == [run.false_positives[detection].value for detection in rows["detection"]]
    numbers = [int(part.split()[0]) for part in false_positive_counts(run).split(", ")]
    assert sum(numbers) == total


def test_two_methods_are_sorted_by_the_difference_of_oks(dataset):
    first, second = kept()[:2]
    delta = delta_oks(dataset.runs[first].matching, dataset.runs[second].matching)
    people, said = difference_cards(dataset, first, second)
    best = delta.to_pandas()
    assert [card.title for card in people] == [f"difference {value:+.3f}" for value in best["delta"][: len(people)]]
    assert f"{(delta.delta > 0).sum()} have a higher OKS with {first}" in said
    images, _ = difference_cards(dataset, first, second, whole=True)
    sums = delta.by_image()
    assert [card.title for card in images] == [f"difference {value:+.3f}" for value in sums["delta"][sums["delta"] > 0]]
    found, _ = difference_cards(dataset, first, second, both=True)
    chosen = best[(best["delta"] > 0) & (best["first"] > 0.5) & (best["second"] > 0.5)]
    assert [card.title for card in found] == [f"difference {value:+.3f}" for value in chosen["delta"][:24]]


def test_one_slider_moves_every_method(dataset):
    at_recall = operating_points(dataset, 0.5, "recall", 0.4)
    assert all(point.recall >= 0.4 for point in at_recall.values())
    at_score = operating_points(dataset, 0.5, "score", 0.3)
    assert {point.score for point in at_score.values()} == {0.3}
    best = operating_points(dataset, 0.5, "best F1", 0.3)
    assert all(best[name].f1 >= at_score[name].f1 for name in best)


def test_the_kinds_of_false_positives_add_up_at_every_point(dataset):
    for oks in (0.5, 0.85):
        for name, point in operating_points(dataset, oks, "best F1", 0).items():
            assert sum(false_positive_kinds(dataset.runs[name], point)) == point.false_positives


def test_the_filter_moves_the_points_of_keypoints(dataset):
    points = operating_points(dataset, 0.5, "recall", 0.5)
    before = {name: run.keypoint_curve.at(points[name].score) for name, run in dataset.runs.items()}
    after = filtered_points(dataset, points, 0.9)
    assert list(after) == list(before)
    assert all(after[name].recall <= before[name].recall for name in before)
    assert sum(after[name].precision > before[name].precision for name in before) > len(before) / 2


def test_time_is_measured_for_the_methods_on_the_dataset(dataset, fakes, image):
    name = kept()[0]
    found = timed(dataset, {name: fakes["first"], "stranger": fakes["second"]}, [image, image])
    assert list(found) == [name]
    assert fakes["first"].runs == 3
    assert found[name].ap == dataset.runs[name].ap
    assert found[name].timing.total > 0


def test_a_quiz_is_judged_by_what_every_method_does():
    quiz = quizzes()[7]  # the same two people far away
    found = outcomes(quiz.number)
    assert list(found) == kept()
    (most,) = worst_of_most(found)
    assert most == ErrorType.MISSED
    revealed = after_cards(quiz, most)
    assert [card.title for card in revealed] == kept()
    assert [card.good for card in revealed] == [one.happened.worst == most for one in found.values()]
    assert len(bare_cards(quiz, both=False)) == 1
    assert [list(card.lines) for card in bare_cards(quiz, both=True)] == [
        ["two people near"],
        ["the same two people far away"],
    ]
