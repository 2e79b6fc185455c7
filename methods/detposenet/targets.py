"""Training targets of the first stage: boxes, heat maps and part affinities (section III-A)."""

from typing import NamedTuple

import torch

from methods.detposenet.coarse import STRIDE
from methods.detposenet.detection import IGNORED, PERSON, Truth
from methods.ops.people import PeopleBatch
from methods.skeletons import COCO17

DEVIATION = 1.5  # cells, of a joint's Gaussian
# Half the width of a limb's part affinity: of the longer side of the person's box, but at least so many cells.
LIMB_SHARE, LIMB_CELLS = 0.03, 1.0
REACH = 4 * DEVIATION  # cells around a box beyond which a person is in no map


class Maps(NamedTuple):
    """Wanted maps of B images and where they count (bool).

    joints, joints_count [B, K, h, w]; limbs [B, L, 2, h, w], limbs_count [B, L, h, w].
    """

    joints: torch.Tensor
    joints_count: torch.Tensor
    limbs: torch.Tensor
    limbs_count: torch.Tensor


def joint_trust(people: PeopleBatch) -> torch.Tensor:
    """Trust [P, K] in each labelled joint, 0 for joints without a label."""
    return people.joint_weights * (people.visibility > 0)


def true_boxes(people: PeopleBatch) -> list[Truth]:
    """Boxes of each image, for the detector."""
    labels = torch.where(people.ignore, IGNORED, PERSON)
    whole = (people.boxes[:, 2:] > people.boxes[:, :2]).all(dim=1)
    chosen = [(people.image_index == image) & whole for image in range(len(people.images))]
    return [Truth(people.boxes[one], labels[one]) for one in chosen]


def map_targets(people: PeopleBatch) -> Maps:
    """Heat maps and part affinities at STRIDE.

    Where people overlap, of heat maps the higher counts and of part affinities the mean (Cao et al.). A map does not
    count within the box of a person to be ignored, or of whom the joint, or one end of the limb, is not labelled.
    """
    batch, _, height, width = people.images.shape
    joints, limbs = people.keypoints.shape[1], torch.tensor(COCO17.limbs, device=people.boxes.device)
    cells = (height // STRIDE, width // STRIDE)
    blank = people.keypoints.new_zeros
    maps = Maps(
        blank((batch, joints, *cells)),
        torch.ones((batch, joints, *cells), dtype=torch.bool, device=people.boxes.device),
        blank((batch, len(limbs), 2, *cells)),
        torch.ones((batch, len(limbs), *cells), dtype=torch.bool, device=people.boxes.device),
    )
    overlaps = blank((batch, len(limbs), *cells))
    trust = joint_trust(people)
    for i in range(len(people.boxes)):
        image, box = int(people.image_index[i]), people.boxes[i] / STRIDE
        rows, columns = _window(box, cells, 0)
        unknown = people.ignore[i] | (trust[i] == 0)
        known_away = (people.visibility[i] == 0) & (people.joint_weights[i] > 0) & ~people.ignore[i]
        maps.joints_count[image, :, rows, columns] &= ~(unknown & ~known_away)[:, None, None]
        maps.limbs_count[image, :, rows, columns] &= ~unknown[limbs].any(dim=1)[:, None, None]
        if people.ignore[i]:
            continue
        rows, columns = _window(box, cells, REACH)
        there = (trust[i] > 0).nonzero()[:, 0]
        x = torch.arange(columns.start, columns.stop, device=box.device) + 0.5
        y = torch.arange(rows.start, rows.stop, device=box.device) + 0.5
        places = people.keypoints[i] / STRIDE
        across, down = _gaussian(x - places[there, :1]), _gaussian(y - places[there, 1:])
        before = maps.joints[image, there, rows, columns]
        maps.joints[image, there, rows, columns] = torch.maximum(before, down[:, :, None] * across[:, None])
        drawn = (trust[i][limbs] > 0).all(dim=1).nonzero()[:, 0]
        wide = max(LIMB_CELLS, LIMB_SHARE * float((box[2:] - box[:2]).max()))
        on, direction = _on_limb(places[limbs[drawn]], x, y, wide)
        maps.limbs[image, drawn, :, rows, columns] += on[:, None] * direction[..., None, None]
        overlaps[image, drawn, rows, columns] += on
    maps.limbs.div_(overlaps.clamp(min=1)[:, :, None])
    return maps


def _window(box: torch.Tensor, cells: tuple[int, int], reach: float) -> tuple[slice, slice]:
    """Rows and columns of a map within `reach` cells of a box [4] in cells."""
    x1, y1, x2, y2 = (box + box.new_tensor([-reach, -reach, reach, reach])).tolist()
    rows = slice(max(0, int(y1)), max(0, min(cells[0], int(y2) + 1)))
    return rows, slice(max(0, int(x1)), max(0, min(cells[1], int(x2) + 1)))


def _gaussian(distance: torch.Tensor) -> torch.Tensor:
    return torch.exp(-distance.square() / (2 * DEVIATION**2))


def _on_limb(ends: torch.Tensor, x: torch.Tensor, y: torch.Tensor, wide: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Which cells [L, h, w] with centres x [w], y [h] lie on limbs [L, 2, 2], as 0 or 1, and unit vectors [L, 2]."""
    start, way = ends[:, 0], ends[:, 1] - ends[:, 0]
    length = torch.linalg.vector_norm(way, dim=1, keepdim=True)
    direction = way / length.clamp(min=1e-6)
    from_x, from_y = x - start[:, :1], y - start[:, 1:]  # [L, w], [L, h]
    along = direction[:, 0, None, None] * from_x[:, None] + direction[:, 1, None, None] * from_y[:, :, None]
    aside = direction[:, 0, None, None] * from_y[:, :, None] - direction[:, 1, None, None] * from_x[:, None]
    on = (along >= 0) & (along <= length[:, :, None]) & (aside.abs() <= wide)
    return on.to(ends.dtype), direction
