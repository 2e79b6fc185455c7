"""The learning rate at each step: warm-up, then one cosine over the whole training."""

import math

from methods.training.recipe import Recipe


def thaws(recipe: Recipe) -> list[int]:
    """Epochs, the first included, from which other layers rest than before."""
    starts, epoch = [0], recipe.stages[0].epochs
    for before, stage in zip(recipe.stages, recipe.stages[1:], strict=False):
        if set(stage.freeze) != set(before.freeze):
            starts.append(epoch)
        epoch += stage.epochs
    return starts


def rate_at(step: int, steps_per_epoch: int, recipe: Recipe) -> float:
    """Factor of the peak learning rate at `step`, counted from 0.

    A half cosine from 1 to `final_rate` over all epochs (Loshchilov & Hutter 2017), times a linear ramp over
    `warmup_steps` at the start and wherever layers are thawed, since their optimiser state is empty then.
    """
    progress = step / (recipe.epochs * steps_per_epoch)
    cosine = recipe.final_rate + (1 - recipe.final_rate) * (1 + math.cos(math.pi * progress)) / 2
    since = step - max(start * steps_per_epoch for start in thaws(recipe) if start * steps_per_epoch <= step)
    return cosine * min(1.0, (since + 1) / recipe.warmup_steps)
