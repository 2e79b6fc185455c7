"""Learning the judging head from examples: a maximum likelihood of all that is known, and of how good places are."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from pydantic import BaseModel, ConfigDict

from methods.data.augment import Augment
from methods.visibility.judge import judgement_of
from methods.visibility.judge_network import (
    INSIDE,
    LEAST,
    QUALITY,
    QUESTIONS,
    SEEN,
    WITHIN,
    JudgeNetwork,
    evidence,
    flag_chances,
)
from methods.visibility.judgement import (
    ASKED,
    HIDDEN,
    KEEPS_ALL,
    MISPLACED,
    OUTSIDE,
    SHARES,
    UNLABELLED,
    WRONG,
    Judgement,
)
from methods.visibility.training import examples as known
from methods.visibility.training.examples import EVENTS, UNKNOWN, Examples

RIGHT = 0.5  # OKS similarity from which on a keypoint was there
FEW = 100  # keypoints that have to go for a preset to be one
LIGHT = 1e-4  # weight that holds the calibration near none


class JudgeRecipe(BaseModel):
    """What the head learns from, and how long. `by_people` are the sources whose labels annotators decided on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sources: dict[str, float] = {"coco_train": 4, "coco_train_more": 4, "lspet17": 0.06}
    by_people: tuple[str, ...] = ("coco_train", "coco_train_more")
    methods: tuple[str, ...] = (
        "kapao-n", "hybridpose-n", "posedet-n", "detposenet-n", "visibility-n", "yolo11n-pose", "movenet-multipose",
    )  # fmt: skip
    size: int = 640
    augment: Augment = Augment(
        flip=0.5, scale=(0.6, 1.8), around_person=0.7, rotate=10, translate=0.15, hue=0.015, saturation=0.4,
        brightness=0.4,
    )  # fmt: skip
    covering: Augment = Augment(hide_keypoint=0.7)
    coverings: int = 3  # rounds of pasting
    plain: Augment = Augment(flip=0.5)  # of the images that people labelled, shown whole and uncovered for calibration
    epochs: int = 12
    batch_size: int = 128  # poses
    learning_rate: float = 0.002
    weight_decay: float = 0.02
    folds: int = 4
    seed: int = 0


def learn(examples: Examples, plain: Examples, recipe: JudgeRecipe) -> JudgeNetwork:
    """A head that learned from the examples, with its combined score and its presets, calibrated on `plain` ones.

    Score and presets are learned from what heads say of images that they did not learn from, `folds` times, because of
    its own a head is too sure.
    """
    logits = torch.zeros(*examples.event.shape, len(QUESTIONS))
    for fold in range(recipe.folds):
        chosen = examples.image % recipe.folds == fold
        head = _fit(examples[~chosen], recipe)
        with torch.no_grad():
            logits[chosen] = head(examples.described[chosen].float())
    head = _fit(examples, recipe)
    _fit_combination(head, examples, logits)
    _find_presets(head, examples, logits)
    calibrate(head, plain)
    return head.eval()


@torch.no_grad()
def calibrate(head: JudgeNetwork, plain: Examples) -> None:
    """Make the head's chances of COCO's flags those of uncovered images that annotators labelled, and find their
    presets.

    In what it learned from more is hidden than in such images. These four numbers are too few to learn images by heart,
    so the images may be those that the head learned from.
    """
    logits = head(plain.described.float())
    flags = torch.full_like(plain.event, UNKNOWN)
    for flag, event in enumerate((known.NOT_LABELLED, known.LABELLED_HIDDEN, known.LABELLED_SEEN)):
        flags[plain.event == event] = flag
    sure = plain.there & (flags != UNKNOWN)
    likely, wanted = flag_chances(logits)[sure].double().clamp(min=LEAST).log(), flags[sure]
    with torch.enable_grad():
        scale = torch.ones(1, dtype=torch.float64, requires_grad=True)
        bias = torch.zeros(likely.shape[1], dtype=torch.float64, requires_grad=True)

        def loss() -> torch.Tensor:
            return F.cross_entropy(likely * scale + bias, wanted) + LIGHT * ((scale - 1) ** 2 + (bias**2).sum()).sum()

        _minimise(loss, [scale, bias])
    head.flag_scale.copy_(scale)
    head.flag_bias.copy_(bias)
    judgement = judgement_of(head, plain.described, logits, plain.scores.unbind(-1), plain.there)
    _find_preset(head, UNLABELLED, judgement, sure, flags > 0)


