"""KAPAO's training targets (sections 3.1 and 3.2, Figure 3): which grid cells and anchors are to find which object.

A person is one pose object; each of its labelled joints is one keypoint object, a square of fixed size around it.
Where the paper is silent, the authors' code (YOLOv5's) decides, with three differences, each said at its place:
squares are not cut at the image border, crowds are ignored, and joints can be trusted less than fully.
"""

from dataclasses import dataclass

import torch

from methods.kapao.network import STRIDES
from methods.ops.people import PeopleBatch

TOLERANCE = 4.0  # the largest ratio between a side of an object and that of an anchor which is to find it
# The cell that holds the centre, and the neighbours in x and y (left, above, right, below).
STEPS = ((0, 0), (-1, 0), (0, -1), (1, 0), (0, 1))


@dataclass(frozen=True)
class Objects:
    """T objects of a batch, the P pose objects first; pixels of the input.

    image [T]; centres, sizes [T, 2]; classes [T] (0 pose, 1..K joints); trust [T] in 0..1;
    keypoints [P, K, 2] and keypoint_trust [P, K], 0 for joints without a label.
    """

    image: torch.Tensor
    centres: torch.Tensor
    sizes: torch.Tensor
    classes: torch.Tensor
    trust: torch.Tensor
    keypoints: torch.Tensor
    keypoint_trust: torch.Tensor


@dataclass(frozen=True)
class GridTargets:
    """The n places of one grid [B, N_a, h, w, N_o] that are to find an object, those of the p pose objects first.

    image, anchor, row, column, classes [n]; trust [n]; boxes [n, 4], the t of equation 6: centre x, y and width, height
    in cells, relative to the cell; keypoints [p, K, 2], the v of equation 8, and keypoint_trust [p, K];
    ignored [B, h, w]: cells in which no object may be expected nor denied.
    """

    image: torch.Tensor
    anchor: torch.Tensor
    row: torch.Tensor
    column: torch.Tensor
    classes: torch.Tensor
    trust: torch.Tensor
    boxes: torch.Tensor
    keypoints: torch.Tensor
    keypoint_trust: torch.Tensor
    ignored: torch.Tensor


def build_targets(people: PeopleBatch, anchors: torch.Tensor, keypoint_size: float) -> list[GridTargets]:
    """Targets for the grids of STRIDES, coarsest last. `anchors` [S, N_a, 2] and `keypoint_size` in input pixels."""
    objects = find_objects(people, keypoint_size)
    batch, _, height, width = people.images.shape
    crowds = people.boxes[people.ignore], people.image_index[people.ignore]
    targets = []
    for stride, boxes in zip(STRIDES, anchors, strict=True):
        shape = (batch, height // stride, width // stride)
        targets.append(_match(objects, boxes, stride, ignored_cells(*crowds, stride, shape)))
    return targets


def find_objects(people: PeopleBatch, keypoint_size: float) -> Objects:
    """Pose and keypoint objects of all people that are not ignored and have their centre in the image.

    A keypoint object is a square of `keypoint_size` pixels, also at the border: the paper's are cut there, which moves
    their centres off the joints (A.5). The authors take 5% of the input's longer side (64 at 1280); a network here
    keeps one size in pixels whatever the input, like its anchors, because it cannot see how large the input is.
    """
    height, width = people.images.shape[2:]
    limits = people.boxes.new_tensor([width, height])
    corners = people.boxes[~people.ignore]
    keypoints, image = people.keypoints[~people.ignore], people.image_index[~people.ignore]
    trust = people.joint_weights[~people.ignore] * (people.visibility[~people.ignore] > 0)
    person, joint = (people.visibility[~people.ignore] > 0).nonzero(as_tuple=True)

    centres = torch.cat([(corners[:, :2] + corners[:, 2:]) / 2, keypoints[person, joint]])
    sizes = torch.cat([corners[:, 2:] - corners[:, :2], centres.new_full((len(person), 2), keypoint_size)])
    inside = ((centres >= 0) & (centres < limits)).all(dim=1) & (sizes > 0).all(dim=1)
    poses = inside[: len(corners)]
    return Objects(
        image=torch.cat([image, image[person]])[inside],
        centres=centres[inside],
        sizes=sizes[inside],
        classes=torch.cat([torch.zeros_like(image), joint + 1])[inside],
        trust=torch.cat([trust.new_ones(len(corners)), trust[person, joint]])[inside],
        keypoints=keypoints[poses],
        keypoint_trust=trust[poses],
    )


def ignored_cells(boxes: torch.Tensor, image: torch.Tensor, stride: int, shape: tuple[int, int, int]) -> torch.Tensor:
    """Cells [B, h, w] whose centre lies in one of the crowd boxes [C, 4] (input pixels) of its image [C].

    The authors leave crowds out of their training labels, so that a person found there counts as wrong.
    """
    _, rows, columns = shape
    y = (torch.arange(rows, device=boxes.device) + 0.5) * stride
    x = (torch.arange(columns, device=boxes.device) + 0.5) * stride
    inside_y = (y >= boxes[:, 1:2]) & (y <= boxes[:, 3:4])  # [C, h]
    inside_x = (x >= boxes[:, 0:1]) & (x <= boxes[:, 2:3])  # [C, w]
    covered = torch.zeros(shape, dtype=torch.int32, device=boxes.device)
    covered.index_add_(0, image, (inside_y[:, :, None] & inside_x[:, None]).int())
    return covered > 0


def _match(objects: Objects, anchors: torch.Tensor, stride: int, ignored: torch.Tensor) -> GridTargets:
    """Every object with the anchors of about its size, in the cell of its centre and up to two neighbours."""
    ratio = objects.sizes[:, None] / anchors  # [T, N_a, 2]
    fits = torch.maximum(ratio, 1 / ratio).amax(dim=2) < TOLERANCE
    chosen, anchor = fits.nonzero(as_tuple=True)

    xy = objects.centres[chosen] / stride
    size = xy.new_tensor([ignored.shape[2], ignored.shape[1]])
    part = xy % 1
    lower, upper = (part < 0.5) & (xy > 1), (part > 0.5) & (xy < size - 1)  # [n, 2]: has such a neighbour, nearer
    near = torch.cat([torch.ones_like(lower[:, :1]), lower, upper], dim=1)  # [n, 5], in the order of STEPS
    match, step = near.nonzero(as_tuple=True)
    chosen, anchor, xy = chosen[match], anchor[match], xy[match]
    cell = xy.long() + torch.tensor(STEPS, device=xy.device)[step]

    poses = chosen[chosen < len(objects.keypoints)]
    return GridTargets(
        image=objects.image[chosen],
        anchor=anchor,
        row=cell[:, 1],
        column=cell[:, 0],
        classes=objects.classes[chosen],
        trust=objects.trust[chosen],
        boxes=torch.cat([xy - cell, objects.sizes[chosen] / stride], dim=1),
        keypoints=objects.keypoints[poses] / stride - cell[: len(poses), None],
        keypoint_trust=objects.keypoint_trust[poses],
        ignored=ignored,
    )
