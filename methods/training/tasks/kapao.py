"""Training KAPAO."""

from collections.abc import Mapping

from torch import nn

from methods import weights
from methods.catalog import Variant
from methods.errors import SettingsError
from methods.kapao.loss import Gains, KapaoLoss
from methods.kapao.network import KapaoNetwork
from methods.method import Method
from methods.ops.people import PeopleBatch
from methods.training.task import Losses

START = "yolo11n-pose"  # whose weights the small body and its towers start from


class KapaoTask:
    """A KAPAO network with its loss; `options` are the entries of Gains. kapao-n starts from a pose checkpoint."""

    heads = ("head.m.", "head.tower.", "head.boxes.", "head.parts.")

    def __init__(self, variant: Variant, options: Mapping[str, float]) -> None:
        unknown = set(options) - set(vars(Gains()))
        if unknown:
            raise SettingsError(f"KAPAO has no loss {', '.join(sorted(unknown))}; weigh {', '.join(vars(Gains()))}.")
        self.name, self._variant = variant.name, variant
        self.network = KapaoNetwork(**variant.options)
        if variant.options["size"] == "n":
            self.network.start_from(weights.load(weights.resolve(START)))
        self._loss = KapaoLoss(self.network, Gains(**options))

    def loss(self, network: nn.Module, people: PeopleBatch) -> Losses:
        """Equation 9 and its parts."""
        parts = self._loss(network(people.images / 255), people)
        return Losses(parts.pop("total"), parts)

    def method(self, network: nn.Module, input_size: int, device: str) -> Method:
        """See Task."""
        return self._variant.method_class()(self.name, network, input_size, device)
