"""Training PoseDet."""

from collections.abc import Mapping
from typing import Any

from methods.ops.people import PeopleBatch
from methods.posedet.loss import Gains, PoseDetLoss
from methods.posedet.network import PoseDetNetwork
from methods.training.task import Losses, Task


class PoseDetTask(Task):
    """A PoseDet network with its loss; the paper's start from a backbone trained on ImageNet (section 4.1)."""

    Gains = Gains
    heads = ("pyramid.", "bypass.", "head.")

    def prepare(self) -> None:
        """See the class."""
        if isinstance(self.network, PoseDetNetwork):
            self.network.body.start_from_imagenet()

    def weigh(self, options: Mapping[str, float]) -> None:
        """See Task."""
        super().weigh(options)
        self._loss = PoseDetLoss(self.gains)

    def compare(self, outputs: Any, people: PeopleBatch) -> Losses:
        """Equation 4 and its parts."""
        parts = self._loss(outputs, people)
        return Losses(parts.pop("total"), parts)
