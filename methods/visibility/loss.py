"""The metamodel's loss (section 3.3, equation 1)."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from methods.ops.people import PeopleBatch
from methods.visibility.network import STRIDE, Outputs
from methods.visibility.targets import CropTargets, build_targets


@dataclass(frozen=True)
class Gains:
    """alpha of equation 1 (the paper's for joint training), and how uneven the classes' weights are in the
    cross-entropy: the paper's, which come from the training data, to the power of `balance`."""

    alpha: float = 0.25
    balance: float = 1.0


class VisibilityLoss:
    """Call it with the network's outputs and a batch of crops with one person each, in order.

    `weights` are those of absent, occluded and visible keypoints in the cross-entropy.
    """

    def __init__(self, alpha: float = Gains.alpha, weights: Sequence[float] = (1.0, 1.0, 1.0)) -> None:
        self.alpha, self.weights = alpha, tuple(weights)

    def __call__(self, outputs: Outputs, people: PeopleBatch) -> dict[str, torch.Tensor]:
        """`total` (equation 1 times B; differentiable) and its parts, detached: `heatmaps` is L_H, `states` L_V."""
        height, width = outputs.heatmaps[-1].shape[2:]
        targets = build_targets(people, (height, width), STRIDE)
        maps = torch.stack([heatmap_loss(one.float(), targets) for one in outputs.heatmaps]).mean()
        weights = torch.tensor(self.weights, device=outputs.visibility.device)
        states = state_loss(outputs.visibility.float(), targets, weights)
        total = len(people.images) * ((1 - self.alpha) * maps + self.alpha * states)
        return {"total": total, "heatmaps": maps.detach(), "states": states.detach()}


def heatmap_loss(maps: torch.Tensor, targets: CropTargets) -> torch.Tensor:
    """L_H: the squared L2 distance of maps [B, K, h, w] to the wanted ones, a mean over the keypoints with a label."""
    distance = ((maps - targets.heatmaps) ** 2).sum(dim=(2, 3))
    return (targets.map_weights * distance).sum() / targets.map_weights.sum().clamp(min=1)


def state_loss(logits: torch.Tensor, targets: CropTargets, weights: torch.Tensor) -> torch.Tensor:
    """L_V: the cross-entropy of logits [B, K, 3], a weighted mean over keypoints of which something is known.

    Where a keypoint may be one of two states, what counts is the probability of either, and their least weight.
    """
    likely = torch.where(targets.possible, logits, -torch.inf).logsumexp(dim=2) - logits.logsumexp(dim=2)
    least = torch.where(targets.possible, weights, torch.inf).amin(dim=2)
    share = least * targets.known
    return -(share * likely).sum() / share.sum().clamp(min=1e-6)
