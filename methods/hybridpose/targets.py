"""HybridPose's training targets: which places are to find which person, and the visibility maps (section 3.3)."""

from dataclasses import dataclass

import torch

from methods.hybridpose.distributions import distribution_maps, reach_maps
from methods.ops.people import PeopleBatch
from methods.pose_grid.grid import STRIDES
from methods.pose_grid.matching import Matches, ignored_cells, match


@dataclass(frozen=True)
class GridTargets:
    """The n places of one grid [B, N_a, h, w, N_o] that are to find a person, and the maps beside it.

    image, anchor, row, column [n]; boxes [n, 4], centre x, y and width, height in cells, relative to the cell;
    keypoints [n, K, 2], relative to the cell, and keypoint_weights [n, K], 0 for keypoints without a label;
    ignored [B, h, w]: cells in which nobody may be expected nor denied;
    maps [B, N_a, K, h, w], the wanted visibility maps, and map_weights, how much each of their cells counts.
    """

    image: torch.Tensor
    anchor: torch.Tensor
    row: torch.Tensor
    column: torch.Tensor
    boxes: torch.Tensor
    keypoints: torch.Tensor
    keypoint_weights: torch.Tensor
    ignored: torch.Tensor
    maps: torch.Tensor
    map_weights: torch.Tensor


@dataclass(frozen=True)
class People:
    """T people of a batch who are to be found; pixels of the input.

    image [T]; centres, sizes [T, 2] of their boxes; keypoints [T, K, 2]; labelled [T, K]; weights [T, K] in 0..1.
    """

    image: torch.Tensor
    centres: torch.Tensor
    sizes: torch.Tensor
    keypoints: torch.Tensor
    labelled: torch.Tensor
    weights: torch.Tensor


def build_targets(people: PeopleBatch, anchors: torch.Tensor) -> list[GridTargets]:
    """Targets for the grids of STRIDES, coarsest last. `anchors` [S, N_a, 2] in input pixels."""
    wanted = find_people(people)
    batch, _, height, width = people.images.shape
    crowds = people.boxes[people.ignore], people.image_index[people.ignore]
    targets = []
    for stride, boxes in zip(STRIDES, anchors, strict=True):
        shape = (batch, height // stride, width // stride)
        targets.append(_grid_targets(wanted, boxes, stride, ignored_cells(*crowds, stride, shape)))
    return targets


def find_people(people: PeopleBatch) -> People:
    """All who are not ignored and have their box's centre in the image."""
    height, width = people.images.shape[2:]
    corners = people.boxes
    centres, sizes = (corners[:, :2] + corners[:, 2:]) / 2, corners[:, 2:] - corners[:, :2]
    inside = ((centres >= 0) & (centres < corners.new_tensor([width, height]))).all(dim=1) & (sizes > 0).all(dim=1)
    kept = inside & ~people.ignore
    return People(
        image=people.image_index[kept],
        centres=centres[kept],
        sizes=sizes[kept],
        keypoints=people.keypoints[kept],
        labelled=people.visibility[kept] > 0,
        weights=people.keypoint_weights[kept],
    )


def _grid_targets(people: People, anchors: torch.Tensor, stride: int, ignored: torch.Tensor) -> GridTargets:
    matches = match(people.centres, people.sizes, anchors, stride, *ignored.shape[1:])
    chosen, cell = matches.object, matches.cell
    maps, weights = visibility_maps(people, matches, len(anchors), stride, ignored)
    return GridTargets(
        image=people.image[chosen],
        anchor=matches.anchor,
        row=cell[:, 1],
        column=cell[:, 0],
        boxes=matches.boxes,
        keypoints=people.keypoints[chosen] / stride - cell[:, None],
        keypoint_weights=(people.weights * people.labelled)[chosen],
        ignored=ignored,
        maps=maps,
        map_weights=weights,
    )


def visibility_maps(
    people: People, matches: Matches, anchors: int, stride: int, ignored: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """The wanted maps [B, N_a, K, h, w] (equations 6 and 7 without phi), and what their cells weigh.

    A person is in the maps of every anchor that is to find it. Keypoints without a label (visibility 0) are in no map,
    as in the paper; with pseudo labels that is a keypoint of which their teacher was not sure, which is what an
    annotator's 0 often means too. Where the paper knows only certain labels, ours can weigh less than 1:
    around such a keypoint the map counts as much as its label weighs, so that one which may be wrong is neither
    asked for nor denied. Crowds count nothing, except around the labelled keypoints of people in them.
    """
    batch, rows, columns = ignored.shape
    num_keypoints = people.keypoints.shape[1]
    pair = torch.unique(torch.stack([matches.object, matches.anchor], dim=1), dim=0)  # a person's cells share a map
    person, anchor = pair.unbind(1)
    place = people.image[person] * anchors + anchor
    shape = torch.Size([batch * anchors, num_keypoints, rows, columns])
    there = people.labelled[person].float()
    cells = people.keypoints[person] / stride
    maps = distribution_maps(cells, there, place, shape)
    weights = 1 - reach_maps(cells, there * (1 - people.weights[person]), place, shape)
    if ignored.any():
        crowd = ignored.repeat_interleave(anchors, dim=0)[:, None] & (maps == 0)
        weights = weights.masked_fill(crowd, 0)
    split = (batch, anchors, num_keypoints, rows, columns)
    return maps.view(split), weights.view(split)
