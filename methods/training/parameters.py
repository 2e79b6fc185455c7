"""Which parameters learn, and how fast."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from methods.errors import SettingsError
from methods.training.recipe import Recipe
from methods.training.schedule import Schedule


def freeze(network: nn.Module, prefixes: Sequence[str]) -> None:
    """Set training mode, with every parameter at rest whose name begins with one of `prefixes`, the others learning.

    Batch norm whose own parameters rest uses and keeps its statistics. Raises SettingsError for a prefix that no
    parameter has.
    """
    names = [name for name, _ in network.named_parameters()]
    for prefix in prefixes:
        if not any(name.startswith(prefix) for name in names):
            raise SettingsError(f"No parameter begins with {prefix!r} (to freeze); the first is {names[0]}.")
    network.train()
    for name, parameter in network.named_parameters():
        parameter.requires_grad_(not name.startswith(tuple(prefixes)))
    for module in network.modules():
        if isinstance(module, _BatchNorm) and not any(p.requires_grad for p in module.parameters()):
            module.eval()


def build_optimiser(networks: Sequence[tuple[nn.Module, Sequence[str]]], recipe: Recipe) -> torch.optim.Optimizer:
    """The recipe's optimiser over all parameters in six groups: weights, norms' weights and biases of heads and body.

    Beside each network stand the beginnings of the names of its heads' parameters. Each group's `peak` is its learning
    rate before the schedule, and `bias` says whether it is one of biases. Biases and norms do not decay.
    """
    groups: dict[tuple[bool, bool, bool], list[nn.Parameter]] = {}
    for network, heads in networks:
        for name, parameter in network.named_parameters():
            kind = (name.startswith(tuple(heads)), parameter.ndim >= 2, name.endswith("bias"))
            groups.setdefault(kind, []).append(parameter)
    options: list[dict[str, Any]] = []
    for (head, decays, bias), parameters in groups.items():
        peak = recipe.learning_rate * (1.0 if head else recipe.body_rate)
        decay = recipe.weight_decay if decays else 0.0
        options.append({"params": parameters, "peak": peak, "bias": bias, "weight_decay": decay})
    if recipe.optimiser == "sgd":
        return torch.optim.SGD(options, lr=recipe.learning_rate, momentum=recipe.momentum, nesterov=True)
    return torch.optim.AdamW(options, lr=recipe.learning_rate, betas=(recipe.momentum, 0.999))


def follow(optimiser: torch.optim.Optimizer, schedule: Schedule, recipe: Recipe) -> None:
    """Set every group's learning rate, and SGD's momentum, to what the recipe wants at this point of the schedule.

    During the warm-up biases come from `warmup_bias_rate` and momentum from `warmup_momentum` linearly, if the recipe
    has them, and every other learning rate from 0 (YOLOv5's warm-up, which KAPAO's authors took).
    """
    for group in optimiser.param_groups:
        start = recipe.warmup_bias_rate if group["bias"] and recipe.warmup_bias_rate else 0.0
        group["lr"] = between(start, group["peak"] * schedule.decay, schedule.warmth)
        if recipe.warmup_momentum is not None:
            group["momentum"] = between(recipe.warmup_momentum, recipe.momentum, schedule.warmth)


def between(start: float, end: float, share: float) -> float:
    """The number at `share` (0..1) of the way from start to end."""
    return start + (end - start) * share
