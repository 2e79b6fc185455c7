"""Which quizzes are offered, and why what happens in them happens."""

import re

from app.analysis.quiz import Outcome, differing, extremes, outcomes, quizzes
from app.analysis.quiz_reasons import REASONS
from methods.analysis.quizzes import DIFFERENT, ErrorType, Happened

NONE = dict.fromkeys((error for error in ErrorType if error is not ErrorType.NOTHING), 0.0)


def test_offered_are_the_quizzes_in_which_two_methods_differ():
    offered = differing()
    assert 3 <= len(offered) < len(quizzes())
    for quiz in quizzes():
        changes = [one.happened.change for one in outcomes(quiz.number).values()]
        pairs = [(max(one[kind], 0), max(other[kind], 0)) for one in changes for other in changes for kind in NONE]
        apart = any(one - other >= DIFFERENT for one, other in pairs)
        assert apart == (quiz in offered), quiz.name


def test_every_quiz_says_why_in_two_sentences_and_names_the_papers_section():
    assert set(REASONS) == {quiz.name for quiz in quizzes()}
    for name, reason in REASONS.items():
        assert len(re.findall(r"[a-z]\.(?: |$)", reason.text)) == 2, name
        paper, section = reason.source.split(", Section ")
        assert paper in ("KAPAO", "HybridPose", "PoseDet", "DetPoseNet", "visibility metamodel")
        assert re.fullmatch(r"\d(\.\d)?|[IV]+-[A-E]", section)


def test_the_methods_that_lose_least_and_most_are_named():
    found = {
        "a": Outcome(Happened(NONE, NONE | {ErrorType.MISS: 2.0}), None),
        "b": Outcome(Happened(NONE | {ErrorType.SWAP: 1.5}, NONE), None),
        "c": Outcome(Happened(NONE, NONE), None),
    }
    assert extremes(found) == "The second image costs b least (-1.5 keypoints) and a most (+2.0 keypoints)."
