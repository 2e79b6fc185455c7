"""The sets of connected keypoints that the structure-aware loss looks at together (section III-C3, Figure 7)."""

import torch

from methods.skeletons import COCO17

# Pairs of keypoints, one for each limb, and the three-way sets of elbows and knees. The paper draws its graph for the
# keypoints of MPII; here it is COCO's skeleton.
TRIPLETS = (
    ("shoulder", "elbow", "wrist"),
    ("hip", "knee", "ankle"),
)
STRUCTURES: tuple[tuple[int, ...], ...] = (
    *COCO17.limbs,
    *(
        tuple(COCO17.keypoints.index(f"{side}_{part}") for part in parts)
        for parts in TRIPLETS
        for side in ("left", "right")
    ),
)


def together(maps: torch.Tensor) -> torch.Tensor:
    """Heat maps [n, K, h, w] of keypoints to those of STRUCTURES [n, S, h, w]: high at each of a set's keypoints."""
    return torch.stack([maps[:, list(each)].amax(dim=1) for each in STRUCTURES], dim=1)


def all_known(weights: torch.Tensor) -> torch.Tensor:
    """Weights [n, K] of keypoints to those of STRUCTURES [n, S]: of each set the least."""
    return torch.stack([weights[:, list(each)].amin(dim=1) for each in STRUCTURES], dim=1)
