"""What is set before each step: learning rates and momentum, by warm-up and one cosine over the whole training."""

import math
from typing import NamedTuple

from methods.training.recipe import Recipe


class Schedule(NamedTuple):
    """Of one step: the share of the peak learning rate that the cosine leaves, and of the warm-up that is done, both
    in 0..1."""

    cosine: float
    warmth: float

    @property
    def rate(self) -> float:
        """Factor of the peak learning rate of everything that has no warm-up of its own."""
        return self.cosine * self.warmth


def thaws(recipe: Recipe) -> list[int]:
    """Epochs, the first included, from which other layers rest than before."""
    starts, epoch = [0], recipe.stages[0].epochs
    for before, stage in zip(recipe.stages, recipe.stages[1:], strict=False):
        if set(stage.freeze) != set(before.freeze):
            starts.append(epoch)
        epoch += stage.epochs
    return starts


def schedule_at(step: int, steps_per_epoch: int, recipe: Recipe) -> Schedule:
    """The schedule at `step`, counted from 0.

    A half cosine from 1 to `final_rate` over all epochs (Loshchilov & Hutter 2017), and a linear ramp over
    `warmup_steps` at the start and wherever layers are thawed, since their optimiser state is empty then.
    """
    progress = step / (recipe.epochs * steps_per_epoch)
    cosine = recipe.final_rate + (1 - recipe.final_rate) * (1 + math.cos(math.pi * progress)) / 2
    since = step - max(start * steps_per_epoch for start in thaws(recipe) if start * steps_per_epoch <= step)
    return Schedule(cosine, min(1.0, (since + 1) / recipe.warmup_steps))
