"""What a method gives the trainer: a network, a loss, and a Method to judge the network with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import nn

from methods.method import Method
from methods.ops.people import PeopleBatch


@dataclass(frozen=True)
class Losses:
    """`total` is what is minimised, summed over the batch's images; `parts` are detached, for the curves."""

    total: torch.Tensor
    parts: dict[str, torch.Tensor]


class Task(Protocol):
    """One variant being trained."""

    name: str
    network: nn.Module  # with its initial weights
    heads: tuple[str, ...]  # beginnings of the names of parameters that learn at the full rate; the rest is the body

    def loss(self, network: nn.Module, people: PeopleBatch) -> Losses:
        """Run `network`, which is `self.network` or a wrapper of it, on the batch and compare with the people."""

    def weigh(self, options: Mapping[str, float]) -> None:
        """Use the loss `options` from now on; only called for recipes whose stages have some of their own."""

    def method(self, network: nn.Module, input_size: int, device: str) -> Method:
        """The Method around a trained copy of the network, which it may fold or convert."""
