"""Training DetPoseNet: its first stage on whole images, its third on crops."""

from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from methods.detposenet.encoders import TimmEncoder
from methods.detposenet.first_stage import FirstStage, SmallFirstStage
from methods.detposenet.loss import Gains, coarse_losses, refinement_losses
from methods.detposenet.simulation import simulate_coarse_poses
from methods.detposenet.targets import true_boxes
from methods.method import Method
from methods.ops.people import PeopleBatch
from methods.training.task import Task


class DetPoseNetTask(Task):
    """A DetPoseNet with its losses; on crops the third stage learns, otherwise the first one.

    The paper calls itself end-to-end trainable, and says neither how both are trained together nor what coarse poses
    the third stage learns from. At its sizes they share no layer, and between them are peaks, a grouping and Algorithm
    1, through which no gradient passes: the sum of their losses teaches each stage what its own loss does. So they
    learn one after the other. That the third one learns from annotations made worse at random (`simulation`) instead of
    the first one's poses is ours: those are too good on images that the first stage has learned.

    The paper does not say what its encoders start from. Here it is ImageNet's weights, as in the works whose schedules
    its recipes follow (Lin et al., CVPR 2017; Xiao et al., ECCV 2018).
    """

    Gains = Gains
    heads = ("coarse.", "refine.")

    def prepare(self) -> None:
        """See the class."""
        for encoder in (self.network.body, self.network.refine_body):
            if isinstance(encoder, TimmEncoder):
                encoder.start_from_imagenet()

    def run(self, network: nn.Module, seen: Any, people: PeopleBatch) -> Any:
        """See Task. The detector samples proposals by the true boxes; coarse poses of crops are simulated."""
        if self.crops:
            return network(seen, coarse=simulate_coarse_poses(people))
        return network(seen, true_boxes(people))

    def build_loss(self) -> Callable[[Any, PeopleBatch], dict[str, torch.Tensor]]:
        """L_p of the first stage, or equations 1 and 2 of the third."""
        return self._losses

    def method(self, network: nn.Module, input_size: int, device: str) -> Method:
        """See Task. While the first stage learns it is judged alone: an untrained third one would hide what it finds.

        The paper does not say by what it chose weights.
        """
        if self.crops:
            return super().method(network, input_size, device)
        return (SmallFirstStage if self.shares_body else FirstStage)(self.name, network, input_size, device)

    def _losses(self, outputs: Any, people: PeopleBatch) -> dict[str, torch.Tensor]:
        parts = (refinement_losses if self.crops else coarse_losses)(outputs, people, self.gains)
        total = len(people.images) * torch.stack(list(parts.values())).sum()
        return {"total": total} | {name: value.detach() for name, value in parts.items()}
