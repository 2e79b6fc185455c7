"""PoseDet's loss (equation 4)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torchvision.ops import sigmoid_focal_loss

from methods.ops.people import PeopleBatch
from methods.posedet.heatmaps import heatmap_targets
from methods.posedet.network import Level, centres, strides_of, take
from methods.posedet.targets import (
    SCALE,
    CoarseTargets,
    Match,
    coarse_targets,
    ignored_points,
    label_weights,
    match_people,
)
from methods.skeletons import COCO17

REFINED_ABOVE = 0.7  # OKS of the coarse pose above which a candidate learns to refine it
POSITIVE_ABOVE, NEGATIVE_BELOW = 0.6, 0.5  # OKS of the coarse pose; what lies between says nothing about the score
ALPHA, GAMMA = 0.25, 2.0  # of focal loss (Lin et al., 2017)


@dataclass(frozen=True)
class Gains:
    """Weights of the four terms; equation 4 has none, these are the authors' code's.

    A keypoint that is more than `farthest` away from where it is wanted, in SCALE strides, costs no more and is drawn
    no nearer. The paper has no such limit; its authors' code has one of 5. With `box_centre` poses are looked for at
    the centres of their boxes, as in the first half of Table 5, instead of their keypoints' centroids.
    """

    coarse: float = 0.1
    refined: float = 0.2
    scores: float = 1.0
    heatmaps: float = 0.1
    farthest: float = math.inf
    box_centre: bool = False


class PoseDetLoss:
    """The loss of a network: call it with the network's levels and the people of the batch; OKS is with `sigmas`."""

    def __init__(self, gains: Gains | None = None, sigmas: Sequence[float] = COCO17.sigmas) -> None:
        self.gains, self.sigmas = gains or Gains(), sigmas

    def __call__(self, levels: list[Level], people: PeopleBatch) -> dict[str, torch.Tensor]:
        """Levels in training mode to `total` (equation 4, a sum over the batch; differentiable) and its parts.

        The parts `coarse`, `refined`, `scores`, `heatmaps` are detached, weighted, and per image.
        """
        points, poses = embedded_poses(levels)
        wanted = coarse_targets(people, self.gains.box_centre, strides_of(levels))
        match = match_people(poses, people, self.sigmas)
        terms = {
            "coarse": coarse_loss(levels, wanted, self.gains.farthest),
            "refined": refinement_loss(levels, poses, match, people, self.gains.farthest),
            "scores": score_loss(levels, match, ignored_points(points, people)),
            "heatmaps": heatmap_loss(levels, people),
        }
        weighted = {name: getattr(self.gains, name) * value for name, value in terms.items()}
        total = len(people.images) * torch.stack(list(weighted.values())).sum()
        return {"total": total, **{name: value.detach() for name, value in weighted.items()}}


def embedded_poses(levels: list[Level]) -> tuple[torch.Tensor, torch.Tensor]:
    """Points [B, N, 2] and coarse poses [B, N, K, 2], in pixels and detached, of all levels' embedded candidates."""
    points = [centres(level.cells, level.coarse.shape[2]) for level in levels]
    coarse = [take(level.coarse.detach().float().flatten(1, 2), level.cells) for level in levels]
    scaled = list(zip(points, coarse, strides_of(levels), strict=True))
    return (
        torch.cat([p * stride for p, _, stride in scaled], dim=1),
        torch.cat([(p[:, :, None] + c) * stride for p, c, stride in scaled], dim=1),
    )


def coarse_loss(levels: list[Level], targets: list[CoarseTargets], farthest: float = math.inf) -> torch.Tensor:
    """L_2(GTPose, delta^c): distances of coarse keypoints, in SCALE strides, added up; the mean over assigned poses.

    For `farthest` see Gains.
    """
    sums = [_nothing(levels)]
    for level, target in zip(levels, targets, strict=True):
        found = level.coarse[target.image, target.row, target.column].float()
        sums.append(_distances(found - target.keypoints, target.weights, farthest).sum())
    return torch.stack(sums).sum() / max(sum(len(target.image) for target in targets), 1)


def refinement_loss(
    levels: list[Level], poses: torch.Tensor, match: Match, people: PeopleBatch, farthest: float = math.inf
) -> torch.Tensor:
    """L_2(GTPose - delta^c, delta^f): the same for displacements from coarse `poses`, where they are near enough."""
    displacements = torch.cat([level.displacements for level in levels], dim=1).float()
    image, candidate = (match.oks > REFINED_ABOVE).nonzero(as_tuple=True)
    if not len(image):
        return _nothing(levels)
    person = match.person[image, candidate]
    strides = _strides(levels)[candidate][:, None, None]
    wanted = (people.keypoints[person] - poses[image, candidate]) / strides
    misses = _distances(displacements[image, candidate] - wanted, label_weights(people)[person], farthest)
    return misses.sum() / len(image)


def score_loss(levels: list[Level], match: Match, ignored: torch.Tensor) -> torch.Tensor:
    """FL(GT, scores): focal loss of positive and negative candidates, over the number of positive ones.

    That number is taken to be one for each image at least, so that images without people count too.
    """
    positive = match.oks > POSITIVE_ABOVE
    negative = (match.oks < NEGATIVE_BELOW) & ~ignored
    scores = torch.cat([level.scores for level in levels], dim=1).float()
    losses = sigmoid_focal_loss(scores, positive.float(), ALPHA, GAMMA)
    return torch.where(positive | negative, losses, 0).sum() / max(int(positive.sum()), len(positive))


def heatmap_loss(levels: list[Level], people: PeopleBatch) -> torch.Tensor:
    """L_2(GM, Heatmaps): squared differences over each level's maps for each labelled keypoint; the mean of the
    levels."""
    sums = []
    for level, stride in zip(levels, strides_of(levels), strict=True):
        assert level.heatmaps is not None
        wanted, counts = heatmap_targets(people, stride, level.heatmaps.shape)
        sums.append(torch.where(counts, (level.heatmaps.float() - wanted).square(), 0).sum())
    keypoints = int((label_weights(people)[~people.ignore] > 0).sum())
    return torch.stack(sums).mean() / max(keypoints, 1)


def _distances(misses: torch.Tensor, weights: torch.Tensor, farthest: float) -> torch.Tensor:
    """Lengths of misses [n, K, 2] in SCALE cells, `farthest` at most, times weights [n, K].

    Nothing, and no gradient, where that is 0.
    """
    lengths = (torch.linalg.vector_norm(misses, dim=2) / SCALE).clamp(max=farthest)
    return torch.where(weights > 0, lengths * weights, 0)


def _strides(levels: list[Level]) -> torch.Tensor:
    """The stride of each of all levels' embedded candidates, [N]."""
    counts = torch.tensor([level.cells.shape[1] for level in levels])
    return torch.tensor(strides_of(levels)).repeat_interleave(counts).to(levels[0].coarse.device)


def _nothing(levels: list[Level]) -> torch.Tensor:
    """A sum of nothing."""
    return levels[0].coarse.new_zeros((), dtype=torch.float32)
