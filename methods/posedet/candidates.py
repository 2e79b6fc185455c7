"""From levels to candidates in pixels (section 3.2): coarse and refined poses and their scores."""

from dataclasses import dataclass

import torch

from methods.posedet.network import Level, centres, strides_of, take

BEST = 500  # candidates of each level that take part in non-maximum suppression (the authors' code)


@dataclass(frozen=True)
class Candidates:
    """N candidates of each of B images, level by level and there most confident first; input pixels, float32.

    points [B, N, 2]; coarse and refined keypoints [B, N, K, 2]; scores [B, N] in 0..1.
    """

    points: torch.Tensor
    coarse: torch.Tensor
    refined: torch.Tensor
    scores: torch.Tensor


def find_candidates(levels: list[Level]) -> Candidates:
    """The BEST candidates of each level, as many as it has at most."""
    parts = [_of_level(level, stride) for level, stride in zip(levels, strides_of(levels), strict=True)]
    return Candidates(*(torch.cat(part, dim=1) for part in zip(*parts, strict=True)))


def score_maps(levels: list[Level]) -> dict[str, torch.Tensor]:
    """`scores_STRIDE` uint8 [B, h, w], 255 for 1: the score of the candidate of each cell of a level.

    Cells that were not embedded, whose scores are lower than those that were, are 0.
    """
    maps = {}
    for level, stride in zip(levels, strides_of(levels), strict=True):
        rows, columns = level.coarse.shape[1:3]
        scores = level.scores.new_zeros(len(level.scores), rows * columns)
        scores.scatter_(1, level.cells, level.scores.sigmoid())
        maps[f"scores_{stride}"] = (scores.float() * 255).round().to(torch.uint8).unflatten(1, (rows, columns))
    return maps


def _of_level(level: Level, stride: int) -> tuple[torch.Tensor, ...]:
    scores, best = level.scores.float().topk(min(BEST, level.scores.shape[1]), dim=1)
    cells = level.cells.gather(1, best)
    points = centres(cells, level.coarse.shape[2])
    coarse = points[:, :, None] + take(level.coarse.float().flatten(1, 2), cells)
    refined = coarse + take(level.displacements.float(), best)  # equation 3
    return points * stride, coarse * stride, refined * stride, scores.sigmoid()
