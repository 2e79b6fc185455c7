"""Training PoseDet."""

from methods.posedet.loss import Gains, PoseDetLoss
from methods.posedet.network import PoseDetNetwork
from methods.training.task import Task


class PoseDetTask(Task):
    """A PoseDet network with its loss; the paper's start from a backbone trained on ImageNet (section 4.1)."""

    Gains = Gains
    heads = ("pyramid.", "bypass.", "head.")

    def prepare(self) -> None:
        """See the class."""
        if isinstance(self.network, PoseDetNetwork):
            self.network.body.start_from_imagenet()

    def build_loss(self) -> PoseDetLoss:
        """Equation 4 and its parts."""
        return PoseDetLoss(self.gains, self.variant.skeleton.sigmas)
