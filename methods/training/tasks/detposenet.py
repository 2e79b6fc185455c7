"""Training DetPoseNet: its first stage on whole images, its third on crops."""

from collections.abc import Mapping

import torch
from torch import nn

from methods import weights
from methods.catalog import Variant
from methods.detposenet.loss import Gains, coarse_losses, refinement_losses
from methods.detposenet.network import DetPoseNetNetwork
from methods.detposenet.targets import true_boxes
from methods.errors import SettingsError
from methods.method import Method
from methods.ops.people import PeopleBatch
from methods.training.task import Losses

START = "yolo11n-pose"  # whose weights the small network starts from


class DetPoseNetTask:
    """A DetPoseNet with its losses; `options` are the entries of Gains, which also say which stage learns."""

    heads = ("coarse.", "refine.")

    def __init__(self, variant: Variant, options: Mapping[str, float]) -> None:
        unknown = set(options) - set(vars(Gains()))
        if unknown:
            raise SettingsError(
                f"DetPoseNet has no loss {', '.join(sorted(unknown))}; weigh {', '.join(vars(Gains()))}."
            )
        self.name, self._variant, self._gains = variant.name, variant, Gains(**options)
        self.network = DetPoseNetNetwork(**variant.options)
        if self.network.small:
            self.network.start_from(weights.load(weights.resolve(START)))

    def loss(self, network: nn.Module, people: PeopleBatch) -> Losses:
        """L_p of the first stage, or equations 1 and 2 of the third."""
        if self._gains.refinement:
            parts = refinement_losses(network(people.images / 255, crops=True), people, self._gains)
        else:
            coarse = network(people.images / 255, true_boxes(people))
            parts = coarse_losses(coarse, people, self._gains)
        total = len(people.images) * torch.stack(list(parts.values())).sum()
        return Losses(total, {name: value.detach() for name, value in parts.items()})

    def method(self, network: nn.Module, input_size: int, device: str) -> Method:
        """See Task."""
        return self._variant.method_class()(self.name, network, input_size, device)
