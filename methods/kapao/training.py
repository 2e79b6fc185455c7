"""Training KAPAO."""

from methods.kapao.loss import SMALL_GAINS, Gains, KapaoLoss
from methods.training.task import Task


class KapaoTask(Task):
    """A KAPAO network with its loss."""

    Gains = Gains
    small_gains = SMALL_GAINS

    def build_loss(self) -> KapaoLoss:
        """Equation 9 and its parts."""
        return KapaoLoss(self.network, self.gains)
