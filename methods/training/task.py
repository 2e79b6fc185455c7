"""What a method gives the trainer: a network, a loss, and a Method to judge the network with."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import nn

from methods.catalog import Variant
from methods.data.mixture import Mixture
from methods.errors import SettingsError
from methods.method import Method
from methods.ops.people import PeopleBatch


@dataclass(frozen=True)
class Losses:
    """`total` is what is minimised, summed over the batch's images; `parts` are detached, for the curves."""

    total: torch.Tensor
    parts: dict[str, torch.Tensor]


class Task(ABC):
    """One variant being trained. `network` has its initial weights.

    `options` are entries of the family's `Gains`, the weights of its losses; with `crops` it learns from crops of
    single people. Raises SettingsError for an option that is none.
    """

    Gains: ClassVar[type]
    small_gains: ClassVar[Mapping[str, float]] = {}  # in place of those of Gains, for variants that share the body
    heads: ClassVar[tuple[str, ...]] = ("",)  # beginnings of names of parameters that learn at the full rate

    def __init__(self, variant: Variant, options: Mapping[str, float], crops: bool = False) -> None:
        self.name, self.variant, self.crops = variant.name, variant, crops
        family = variant.method_class()
        self.shares_body = family.shares_body
        self.network: Any = family.Network(**variant.options)
        self.prepare()
        self.weigh(options)

    def prepare(self) -> None:  # noqa: B027
        """Give the new network the weights that it starts from, where it has any."""

    def learn_from(self, data: Mixture) -> str:
        """Take from the training data, once before the first epoch, what the loss needs to know of them; gives what
        that was in a sentence, or nothing."""
        return ""

    def weigh(self, options: Mapping[str, float]) -> None:
        """Use the loss `options` from now on; raises SettingsError for one that is not an entry of Gains."""
        known = set(vars(self.Gains()))
        if unknown := set(options) - known:
            raise SettingsError(
                f"{self.name} has no loss {', '.join(sorted(unknown))}; weigh {', '.join(sorted(known))}."
            )
        self.gains = self.Gains(**{**(self.small_gains if self.shares_body else {}), **options})
        self.loss = self.build_loss()

    @abstractmethod
    def build_loss(self) -> Callable[[Any, PeopleBatch], dict[str, torch.Tensor]]:
        """The loss with `gains`: what `run` gave and the batch, to `total` and the detached parts of Losses."""

    def run(self, network: nn.Module, seen: Any, people: PeopleBatch) -> Any:
        """What `network`, which is `self.network` or a wrapper of it, says of a batch.

        `seen` are the images in 0..1 or, for variants that share it, the small body's maps of them.
        """
        return network(seen)

    def compare(self, outputs: Any, people: PeopleBatch) -> Losses:
        """The loss of what `run` gave."""
        parts = self.loss(outputs, people)
        return Losses(parts.pop("total"), parts)

    def method(self, network: nn.Module, input_size: int, device: str) -> Method:
        """The Method around a trained copy of the network, which it may fold or convert."""
        method = self.variant.method_class()(self.name, network, input_size, device)
        method.skeleton = self.variant.skeleton
        return method
