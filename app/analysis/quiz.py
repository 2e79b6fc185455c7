"""The quizzes with the kept results: what each method made of a pair, and whether a prediction was right."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from app.analysis.card import Card, Figure
from app.analysis.crops import wide_region_of
from app.analysis.instances import keypoints_found, keypoints_of
from app.analysis.scenes import every_result, scenes_dataset
from methods.analysis.error_types import Errors, Kind
from methods.analysis.quizzes import DIFFERENT, ErrorType, Happened, Quiz, difference, judge_quiz, read_quizzes

SHOWN_AT = 0.5  # OKS at which the score is chosen from which a method shows people


@dataclass(frozen=True, eq=False)
class Outcome:
    """What one method made of one quiz."""

    happened: Happened
    errors: Errors


@cache
def quizzes() -> tuple[Quiz, ...]:
    """All quizzes; raises DataError where the scenes are not there."""
    return read_quizzes()


@cache
def scores() -> dict[str, float]:
    """From which score each method shows people: where F1 on the graded scenes is highest."""
    return {name: run.curve(SHOWN_AT).best().score for name, run in scenes_dataset().runs.items()}


@cache
def outcomes(number: int) -> dict[str, Outcome]:
    """What every method made of the quiz of that number, by method."""
    quiz = quizzes()[number - 1]
    return {name: Outcome(*judge_quiz(quiz, found, scores()[name])) for name, found in every_result().items()}


@cache
def differing() -> tuple[Quiz, ...]:
    """Those in which the methods differ by DIFFERENT keypoints at least; raises DataError where there are no scenes."""
    return tuple(
        quiz for quiz in quizzes() if difference(one.happened for one in outcomes(quiz.number).values()) >= DIFFERENT
    )


def extremes(found: Mapping[str, Outcome]) -> str:
    """Which methods lose least and most keypoints from the first image to the second: a sentence."""
    lost = {name: sum(one.happened.change.values()) for name, one in found.items()}
    least, most = min(lost, key=lost.__getitem__), max(lost, key=lost.__getitem__)
    return (
        f"The second image costs {least} least ({lost[least]:+z.1f} keypoints) and {most} most"
        f" ({lost[most]:+z.1f} keypoints)."
    )


def colours() -> dict[str, str]:
    """Each method's colour, as in figures."""
    return scenes_dataset().colours


def worst_of_most(found: Mapping[str, Outcome]) -> list[ErrorType]:
    """What went most wrong for most methods; several where as many."""
    counts = Counter(one.happened.worst for one in found.values())
    return [error for error, count in counts.items() if count == max(counts.values())]


def bare_cards(quiz: Quiz, both: bool) -> list[Card]:
    """The first image as it is, or both."""
    images = (quiz.before, quiz.after) if both else (quiz.before,)
    return [
        Card(image.read(), (0, 0, image.width, image.height), (), f"{which} image", [image.note])
        for which, image in zip(("First", "Second"), images, strict=False)
    ]


def after_cards(quiz: Quiz, guess: ErrorType) -> list[Card]:
    """The second image with the ground truth and what each method shows, and whether the guess is right for it."""
    image = quiz.after.read()
    return [_after_card(quiz, image, name, colours()[name], one, guess) for name, one in outcomes(quiz.number).items()]


def _after_card(quiz: Quiz, pixels: np.ndarray, name: str, colour: str, one: Outcome, guess: ErrorType) -> Card:
    image, errors = quiz.after, one.errors
    ground_truth, found = errors.matching.ground_truth, errors.matching.detections
    here = int(np.searchsorted(ground_truth.image_ids, image.image_id))
    people = [
        Figure(keypoints_of(ground_truth, person)) for person in np.flatnonzero(ground_truth.image == here).tolist()
    ]
    shown = np.flatnonzero(found.image == here).tolist()
    people += [Figure(keypoints_found(found, each), colour, "found") for each in shown]
    rows = np.flatnonzero(found.image[errors.detection] == here)
    ways = [
        (*found.keypoints[errors.detection[row], k], *ground_truth.keypoints[errors.person[row], k])
        for row in rows
        for k in np.flatnonzero(errors.codes[row] > Kind.JITTER.code)
    ]
    keypoints = [person.keypoints for person in people]
    lines = [f"{error.value}: {keypoints:+z.1f} keypoints" for error, keypoints in one.happened.more.items()]
    right = one.happened.worst == guess
    region = wide_region_of(keypoints, (image.width, image.height))
    return Card(
        pixels, region, people, name, lines or [ErrorType.NOTHING.value.capitalize()], ways,
        "As you predicted" if right else "Not what you predicted", right,
    )  # fmt: skip
