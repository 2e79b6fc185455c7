"""Training HybridPose."""

from collections.abc import Mapping

from torch import nn

from methods import weights
from methods.catalog import Variant
from methods.errors import SettingsError
from methods.hybridpose.loss import Gains, HybridPoseLoss
from methods.hybridpose.network import HybridPoseNetwork
from methods.method import Method
from methods.ops.people import PeopleBatch
from methods.training.task import Losses

START = "yolo11n-pose"  # whose weights the small body, its towers and its poses start from


class HybridPoseTask:
    """A HybridPose network with its loss; `options` are the entries of Gains. hybridpose-n starts from a checkpoint."""

    heads = ("head.boxes.", "head.visibility.")

    def __init__(self, variant: Variant, options: Mapping[str, float]) -> None:
        unknown = set(options) - set(vars(Gains()))
        if unknown:
            raise SettingsError(
                f"HybridPose has no loss {', '.join(sorted(unknown))}; weigh {', '.join(vars(Gains()))}."
            )
        self.name, self._variant = variant.name, variant
        self.network = HybridPoseNetwork(**variant.options)
        if variant.options["size"] == "n":
            self.network.start_from(weights.load(weights.resolve(START)))
        self._loss = HybridPoseLoss(self.network, Gains(**options))

    def loss(self, network: nn.Module, people: PeopleBatch) -> Losses:
        """Equation 13 and its parts."""
        parts = self._loss(network(people.images / 255), people)
        return Losses(parts.pop("total"), parts)

    def method(self, network: nn.Module, input_size: int, device: str) -> Method:
        """See Task."""
        return self._variant.method_class()(self.name, network, input_size, device)
