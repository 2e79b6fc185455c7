"""Coarse poses that the third stage learns from, as if the first one had found them: ground truth made worse."""

import torch

from methods.ops.people import PeopleBatch
from methods.skeletons import COCO17

SPREAD = (0.005, 0.08)  # a person's keypoints are off by this share of the longer side of the box (standard deviation)
FAR, FARTHER = 0.05, 4.0  # the share of keypoints that are this many times as far off
MISPLACED = 0.05  # the share of keypoints that are anywhere in the box, as those of somebody else are
MIRRORED, SWAPPED = 0.1, 0.05  # the share of people who are mistaken left for right, and of pairs of keypoints
MISSED = 2 / 3  # the largest share of a person's keypoints that are not found; on average it is half of that
NOT_FOUND = 0.15  # the share of people of whom none are
CERTAINTY = (0.15, 1.0)  # height of a person's highest keypoints on their heat maps
LOWEST = 0.4  # height of a person's lowest keypoint over that of the highest


def simulate_coarse_poses(people: PeopleBatch) -> torch.Tensor:
    """Coarse poses [P, K, 3] such as the first stage finds: x, y in pixels of the crop, and height, 0 where not found.

    Drawn with torch's random numbers. A keypoint without a label, or outside the crop, is only found where it is not.
    """
    points, labelled = _error_sides(people.keypoints, people.visibility > 0)
    n, k = labelled.shape

    def chance(*shape: int) -> torch.Tensor:
        return torch.rand(*shape, device=points.device)

    heights = _between(chance(n, 1), *CERTAINTY) * _between(chance(n, k), LOWEST, 1.0)
    corners, sides = people.boxes[:, None, :2], (people.boxes[:, 2:] - people.boxes[:, :2])[:, None]
    spread = SPREAD[0] * (SPREAD[1] / SPREAD[0]) ** chance(n, 1, 1) * sides.amax(dim=2, keepdim=True)
    # The lower a peak, the less it tells where the keypoint is.
    off = spread * (1.5 - heights[..., None]) * torch.where(chance(n, k, 1) < FAR, FARTHER, 1.0)
    points = points + off * torch.randn(n, k, 2, device=points.device)
    misplaced = chance(n, k) < MISPLACED
    points = torch.where(misplaced[..., None], corners + sides * chance(n, k, 2), points)
    missed = (chance(n, k) < MISSED * chance(n, 1)) | (chance(n, 1) < NOT_FOUND)
    heights = torch.where((labelled | misplaced) & ~missed, heights, 0)
    return torch.cat([points, heights[..., None]], dim=2)


def _error_sides(points: torch.Tensor, labelled: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Keypoints [P, K, 2] and whether they are labelled [P, K], some with those of the person's other side."""
    n, device = len(points), points.device
    pairs = torch.tensor(COCO17.pairs, device=device)
    swapped = (torch.rand(n, len(pairs), device=device) < SWAPPED) ^ (torch.rand(n, 1, device=device) < MIRRORED)
    order = torch.arange(labelled.shape[1], device=device).repeat(n, 1)
    for side, other in ((0, 1), (1, 0)):
        order[:, pairs[:, side]] = torch.where(swapped, pairs[:, other], pairs[:, side])
    return points.gather(1, order[..., None].expand(-1, -1, 2)), labelled.gather(1, order)


def _between(share: torch.Tensor, low: float, high: float) -> torch.Tensor:
    return low + (high - low) * share
