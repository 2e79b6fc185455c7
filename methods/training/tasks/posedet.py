"""Training PoseDet."""

from collections.abc import Mapping

from torch import nn

from methods import weights
from methods.catalog import Variant
from methods.errors import SettingsError
from methods.method import Method
from methods.ops.people import PeopleBatch
from methods.posedet.loss import Gains, PoseDetLoss
from methods.posedet.network import PoseDetNetwork, SmallPoseDetNetwork
from methods.training.task import Losses

START = "yolo11n-pose"  # whose weights the small network starts from


class PoseDetTask:
    """A PoseDet network with its loss; `options` are the entries of Gains.

    posedet-n starts from a pose checkpoint, the paper's networks from a backbone trained on ImageNet (section 4.1).
    """

    heads = ("pyramid.", "bypass.", "head.")

    def __init__(self, variant: Variant, options: Mapping[str, float]) -> None:
        unknown = set(options) - set(vars(Gains()))
        if unknown:
            raise SettingsError(f"PoseDet has no loss {', '.join(sorted(unknown))}; weigh {', '.join(vars(Gains()))}.")
        self.name, self._variant = variant.name, variant
        self.network = variant.method_class().Network(**variant.options)
        if isinstance(self.network, SmallPoseDetNetwork):
            self.network.start_from(weights.load(weights.resolve(START)))
        elif isinstance(self.network, PoseDetNetwork):
            self.network.body.start_from_imagenet()
        self._loss = PoseDetLoss(Gains(**options))

    def loss(self, network: nn.Module, people: PeopleBatch) -> Losses:
        """Equation 4 and its parts."""
        parts = self._loss(network(people.images / 255), people)
        return Losses(parts.pop("total"), parts)

    def method(self, network: nn.Module, input_size: int, device: str) -> Method:
        """See Task."""
        return self._variant.method_class()(self.name, network, input_size, device)
