"""Training the visibility metamodel."""

from methods.data.mixture import Mixture
from methods.training.task import Task
from methods.types import VISIBILITY_STATES
from methods.visibility.bodies import TimmBody
from methods.visibility.loss import Gains, VisibilityLoss
from methods.visibility.training.class_weights import class_sizes, class_weights


class VisibilityTask(Task):
    """A metamodel with its loss, which learns from crops of single people.

    The paper's ResNet and EfficientNets start from ImageNet's weights (section 4.2). MSPN starts at random; the paper's
    was trained for poses, for which `train --weights` is there.
    """

    Gains = Gains
    class_sizes: tuple[float, ...] = (1.0,) * len(VISIBILITY_STATES)  # until the training data are there
    heads = ("features.fuse.", "features.mix.", "coordinates.", "visibility.")

    def prepare(self) -> None:
        """See the class."""
        if isinstance(self.network.features, TimmBody):
            self.network.features.start_from_imagenet()

    def learn_from(self, data: Mixture) -> str:
        """See Task: the classes' sizes, from which the loss weighs them."""
        self.class_sizes = tuple(class_sizes(data).tolist())
        self.loss = self.build_loss()
        shares = (size / sum(self.class_sizes) for size in self.class_sizes)
        said = zip(VISIBILITY_STATES, shares, self.loss.weights, strict=True)
        each = ", ".join(f"{state} keypoints, {share:.1%} of all, {weight:.2f}" for state, share, weight in said)
        return f"Weights of the classes in the loss, from the training annotations: {each}."

    def build_loss(self) -> VisibilityLoss:
        """Equation 1 and its parts."""
        return VisibilityLoss(self.gains.alpha, class_weights(self.class_sizes, self.gains.balance))
