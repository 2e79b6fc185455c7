"""What is set before each step: learning rates and momentum, by warm-up and the recipe's decay."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from methods.training.recipe import Cosine, Plateau, Recipe, Steps


class Schedule(NamedTuple):
    """Of one step: what the decay leaves of the peak learning rate, and how much of the warm-up is done; in 0..1."""

    decay: float
    warmth: float

    @property
    def rate(self) -> float:
        """Factor of the peak learning rate of everything that has no warm-up of its own."""
        return self.decay * self.warmth


def thaws(recipe: Recipe) -> list[int]:
    """Epochs, the first included, from which other layers rest than before."""
    starts, epoch = [0], recipe.stages[0].epochs
    for before, stage in zip(recipe.stages, recipe.stages[1:], strict=False):
        if set(stage.freeze) != set(before.freeze):
            starts.append(epoch)
        epoch += stage.epochs
    return starts


def schedule_at(step: int, steps_per_epoch: int, recipe: Recipe, scores: Sequence[tuple[int, float]] = ()) -> Schedule:
    """The schedule at `step`, counted from 0; `scores` are validations so far, as epochs done and what was reached.

    Warm-up is a linear ramp over `warmup_steps` at the start and wherever layers are thawed, since their optimiser
    state is empty then.
    """
    epoch = step // steps_per_epoch
    if isinstance(recipe.decay, Cosine):
        left = recipe.decay.final + (1 - recipe.decay.final) * half_cosine(step / (recipe.epochs * steps_per_epoch))
    elif isinstance(recipe.decay, Steps):
        left = recipe.decay.factor ** sum(epoch >= after for after in recipe.decay.after)
    else:
        left = recipe.decay.factor ** plateaus(scores, epoch, recipe.decay)
    since = step - max(start * steps_per_epoch for start in thaws(recipe) if start * steps_per_epoch <= step)
    return Schedule(left, min(1.0, (since + 1) / recipe.warmup_steps))


def half_cosine(progress: float) -> float:
    """From 1 at progress 0 to 0 at progress 1."""
    return (1 + math.cos(math.pi * progress)) / 2


def plateaus(scores: Sequence[tuple[int, float]], epoch: int, decay: Plateau) -> int:
    """How often in the first `epoch` epochs validation was not better for `patience` of them."""
    best, since, count = -math.inf, 0, 0
    reached = dict(scores)
    for done in range(1, epoch + 1):
        if reached.get(done, -math.inf) > best:
            best, since = reached[done], done
        elif done - since >= decay.patience:
            count, since = count + 1, done
    return count
