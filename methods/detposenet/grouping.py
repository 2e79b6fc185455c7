"""PoseExtractor of Algorithm 1: keypoints on heat maps, grouped bottom-up by part affinities inside boxes."""

from dataclasses import dataclass

import numpy as np
import torch

from methods.ops.heatmaps import local_maxima, refine_peaks
from methods.ops.oks import extents
from methods.skeletons import COCO17

LEAST_KEYPOINT = 0.06  # height of a peak of a heat map that is taken for a keypoint
MOST_KEYPOINTS = 40  # of each kind
TIE = 1e-3  # by what share the last cell of a map is lowered, the others in between
SAMPLES = 10  # places along a limb where part affinity is looked up (Cao et al.)
LEAST_AFFINITY, LEAST_SHARE = 0.05, 0.6  # mean along a limb, and the share of places where it is above half of that
LEAST_CLAIM = 0.3  # what a pose has to be worth to a box that is to be about it, see `claim`
LOOSE = 2  # groups of no more keypoints are fragments, which any box they lie in may take up
MARGIN = 0.12  # by what share of its sides the box around keypoints is widened each way to be a person's


@dataclass(frozen=True)
class Proposals:
    """T proposals (b, s, p) in one image in the order in which they are filtered; float32, input pixels.

    boxes [T, 4]; scores [T] in 0..1; poses [T, K, 3]: x, y and height on the heat map, NaN for keypoints that were not
    found; holders [T]: number of the box that the proposal is about, the same for several poses in one, -1 for none.
    """

    boxes: np.ndarray
    scores: np.ndarray
    poses: np.ndarray
    holders: np.ndarray

    def __len__(self) -> int:
        return len(self.scores)


@dataclass(frozen=True)
class Keypoints:
    """n peaks of all heat maps: places [n, 2] in pixels, heights [n] and kinds [n], the keypoint's number."""

    places: np.ndarray
    heights: np.ndarray
    kinds: np.ndarray


def extract_poses(
    boxes: np.ndarray, scores: np.ndarray, keypoints: torch.Tensor, limbs: torch.Tensor, stride: int
) -> Proposals:
    """Poses in boxes [P, 4] with scores [P]: one for each box, best first, then those that no box has claimed.

    keypoints [K, h, w] and limbs [L, 2, h, w] are maps of `stride` pixels a cell. A box without any keypoint has a pose
    of NaN. Those left over are in the box that holds most of them, with the box around their keypoints, to be
    recovered.
    """
    boxes, order = np.asarray(boxes, dtype=np.float32), np.argsort(-np.asarray(scores), kind="stable")
    boxes, scores = boxes[order], np.asarray(scores, dtype=np.float32)[order]
    found = find_keypoints(keypoints, boxes, stride)
    groups = assemble(found, connect(found, limbs, boxes, stride))
    poses = np.stack([pose_of(found, group) for group in groups]) if groups else np.zeros((0, len(keypoints), 3))
    sizes = np.array([len(group) for group in groups], dtype=int)
    whole, loose = poses[sizes > LOOSE], poses[sizes <= LOOSE]
    claims = claim(boxes, whole)
    own = in_boxes(boxes, claims, whole, loose)
    left = whole[np.setdiff1d(np.arange(len(whole)), claims)]
    within = inside(left, boxes).sum(axis=2)  # [n, P]
    holder = np.where(within.max(axis=1, initial=0) > 0, within.argmax(axis=1) if len(boxes) else -1, -1)
    heights = np.nansum(left[..., 2], axis=1) / max(left.shape[1], 1)  # keypoints that were not found count as zero
    return Proposals(
        np.concatenate([boxes, box_of(left)]).astype(np.float32),
        np.concatenate([scores, np.clip(heights, 0, 1)]).astype(np.float32),
        np.concatenate([own, left]).astype(np.float32),
        np.concatenate([np.arange(len(boxes)), holder]).astype(np.int64),
    )


def find_keypoints(maps: torch.Tensor, boxes: np.ndarray, stride: int) -> Keypoints:
    """Peaks of heat maps [K, h, w] of `stride` pixels a cell that lie in some box [P, 4]."""
    maps = maps.float()
    # Where neighbours are equally high, only the first of them is to be a peak.
    ties = torch.linspace(1, 1 - TIE, maps.shape[1] * maps.shape[2]).view(maps.shape[1:])
    kinds, rows, columns, heights = local_maxima(torch.where(maps >= LEAST_KEYPOINT, maps * ties, 0), 3, MOST_KEYPOINTS)
    places = refine_peaks(maps, kinds, rows, columns).numpy() * stride
    kept = _held(places, boxes).any(axis=1)
    return Keypoints(places[kept], heights.numpy()[kept], kinds.numpy()[kept])


