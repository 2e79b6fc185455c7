"""Training HybridPose."""

from collections.abc import Mapping
from typing import Any

from methods.hybridpose.loss import SMALL_GAINS, Gains, HybridPoseLoss
from methods.ops.people import PeopleBatch
from methods.training.task import Losses, Task


class HybridPoseTask(Task):
    """A HybridPose network with its loss."""

    Gains = Gains

    def weigh(self, options: Mapping[str, float]) -> None:
        """See Task."""
        super().weigh({**SMALL_GAINS, **options} if self.shares_body else options)
        self._loss = HybridPoseLoss(self.network, self.gains)

    def compare(self, outputs: Any, people: PeopleBatch) -> Losses:
        """Equation 13 and its parts."""
        parts = self._loss(outputs, people)
        return Losses(parts.pop("total"), parts)