def _minimise(loss: Callable[[], torch.Tensor], parameters: list[torch.Tensor]) -> None:
    """Move the parameters to where the loss is lowest."""
    optimiser = torch.optim.LBFGS(parameters, max_iter=100, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        value = loss()
        value.backward()
        return value

    optimiser.step(closure)


def event_loss(logits: torch.Tensor, event: torch.Tensor) -> torch.Tensor:
    """Mean negative log likelihood of what is known: logits [..., questions], EVENTS by number [...]; UNKNOWN counts
    nothing."""
    inside, seen = logits[..., INSIDE].sigmoid(), logits[..., SEEN].sigmoid()
    not_labelled, labelled_hidden, labelled_seen = flag_chances(logits).unbind(-1)
    by_event = torch.stack(
        [1 - inside, inside * (1 - seen), labelled_hidden, labelled_seen, not_labelled, inside * seen, inside], dim=-1
    )
    assert by_event.shape[-1] == len(EVENTS)
    sure = event != UNKNOWN
    likely = by_event.gather(-1, event.clamp(min=0)[..., None])[..., 0].clamp(min=LEAST)
    return -(likely.log() * sure).sum() / sure.sum().clamp(min=1)


def place_loss(logits: torch.Tensor, examples: Examples) -> torch.Tensor:
    """Mean cross-entropies of whether a place is within OKS 0.5, of labelled keypoints and of people who are nobody,
    and of its quality."""
    unlabelled = (examples.event == known.NOT_LABELLED) | (examples.event == known.OUTSIDE)
    sure = (examples.there & (examples.similarity >= 0) & ~unlabelled).float()
    wanted = torch.stack([(examples.similarity >= RIGHT).float(), examples.quality], dim=-1)
    found = F.binary_cross_entropy_with_logits(logits[..., [WITHIN, QUALITY]], wanted, reduction="none").sum(dim=-1)
    return (found * sure).sum() / sure.sum().clamp(min=1)


def _fit(examples: Examples, recipe: JudgeRecipe) -> JudgeNetwork:
    torch.manual_seed(recipe.seed)
    head = JudgeNetwork((len(ASKED), len(SHARES)), examples.event.shape[1]).train()
    optimiser = torch.optim.AdamW(head.parameters(), recipe.learning_rate, weight_decay=recipe.weight_decay)
    rounds = max(len(examples.image) // recipe.batch_size, 1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, recipe.learning_rate, total_steps=recipe.epochs * rounds + 1
    )
    for _ in range(recipe.epochs):
        order = torch.randperm(len(examples.image))
        for chosen in order[: rounds * recipe.batch_size].split(recipe.batch_size):
            batch = examples[chosen]
            logits = head(batch.described.float())
            event = torch.where(batch.there, batch.event, UNKNOWN)
            optimiser.zero_grad()
            (event_loss(logits, event) + place_loss(logits, batch)).backward()
            optimiser.step()
            schedule.step()
    return head.eval()


def _counted(examples: Examples) -> torch.Tensor:
    """The keypoints [M, K] of which it is known whether they count as right."""
    return examples.there & (examples.similarity >= 0)


def _fit_combination(head: JudgeNetwork, examples: Examples, logits: torch.Tensor) -> None:
    """Logistic regression of the share of OKS thresholds at which a keypoint is right, the same for every method."""
    counted = _counted(examples)
    inputs = evidence(examples.scores.unbind(-1), logits)[counted].double()
    wanted = examples.quality[counted].double()
    weights = torch.zeros(inputs.shape[1] + 1, dtype=torch.float64, requires_grad=True)

    def loss() -> torch.Tensor:
        found = F.binary_cross_entropy_with_logits(inputs @ weights[:-1] + weights[-1], wanted)
        return found + 1e-3 * (weights[:-1] ** 2).sum()

    _minimise(loss, [weights])
    with torch.no_grad():
        head.combine.weight.copy_(weights[None, :-1])
        head.combine.bias.copy_(weights[-1:])


def _find_presets(head: JudgeNetwork, examples: Examples, logits: torch.Tensor) -> None:
    """The presets of all but what annotators leave out, see `calibrate`."""
    event, right = examples.event, examples.similarity >= RIGHT
    placed = (event != known.OUTSIDE) & (event != known.NOT_LABELLED)
    told = event != UNKNOWN
    seen = (event == known.SEEN) | (event == known.LABELLED_SEEN)
    # For each question: of which keypoints the answer is known, and which of them were there.
    truth = {
        WRONG: (examples.similarity >= 0, right),
        OUTSIDE: (told & (event != known.NOT_LABELLED), event != known.OUTSIDE),
        HIDDEN: (told & (event != known.NOT_LABELLED) & (event != known.INSIDE), seen),
        MISPLACED: ((examples.similarity >= 0) & placed, right),
    }
    judgement = judgement_of(head, examples.described, logits, examples.scores.unbind(-1), examples.there)
    for asked, (sure, was_there) in truth.items():
        _find_preset(head, asked, judgement, sure & examples.there, was_there)


def _find_preset(
    head: JudgeNetwork, asked: str, judgement: Judgement, sure: torch.Tensor, was_there: torch.Tensor
) -> None:
    """The lowest thresholds at which at most each of SHARES of the keypoints that go was there, or KEEPS_ALL; counted
    are those [M, K] that are `sure`."""
    chances, order = torch.from_numpy(judgement.chances(asked))[sure].sort(descending=True)
    wrong = was_there[sure][order].double().cumsum(0) / torch.arange(1, len(order) + 1)
    for column, share in enumerate(SHARES):
        allowed = (wrong <= share).nonzero()[:, 0]
        # A few keypoints at the top prove nothing.
        lowest = chances[allowed[-1]] if len(allowed) and allowed[-1] >= FEW else KEEPS_ALL
        head.presets[ASKED.index(asked), column] = lowest
