"""The quizzes in the tab Failures: an image, a change, a prediction; then what every method made of it."""

from html import escape
from typing import Any

import gradio as gr

from app.analysis.quiz import (
    Outcome,
    after_cards,
    bare_cards,
    colours,
    differing,
    extremes,
    outcomes,
    worst_of_most,
)
from app.analysis.quiz_reasons import REASONS
from app.components import cards, notice
from app.components.tables import coloured
from app.events import DECODING
from methods.analysis.quizzes import DIFFERENT, ErrorType, Quiz
from methods.errors import WorkbenchError
from methods.skeletons import COCO17

PREDICT = "Predict first: what will go wrong?"
CHOICES = [(error.value.capitalize(), error.value) for error in ErrorType]
HINT = (
    '<p class="pv-hint">Pairs of images in which one thing changes, all those in which the methods differ by at least '
    f"{DIFFERENT:g} keypoints. Look at the first image, read what changes, predict, then reveal. Each method shows "
    "people from the score at which its F1 is highest on the graded scenes; errors are counted in keypoints: a "
    "keypoint a little off costs a part of one, a person who is not found all that are labelled.</p>"
)


class QuizzesPart:
    """Lays the part out and answers its events; `opened` are the events that show it."""

    def __init__(self, opened: list[Any]) -> None:
        with gr.Row(elem_classes="stress"):
            with gr.Column(elem_classes="area-input"):
                self.number = gr.Radio([], value=None, label="Quiz", elem_id="quiz-number")
                self.guess = gr.Radio(
                    CHOICES, value=None, elem_id="quiz-guess", label="What will go most wrong for most methods?"
                )
                self.reveal = gr.Button("Reveal", variant="primary", elem_id="quiz-reveal")
                self.following = gr.Button("Next quiz", elem_id="quiz-next")
                self.notice = notice.notice("quiz-notice")
                self.right = gr.State({})
            with gr.Column(elem_classes="area-viewer"):
                gr.HTML(HINT, apply_default_css=False)
                self.story = gr.HTML("", apply_default_css=False, elem_id="quiz-story")
                self.before = cards.cards("quiz-before", wide=True)
                self.verdict = gr.HTML("", apply_default_css=False, elem_id="quiz-verdict")
                self.after = cards.cards("quiz-after", wide=True)
        shown = [self.story, self.before, self.guess, self.verdict, self.after, self.notice]
        gr.on(opened, self.offer, self.number, [self.number, self.notice], **DECODING)
        self.number.change(self.open, self.number, shown, **DECODING)
        self.following.click(self.follow, self.number, self.number, **DECODING)
        self.reveal.click(
            self.judge, [self.number, self.guess, self.right],
            [self.before, self.verdict, self.after, self.right, self.notice], **DECODING,
        )  # fmt: skip

    def offer(self, number: int | None) -> tuple[Any, str]:
        """The quizzes to choose from, the first chosen."""
        try:
            choices = [(f"{place} {quiz.name}", quiz.number) for place, quiz in enumerate(differing(), 1)]
        except WorkbenchError as error:
            return gr.skip(), str(error)
        return gr.update(choices=choices, value=number or choices[0][1]), ""

    def follow(self, number: int | None) -> int:
        """The number of the next quiz; after the last comes the first."""
        numbers = [quiz.number for quiz in differing()]
        return numbers[(numbers.index(number) + 1) % len(numbers)] if number in numbers else numbers[0]

    def open(self, number: int | None) -> tuple[Any, ...]:
        """The quiz's first image and what changes; nothing revealed."""
        quiz = offered_quiz(number)
        if quiz is None:
            return (gr.skip(),) * 6
        return story(quiz), cards.shown(bare_cards(quiz, both=False), COCO17), None, "", None, ""

    def judge(self, number: int | None, guess: str | None, right: dict[str, bool]) -> tuple[Any, ...]:
        """What every method made of the second image, and which prediction was right."""
        quiz = offered_quiz(number)
        if quiz is None or guess is None:
            return gr.skip(), gr.skip(), gr.skip(), right, PREDICT
        found = outcomes(quiz.number)
        right = {**right, str(quiz.number): ErrorType(guess) in worst_of_most(found)}
        both, after = (
            cards.shown(each, COCO17) for each in (bare_cards(quiz, True), after_cards(quiz, ErrorType(guess)))
        )
        return both, verdict(found, ErrorType(guess), right) + why(quiz, found), after, right, ""


def offered_quiz(number: int | None) -> Quiz | None:
    """The quiz of that number; None where none was chosen, or one that is not offered."""
    return next((quiz for quiz in differing() if quiz.number == number), None)


def story(quiz: Quiz) -> str:
    """What one sees, and what changes."""
    first, second = (escape(image.note) for image in (quiz.before, quiz.after))
    return (
        f'<div class="quiz"><h2>Quiz {differing().index(quiz) + 1} of {len(differing())}</h2>'
        f"<p>Here <b>{first}</b>. In the second image <b>{second}</b>.</p></div>"
    )


def why(quiz: Quiz, found: dict[str, Outcome]) -> str:
    """Why this is harder, by which paper, and whom it costs least and most."""
    reason = REASONS[quiz.name]
    return (
        f'<div class="quiz"><h2>Why</h2><p>{escape(reason.text)} <cite>({escape(reason.source)})</cite></p>'
        f"<p>{escape(extremes(found))}</p></div>"
    )


def verdict(found: dict[str, Outcome], guess: ErrorType, right: dict[str, bool]) -> str:
    """Whether the prediction was right for most methods, and a table of what cost how many keypoints."""
    most = worst_of_most(found)
    for_guess = [name for name, one in found.items() if one.happened.worst == guess]
    said = "Right: " if guess in most else "Not for most: "
    said += f"you predicted that {guess.value}; that went most wrong for {len(for_guess)} of {len(found)} methods"
    said += f" ({', '.join(for_guess)})." if for_guess else "."
    if guess not in most:
        said += f" For most methods {' or '.join(error.value for error in most)}."
    columns = [error.value.capitalize() for error in ErrorType if error is not ErrorType.NOTHING]
    rows = {name: [f"{keypoints:+z.1f}" for keypoints in one.happened.change.values()] for name, one in found.items()}
    kind = "good" if guess in most else "bad"
    return (
        f'<div class="quiz"><p class="quiz-verdict {kind}">{escape(said)}</p>'
        f"<p>{sum(right.values())} of {len(right)} predictions right so far.</p></div>"
        + coloured("What it cost in keypoints, second image less first", columns, rows, colours())
    )
