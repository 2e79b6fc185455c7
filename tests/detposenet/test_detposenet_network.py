"""DetPoseNet's networks: shapes, anchors, and what learns."""

from functools import cache

import pytest
import torch
from torchvision.models.detection.image_list import ImageList
from torchvision.ops import box_iou

from methods.backbones.small_body import CHANNELS, STRIDES
from methods.detposenet.coarse import ASPECTS, Anchored
from methods.detposenet.detection import IGNORED, PERSON, GroundTruth, RegionProposals
from methods.detposenet.network import DetPoseNetNetwork


@cache
def network_of(size: str) -> DetPoseNetNetwork:
    """Random weights, which no test changes: to draw them takes long at the papers' sizes."""
    return DetPoseNetNetwork(size)


def body_maps(images: int, height: int, width: int) -> list[torch.Tensor]:
    return [torch.rand(images, c, height // s, width // s) for c, s in zip(CHANNELS, STRIDES, strict=True)]


def test_maps_and_boxes(network):
    with torch.no_grad():
        coarse = network.propose(body_maps(2, 64, 128))
        refined = network.look(body_maps(3, 256, 192), torch.rand(3, 17, 3) * 100)
    assert coarse.heatmaps.shape == (2, 17, 16, 32)
    assert coarse.limbs.shape == (2, 19, 2, 16, 32)
    assert len(coarse.boxes[0].boxes)
    for boxes, scores in coarse.boxes:
        assert (scores.diff() <= 0).all()
        assert (boxes[:, 2:] >= boxes[:, :2]).all()
        assert (boxes >= 0).all()
        assert (boxes <= torch.tensor([128, 64, 128, 64])).all()
    assert refined.final.shape == (3, 17, 64, 48)
    assert [[tuple(maps.shape[2:]) for maps in stack] for stack in refined.stacks] == [
        [(8, 6), (16, 12), (32, 24), (64, 48)]
    ] * 2
    assert not network.propose(body_maps(1, 64, 64), detect=False).boxes


def test_the_small_network_has_nothing_of_a_body(network):
    assert {name.split(".")[0] for name in network.state_dict()} == {"coarse", "refine"}


def test_a_keypoint_that_was_not_found_is_not_drawn(network):
    """Of coarse poses only keypoints of some height count, wherever the others are said to be."""
    seen, nothing = body_maps(1, 256, 192), torch.zeros(1, 17, 3)
    elsewhere = nothing.clone()
    elsewhere[..., :2] = 100
    found = elsewhere.clone()
    found[0, 5, 2] = 0.8
    with torch.no_grad():
        maps = [network.look(seen, coarse).final for coarse in (nothing, elsewhere, found)]
    torch.testing.assert_close(maps[0], maps[1])
    assert not torch.allclose(maps[0], maps[2])


@pytest.mark.parametrize(("size", "input_size"), [("n", 640), ("paper", 1280)])
def test_anchors_are_as_large_as_people(size, input_size):
    """Of people half as wide as high, from a twelfth of the input to nearly all of it, each is like some anchor."""
    detector = network_of(size).coarse.detector
    sides = [side for (side,) in detector.proposals.anchor_generator.sizes]
    shapes = torch.tensor([[side / aspect**0.5, side * aspect**0.5] for side in sides for aspect in ASPECTS])
    for height in torch.linspace(input_size / 12, 600 / 640 * input_size, 20):
        person = torch.tensor([height / 2, height])
        shared = torch.minimum(person, shapes).prod(dim=1)
        assert (shared / (person.prod() + shapes.prod(dim=1) - shared)).max() > 0.49


def test_everybody_above_300_px_has_an_anchor_in_1280_px():
    """Wherever someone twice as wide as high, up to three times as high as wide, stands: an IoU of 0.3 and more."""
    proposals = network_of("paper").coarse.detector.proposals
    levels = [torch.zeros(1, 1, 1280 // stride, 1280 // stride) for stride in (8, 16, 32, 64)]
    anchors = proposals.anchor_generator(
        ImageList(torch.zeros(1, 1, 1, 1).expand(1, 1, 1280, 1280), [(1280, 1280)]), levels
    )
    longer, aspect, x, y = torch.cartesian_prod(
        torch.linspace(300, 1200, 10), torch.tensor([0.5, 1, 2, 3]), torch.tensor([0.0, 0.7]), torch.tensor([0.3, 1.0])
    ).unbind(1)
    sides = torch.stack([longer / aspect.clamp(min=1), longer * aspect.clamp(max=1)], dim=1)
    corners = torch.stack([x, y], dim=1) * (1280 - sides)
    people = torch.cat([corners, corners + sides], dim=1)
    assert box_iou(people, anchors[0]).amax(dim=1).min() > proposals.proposal_matcher.low_threshold


def test_detection_learns_from_people(network):
    network.coarse.train()
    ground_truth = [
        GroundTruth(torch.tensor([[10.0, 10, 60, 90]]), torch.tensor([PERSON])),
        GroundTruth(torch.zeros(0, 4), torch.zeros(0, dtype=torch.long)),
    ]
    found = network.propose(body_maps(2, 128, 128), ground_truth)
    assert set(found.losses) == {"objectness", "proposals", "scores", "boxes"}
    sum(found.losses.values()).backward()
    assert all(p.grad is not None and p.grad.any() for p in network.coarse.detector.parameters())
    assert network.coarse.tail.lateral[1].weight.grad.any()  # the pose branch's tail is part of the detector
    network.coarse.eval()
    network.zero_grad()


def test_anchors_on_ignored_boxes_are_left_out():
    proposals = RegionProposals(Anchored(8, 1), 8, (1.0,))
    anchors = [torch.tensor([[0.0, 0, 10, 10], [20, 20, 40, 40], [60, 60, 70, 70]])]
    targets = [{"boxes": torch.tensor([[0.0, 0, 10, 10], [20, 20, 40, 40]]), "labels": torch.tensor([PERSON, IGNORED])}]
    labels, _ = proposals.assign_targets_to_anchors(anchors, targets)
    assert labels[0].tolist() == [1, -1, 0]


@pytest.mark.parametrize("size", ["paper", "hrnet48"])
def test_the_papers_sizes_look_and_learn(size):
    network = network_of(size)
    ground_truth = [GroundTruth(torch.tensor([[10.0, 5, 40, 60]]), torch.tensor([PERSON]))] * 2
    coarse = network(torch.rand(2, 3, 64, 64), ground_truth)
    assert coarse.heatmaps.shape == (2, 17, 16, 16)
    refined = network(torch.rand(2, 3, 64, 64), coarse=torch.rand(2, 17, 3))
    assert refined.final.shape == (2, 17, 16, 16)
    scales = [tuple(maps.shape) for maps in refined.regressed]
    # Maps of 17 keypoints and, at the paper's size, of 23 sets of connected ones.
    assert scales == ([(2, 17 + 23, side, side) for side in (2, 4, 8, 16)] if size == "paper" else [])
    total = sum(coarse.losses.values()) + coarse.heatmaps.square().sum() + coarse.limbs.sum() + refined.final.sum()
    (total + sum(maps.sum() for stack in (*refined.stacks, refined.regressed) for maps in stack)).backward()
    still = [name for name, p in network.named_parameters() if p.grad is None]
    assert not [name for name in still if name.startswith(("coarse.", "refine."))]
