"""Training the visibility metamodel."""

from collections.abc import Mapping
from typing import Any

from methods.ops.people import PeopleBatch
from methods.training.task import Losses, Task
from methods.visibility.bodies import TimmBody
from methods.visibility.loss import Gains, VisibilityLoss


class VisibilityTask(Task):
    """A metamodel with its loss, which learns from crops of single people.

    The paper's ResNet and EfficientNets start from ImageNet's weights (section 4.2). MSPN starts at random; the paper's
    was trained for poses, for which `train --weights` is there.
    """

    Gains = Gains
    heads = ("features.fuse.", "features.mix.", "coordinates.", "visibility.")

    def prepare(self) -> None:
        """See the class."""
        if isinstance(self.network.features, TimmBody):
            self.network.features.start_from_imagenet()

    def weigh(self, options: Mapping[str, float]) -> None:
        """See Task."""
        super().weigh(options)
        self._loss = VisibilityLoss(self.gains)

    def compare(self, outputs: Any, people: PeopleBatch) -> Losses:
        """Equation 1 and its parts."""
        parts = self._loss(outputs, people)
        return Losses(parts.pop("total"), parts)
