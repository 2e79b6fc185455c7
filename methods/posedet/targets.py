"""PoseDet's training targets (section 3.2, "Training and Inference"): who is to find whom.

Where the paper is silent, the authors' code decides: which size belongs to which level, who has too few keypoints to be
learnt from, and that candidates are compared with people by their coarse poses.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from methods.ops.people import PeopleBatch
from methods.posedet.network import STRIDES
from methods.skeletons import COCO17

SCALE = 4  # a level of stride s is for poses of 4 s to 8 s pixels, the finest and coarsest also for all beyond
MIN_KEYPOINTS = 3  # with fewer labelled keypoints a person has no size; what is found there is neither right nor wrong
# A person's area, which OKS is relative to, over that of the box: what CrowdPose's evaluation takes.
AREA_OF_BOX = 0.53


@dataclass(frozen=True)
class CoarseTargets:
    """The T candidates of one level that are to find a person.

    image, row, column [T]; keypoints [T, K, 2] in cells from the candidate's centre; weights [T, K], 0 without a label.
    """

    image: torch.Tensor
    row: torch.Tensor
    column: torch.Tensor
    keypoints: torch.Tensor
    weights: torch.Tensor


@dataclass(frozen=True)
class Match:
    """The person whom each of the candidates [B, N] resembles most.

    oks [B, N]: how much, 0 in images without people; person [B, N]: index among the batch's people, 0 where oks is 0.
    """

    oks: torch.Tensor
    person: torch.Tensor


def label_weights(people: PeopleBatch) -> torch.Tensor:
    """Weight [P, K] of each labelled keypoint, 0 for keypoints without a label."""
    return people.keypoint_weights * (people.visibility > 0)


def learnable(people: PeopleBatch) -> torch.Tensor:
    """Who can be learnt from, bool [P]: not to be ignored, at least MIN_KEYPOINTS labelled keypoints."""
    return ~people.ignore & ((label_weights(people) > 0).sum(dim=1) >= MIN_KEYPOINTS)


def coarse_targets(
    people: PeopleBatch, box_centre: bool = False, strides: Sequence[int] = STRIDES
) -> list[CoarseTargets]:
    """For the level of each stride: the poses of its size, each at the candidate nearest to its keypoints' centroid.

    A pose's size is the root of the area of the box around its labelled keypoints. With `box_centre` the pose is looked
    for at the centre of that box, not at the keypoints' mean (Table 5; such are the boxes of the authors' code). Where
    two poses have the same candidate, the one whose centroid is nearer to it, for its size, has it. A centroid outside
    the image has none.
    """
    height, width = people.images.shape[2:]
    chosen = learnable(people).nonzero()[:, 0]
    keypoints, weights, image = people.keypoints[chosen], label_weights(people)[chosen], people.image_index[chosen]
    labelled = weights > 0
    low, high = _extents(keypoints, labelled)
    means = (keypoints * labelled[..., None]).sum(dim=1) / labelled.sum(dim=1, keepdim=True)
    centroids = (low + high) / 2 if box_centre else means
    sizes = (high - low).clamp(min=1).prod(dim=1).sqrt()  # px
    levels = (sizes / SCALE).log2().floor().clamp(strides[0].bit_length() - 1, strides[-1].bit_length() - 1)
    inside = ((centroids >= 0) & (centroids < centroids.new_tensor([width, height]))).all(dim=1)
    targets = []
    for stride in strides:
        mine = inside & (levels == stride.bit_length() - 1)
        cells = (centroids[mine] / stride).long()
        centres = (cells + 0.5) * stride
        distances = torch.linalg.vector_norm(centroids[mine] - centres, dim=1) / sizes[mine]
        places = (image[mine] * (height // stride) + cells[:, 1]) * (width // stride) + cells[:, 0]
        first = _first_of_each(places, distances)
        targets.append(
            CoarseTargets(
                image=image[mine][first],
                row=cells[first, 1],
                column=cells[first, 0],
                keypoints=(keypoints[mine] - centres[:, None])[first] / stride,
                weights=weights[mine][first],
            )
        )
    return targets


def match_people(poses: torch.Tensor, people: PeopleBatch, sigmas: Sequence[float] = COCO17.sigmas) -> Match:
    """Which person the candidates' poses [B, N, K, 2] (input pixels) resemble most, of those to be learnt from.

    Keypoints count in OKS, with these `sigmas`, as much as their labels weigh.
    """
    chosen = learnable(people).nonzero()[:, 0]
    best = poses.new_zeros(poses.shape[:2])
    person = torch.zeros_like(best, dtype=torch.long)
    for i in chosen.tolist():
        image = people.image_index[i]
        alike = _oks(poses[image], people, i, sigmas)
        better = alike > best[image]
        best[image] = torch.where(better, alike, best[image])
        person[image] = torch.where(better, i, person[image])
    return Match(best, person)


def ignored_points(points: torch.Tensor, people: PeopleBatch) -> torch.Tensor:
    """Which points [B, N, 2] (input pixels) lie in the box of somebody who cannot be learnt from, bool [B, N]."""
    ignored = torch.zeros(points.shape[:2], dtype=torch.bool, device=points.device)
    for i in (~learnable(people)).nonzero()[:, 0].tolist():
        image, box = people.image_index[i], people.boxes[i]
        ignored[image] |= ((points[image] >= box[:2]) & (points[image] <= box[2:])).all(dim=1)
    return ignored


def _oks(poses: torch.Tensor, people: PeopleBatch, i: int, sigmas: Sequence[float]) -> torch.Tensor:
    """OKS [N] of poses [N, K, 2] with person number `i`."""
    weights = label_weights(people)[i]
    low, high = people.boxes[i, :2], people.boxes[i, 2:]
    area = AREA_OF_BOX * (high - low).prod()
    squared = (poses - people.keypoints[i]).square().sum(dim=2)
    variances = (2 * poses.new_tensor(sigmas)).square()
    return (weights * torch.exp(-squared / (2 * area * variances))).sum(dim=1) / weights.sum()


def _extents(keypoints: torch.Tensor, labelled: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Corners [P, 2] of the box around the labelled keypoints."""
    low = torch.where(labelled[..., None], keypoints, torch.inf).amin(dim=1)
    return low, torch.where(labelled[..., None], keypoints, -torch.inf).amax(dim=1)


def _first_of_each(places: torch.Tensor, order: torch.Tensor) -> torch.Tensor:
    """Indices of the entry with the smallest `order` [n] among those of equal `places` [n]."""
    ranked = order.argsort(stable=True)
    ranked = ranked[places[ranked].argsort(stable=True)]
    sorted_places = places[ranked]
    first = torch.ones_like(sorted_places, dtype=torch.bool)
    first[1:] = sorted_places[1:] != sorted_places[:-1]
    return ranked[first]
