"""Which parameters learn, and how fast."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from methods.errors import SettingsError
from methods.training.recipe import Recipe


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
    """The recipe's optimiser over all parameters in four groups: heads and body, with and without weight decay.

    Beside each network stand the beginnings of the names of its heads' parameters. Each group's `peak` is its learning
    rate before the schedule. Biases and norms do not decay.
    """
    groups: dict[tuple[bool, bool], list[nn.Parameter]] = {}
    for network, heads in networks:
        for name, parameter in network.named_parameters():
            groups.setdefault((name.startswith(tuple(heads)), parameter.ndim >= 2), []).append(parameter)
    options: list[dict[str, Any]] = []
    for (head, decays), parameters in groups.items():
        peak = recipe.learning_rate * (1.0 if head else recipe.body_rate)
        options.append({"params": parameters, "peak": peak, "weight_decay": recipe.weight_decay if decays else 0.0})
    if recipe.optimiser == "sgd":
        return torch.optim.SGD(options, lr=recipe.learning_rate, momentum=recipe.momentum, nesterov=True)
    return torch.optim.AdamW(options, lr=recipe.learning_rate, betas=(recipe.momentum, 0.999))


def set_rate(optimiser: torch.optim.Optimizer, factor: float) -> None:
    """Set every group's learning rate to `factor` of its peak."""
    for group in optimiser.param_groups:
        group["lr"] = group["peak"] * factor
