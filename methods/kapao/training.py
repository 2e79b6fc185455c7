"""Training KAPAO."""

from collections.abc import Mapping
from typing import Any

from methods.kapao.loss import SMALL_GAINS, Gains, KapaoLoss
from methods.ops.people import PeopleBatch
from methods.training.task import Losses, Task


class KapaoTask(Task):
    """A KAPAO network with its loss."""

    Gains = Gains

    def weigh(self, options: Mapping[str, float]) -> None:
        """See Task."""
        super().weigh({**SMALL_GAINS, **options} if self.shares_body else options)
        self._loss = KapaoLoss(self.network, self.gains)

    def compare(self, outputs: Any, people: PeopleBatch) -> Losses:
        """Equation 9 and its parts."""
        parts = self._loss(outputs, people)
        return Losses(parts.pop("total"), parts)
