"""Training HybridPose."""

from methods.hybridpose.loss import SMALL_GAINS, Gains, HybridPoseLoss
from methods.training.task import Task


class HybridPoseTask(Task):
    """A HybridPose network with its loss."""

    Gains = Gains
    small_gains = SMALL_GAINS

    def build_loss(self) -> HybridPoseLoss:
        """Equation 13 and its parts."""
        return HybridPoseLoss(self.network, self.gains)