def connect(keypoints: Keypoints, limbs: torch.Tensor, boxes: np.ndarray, stride: int) -> list[tuple[float, int, int]]:
    """Limbs that part affinities [L, 2, h, w] confirm: affinity and both keypoints' numbers, best first.

    Only between keypoints of which some box [P, 4] holds both. The affinity of two keypoints is the mean over SAMPLES
    places between them of the map's vector along their direction (Cao et al., equation 11).
    """
    found: list[tuple[float, int, int]] = []
    within = _held(keypoints.places, boxes).astype(np.float32)
    rows, columns = limbs.shape[2:]
    share = (np.arange(SAMPLES) + 0.5) / SAMPLES
    for (start, end), field in zip(COCO17.limbs, limbs.float().numpy(), strict=True):
        first, second = (np.flatnonzero(keypoints.kinds == kind) for kind in (start, end))
        i, j = np.nonzero(within[first] @ within[second].T > 0)
        a, b = first[i], second[j]
        way = keypoints.places[b] - keypoints.places[a]
        direction = way / np.maximum(np.hypot(*way.T), 1e-6)[:, None]
        points = (keypoints.places[a][:, None] + way[:, None] * share[:, None]) / stride  # [m, SAMPLES, 2]
        x, y = points[..., 0].astype(int).clip(0, columns - 1), points[..., 1].astype(int).clip(0, rows - 1)
        along = field[0, y, x] * direction[:, :1] + field[1, y, x] * direction[:, 1:]
        affinity = along.mean(axis=1)
        agree = (affinity >= LEAST_AFFINITY) & ((along > LEAST_AFFINITY / 2).mean(axis=1) >= LEAST_SHARE)
        found += zip(affinity[agree].tolist(), a[agree].tolist(), b[agree].tolist(), strict=True)
    return sorted(found, reverse=True)


def assemble(keypoints: Keypoints, connections: list[tuple[float, int, int]]) -> list[list[int]]:
    """Groups of keypoints' numbers, one for each person: joined along connections, best first, never two of one
    kind."""
    kinds = keypoints.kinds.tolist()
    group = list(range(len(kinds)))
    members = {i: [i] for i in group}
    for _, a, b in connections:
        first, second = group[a], group[b]
        if first == second or {kinds[i] for i in members[first]} & {kinds[i] for i in members[second]}:
            continue
        members[first] += members.pop(second)
        for i in members[first]:
            group[i] = first
    return list(members.values())


def pose_of(keypoints: Keypoints, group: list[int], count: int = len(COCO17)) -> np.ndarray:
    """A group as a pose [K, 3]: x, y, height; NaN for keypoints that are not in it."""
    pose = np.full((count, 3), np.nan, dtype=np.float32)
    pose[keypoints.kinds[group], :2] = keypoints.places[group]
    pose[keypoints.kinds[group], 2] = keypoints.heights[group]
    return pose


def box_of(poses: np.ndarray) -> np.ndarray:
    """kpt2box of Algorithm 1: boxes [n, 4] round poses [n, K, 3], MARGIN wider each way."""
    corners = extents(poses[..., :2])
    margin = (corners[:, 2:] - corners[:, :2]) * MARGIN
    return np.concatenate([corners[:, :2] - margin, corners[:, 2:] + margin], axis=1)


def claim(boxes: np.ndarray, poses: np.ndarray) -> np.ndarray:
    """Which of poses [n, K, 3] each box [P, 4] is about, [P], -1 for none.

    The one with the greatest share of its keypoints inside, times the overlap (IoU) of its own box with the box, which
    has to be more than LEAST_CLAIM. So a box whose person's keypoints were not found does not take its neighbour's.
    """
    if not len(poses) or not len(boxes):
        return np.full(len(boxes), -1)
    within = inside(poses, boxes).sum(axis=2).T / np.maximum((~np.isnan(poses[..., 2])).sum(axis=1), 1)  # [P, n]
    own = box_of(poses)
    low, high = np.maximum(boxes[:, None, :2], own[:, :2]), np.minimum(boxes[:, None, 2:], own[:, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=2)
    areas = [np.clip(x[:, 2:] - x[:, :2], 0, None).prod(axis=1) for x in (boxes, own)]
    overlap = shared / np.maximum(areas[0][:, None] + areas[1] - shared, 1e-6)
    worth = within * overlap
    return np.where(worth.max(axis=1) > LEAST_CLAIM, worth.argmax(axis=1), -1)


def in_boxes(boxes: np.ndarray, claims: np.ndarray, whole: np.ndarray, loose: np.ndarray) -> np.ndarray:
    """Poses [P, K, 3] of boxes [P, 4]: of `whole` [n, K, 3] the one that each claims, what of it is inside the box, and
    of fragments `loose` [m, K, 3] that lie in the box those that the pose lacks."""
    found = np.full((len(boxes), *loose.shape[1:]), np.nan)
    mine = np.flatnonzero(claims >= 0)
    here = inside(whole, boxes)[claims[mine], mine]
    found[mine] = np.where(here[..., None], whole[claims[mine]], np.nan)
    there = ~np.isnan(loose[..., 2])
    held = inside(loose, boxes).sum(axis=2) == there.sum(axis=1)[:, None]  # [m, P]
    order = np.argsort(-np.where(there, loose[..., 2], 0).max(axis=1, initial=0), kind="stable")
    kinds = [set(np.flatnonzero(each).tolist()) for each in there]
    for box in np.flatnonzero(held.any(axis=0)):
        lacking = set(np.flatnonzero(np.isnan(found[box, :, 2])).tolist())
        for fragment in order[held[order, box]]:
            if kinds[fragment] <= lacking:
                found[box, there[fragment]] = loose[fragment, there[fragment]]
                lacking -= kinds[fragment]
    return found


def inside(poses: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Which keypoints of poses [n, K, 3] are in which boxes [P, 4], bool [n, P, K]; NaN is in none."""
    x, y = poses[:, None, :, 0], poses[:, None, :, 1]
    left, top, right, bottom = boxes.T[:, :, None]
    return (x >= left) & (x <= right) & (y >= top) & (y <= bottom)


def _held(points: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Which points [n, 2] are in which boxes [P, 4], bool [n, P]."""
    (x, y), (left, top, right, bottom) = points.T[..., None], boxes.T
    return (x >= left) & (x <= right) & (y >= top) & (y <= bottom)
