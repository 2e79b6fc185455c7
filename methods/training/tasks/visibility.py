"""Training the visibility metamodel."""

from collections.abc import Mapping

from torch import nn

from methods import weights
from methods.catalog import Variant
from methods.errors import SettingsError
from methods.method import Method
from methods.ops.people import PeopleBatch
from methods.training.task import Losses
from methods.visibility.bodies import TimmBody
from methods.visibility.loss import Gains, VisibilityLoss
from methods.visibility.network import VisibilityNetwork

START = "yolo11n-pose"  # whose weights the small body, its towers and their last layers start from


class VisibilityTask:
    """A metamodel with its loss; `options` are the entries of Gains.

    visibility-n starts from a pose checkpoint, the paper's ResNet and EfficientNets from ImageNet's weights (section
    4.2). MSPN starts at random; the paper's was trained for poses, for which `train --weights` is there.
    """

    heads = ("body.mix.", "coordinates.", "visibility.")

    def __init__(self, variant: Variant, options: Mapping[str, float]) -> None:
        self.name, self._variant = variant.name, variant
        self.network = VisibilityNetwork(**variant.options)
        if variant.options["size"] == "n":
            self.network.start_from(weights.load(weights.resolve(START)))
        elif isinstance(self.network.body, TimmBody):
            self.network.body.start_from_imagenet()
        self.weigh(options)

    def weigh(self, options: Mapping[str, float]) -> None:
        """See Task; raises SettingsError for one that is not an entry of Gains."""
        unknown = set(options) - set(vars(Gains()))
        if unknown:
            raise SettingsError(
                f"The metamodel has no loss {', '.join(sorted(unknown))}; weigh {', '.join(vars(Gains()))}."
            )
        self._loss = VisibilityLoss(Gains(**options))

    def loss(self, network: nn.Module, people: PeopleBatch) -> Losses:
        """Equation 1 and its parts."""
        parts = self._loss(network(people.images / 255), people)
        return Losses(parts.pop("total"), parts)

    def method(self, network: nn.Module, input_size: int, device: str) -> Method:
        """See Task."""
        return self._variant.method_class()(self.name, network, input_size, device)
