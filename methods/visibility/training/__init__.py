"""Training the visibility metamodel."""

from methods.training.task import Task
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

    def build_loss(self) -> VisibilityLoss:
        """Equation 1 and its parts."""
        return VisibilityLoss(self.gains)
