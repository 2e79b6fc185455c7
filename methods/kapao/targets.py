"""KAPAO's training targets (sections 3.1 and 3.2, Figure 3): which grid cells and anchors are to find which object.

A person is one pose object; each of its labelled keypoints is one keypoint object, a square of fixed size around it.
Where the paper is silent, the authors' code (YOLOv5's) decides, with three differences, each said at its place:
squares are not cut at the image border, crowds are ignored, and keypoints can weigh less than 1.
"""

from dataclasses import dataclass

import torch

from methods.ops.people import PeopleBatch
from methods.pose_grid.grid import STRIDES
from methods.pose_grid.matching import ignored_cells, match


@dataclass(frozen=True)
class Objects:
    """T objects of a batch, the P pose objects first; pixels of the input.

    image [T]; centres, sizes [T, 2]; classes [T] (0 pose, 1..K keypoints); weights [T] in 0..1;
    keypoints [P, K, 2] and keypoint_weights [P, K], 0 for keypoints without a label.
    """

    image: torch.Tensor
    centres: torch.Tensor
    sizes: torch.Tensor
    classes: torch.Tensor
    weights: torch.Tensor
    keypoints: torch.Tensor
    keypoint_weights: torch.Tensor


@dataclass(frozen=True)
class GridTargets:
    """The n places of one grid [B, N_a, h, w, N_o] that are to find an object, those of the p pose objects first.

    image, anchor, row, column, classes [n]; weights [n]; boxes [n, 4], the t of equation 6: centre x, y and width,
    height in cells, relative to the cell; keypoints [p, K, 2], the v of equation 8, and keypoint_weights [p, K];
    ignored [B, h, w]: cells in which no object may be expected nor denied.
    """

    image: torch.Tensor
    anchor: torch.Tensor
    row: torch.Tensor
    column: torch.Tensor
    classes: torch.Tensor
    weights: torch.Tensor
    boxes: torch.Tensor
    keypoints: torch.Tensor
    keypoint_weights: torch.Tensor
    ignored: torch.Tensor


def build_targets(people: PeopleBatch, anchors: torch.Tensor, keypoint_size: float) -> list[GridTargets]:
    """Targets for the grids of STRIDES, coarsest last. `anchors` [S, N_a, 2] and `keypoint_size` in input pixels."""
    objects = find_objects(people, keypoint_size)
    batch, _, height, width = people.images.shape
    crowds = people.boxes[people.ignore], people.image_index[people.ignore]
    targets = []
    for stride, boxes in zip(STRIDES, anchors, strict=True):
        shape = (batch, height // stride, width // stride)
        targets.append(_grid_targets(objects, boxes, stride, ignored_cells(*crowds, stride, shape)))
    return targets


def find_objects(people: PeopleBatch, keypoint_size: float) -> Objects:
    """Pose and keypoint objects of all people that are not ignored and have their centre in the image.

    A keypoint object is a square of `keypoint_size` pixels, also at the border: the paper's are cut there, which moves
    their centres off the keypoints (A.5). The authors take 5% of the input's longer side (64 at 1280); a network here
    keeps one size in pixels whatever the input, like its anchors, because it cannot see how large the input is.
    """
    height, width = people.images.shape[2:]
    limits = people.boxes.new_tensor([width, height])
    corners = people.boxes[~people.ignore]
    keypoints, image = people.keypoints[~people.ignore], people.image_index[~people.ignore]
    weights = people.keypoint_weights[~people.ignore] * (people.visibility[~people.ignore] > 0)
    person, keypoint = (people.visibility[~people.ignore] > 0).nonzero(as_tuple=True)

    centres = torch.cat([(corners[:, :2] + corners[:, 2:]) / 2, keypoints[person, keypoint]])
    sizes = torch.cat([corners[:, 2:] - corners[:, :2], centres.new_full((len(person), 2), keypoint_size)])
    inside = ((centres >= 0) & (centres < limits)).all(dim=1) & (sizes > 0).all(dim=1)
    poses = inside[: len(corners)]
    return Objects(
        image=torch.cat([image, image[person]])[inside],
        centres=centres[inside],
        sizes=sizes[inside],
        classes=torch.cat([torch.zeros_like(image), keypoint + 1])[inside],
        weights=torch.cat([weights.new_ones(len(corners)), weights[person, keypoint]])[inside],
        keypoints=keypoints[poses],
        keypoint_weights=weights[poses],
    )


def _grid_targets(objects: Objects, anchors: torch.Tensor, stride: int, ignored: torch.Tensor) -> GridTargets:
    matches = match(objects.centres, objects.sizes, anchors, stride, *ignored.shape[1:])
    chosen, cell = matches.object, matches.cell
    poses = chosen[chosen < len(objects.keypoints)]
    return GridTargets(
        image=objects.image[chosen],
        anchor=matches.anchor,
        row=cell[:, 1],
        column=cell[:, 0],
        classes=objects.classes[chosen],
        weights=objects.weights[chosen],
        boxes=matches.boxes,
        keypoints=objects.keypoints[poses] / stride - cell[: len(poses), None],
        keypoint_weights=objects.keypoint_weights[poses],
        ignored=ignored,
    )
