"""What is kept of the judge: for which methods it is measured to be no better than a plain threshold, and a report."""

import numpy as np
import pytest

from methods.visibility.judge import JUDGE
from methods.visibility.studies.judged import Judged
from methods.visibility.studies.judging import JudgeEffects, effect
from methods.visibility.studies.measured import judged_section, keep_measured, measured_of_judge, plain_as_good
from methods.weights import WEIGHTS_DIR

BETTER, WORSE = np.array([0.9, 0.8, 0.2, 0.1]), np.array([0.1, 0.2, 0.8, 0.9])


def judged(name, own, combined):
    """Of four keypoints in one image the first two are right."""
    right, flags = np.array([1.0, 1, 0, 0]), np.array([2, 2, 0, 1])
    kept, chances, outside = np.ones(4, bool), np.eye(3)[[2, 2, 0, 1]], np.array([0, 0, 0.9, 0])
    keypoints = Judged(np.zeros(4, int), right, own, combined, kept, flags, chances, outside)
    return effect(name, [keypoints], np.array([2]))


@pytest.fixture
def measured():
    methods = (judged("better", WORSE, BETTER), judged("worse", BETTER, WORSE))
    return [JudgeEffects(data="drawn", images=1, people=1, command="study", exact=True, methods=methods)]


def test_a_threshold_does_as_well_where_the_interval_is_not_above_nothing(measured):
    assert plain_as_good(measured) == {"drawn": {"worse": "-0.500 (-0.500 to -0.500)"}}


def test_curves_have_the_highest_precision_at_a_recall_or_beyond(measured):
    better, _ = measured[0].methods
    # By its own score the first right keypoint comes third, the second last; by the combined one both come first.
    assert better.own_curve[30] == better.own_curve[100] == 0.5
    assert set(better.combined_curve) == {1.0}
    assert better.at(0.3) == ("0.500 (0.500 to 0.500)", "1.000 (1.000 to 1.000)")


def test_what_is_kept_is_read_again_and_is_a_section(measured, tmp_path):
    assert (measured_of_judge(tmp_path), judged_section(tmp_path)) == ([], "")
    keep_measured(measured, tmp_path)
    assert measured_of_judge(tmp_path) == measured
    text = judged_section(tmp_path)
    assert text.startswith("## Keypoints judged\n")
    assert "| better, combined | 1.000 (1.000 to 1.000) |" in text


def test_the_published_numbers_are_those_of_the_card_and_the_report():
    card, report = ((WEIGHTS_DIR / name).read_text() for name in (f"{JUDGE}.md", "REPORT.md"))
    found = measured_of_judge()
    assert found
    for one in found:
        assert one.to_markdown() in card
        assert one.to_markdown() in report
