"""DetPoseNet's networks: shapes, the start from a checkpoint, and what learns."""

import pytest
import torch

from methods import weights
from methods.catalog import create
from methods.detposenet.coarse import AsCheckpoint
from methods.detposenet.detection import IGNORED, PERSON, RegionProposals, Truth
from methods.detposenet.network import DetPoseNetNetwork
from methods.detposenet.refinement import Refined, first_guess


@pytest.fixture(scope="module")
def state():
    return weights.load(weights.resolve("yolo11n-pose"))


@pytest.fixture(scope="module")
def started(state) -> DetPoseNetNetwork:
    torch.manual_seed(0)
    network = DetPoseNetNetwork("n").eval()
    with torch.no_grad():
        network.start_from(state)
    return network


def test_maps_and_boxes(network):
    with torch.no_grad():
        coarse = network.propose(torch.rand(2, 3, 96, 128))
        refined = network.look(torch.rand(3, 3, 256, 192))
    assert coarse.joints.shape == (2, 17, 24, 32)
    assert coarse.limbs.shape == (2, 19, 2, 24, 32)
    for boxes, scores in coarse.boxes:
        assert (scores.diff() <= 0).all()
        assert (boxes[:, 2:] >= boxes[:, :2]).all()
        assert (boxes >= 0).all()
        assert (boxes <= torch.tensor([128, 96, 128, 96])).all()
    assert refined.final.shape == (3, 17, 64, 48)
    assert [[tuple(maps.shape[2:]) for maps in stack] for stack in refined.stacks] == [
        [(8, 6), (16, 12), (32, 24), (64, 48)]
    ] * 2


def test_the_start_has_the_checkpoints_boxes(started):
    """Proposals are not suppressed, and the second stage agrees with the first."""
    torch.manual_seed(0)
    images = torch.nn.functional.interpolate(torch.rand(1, 3, 16, 16), size=(128, 128), mode="bilinear")
    yolo = create("yolo11n-pose", device="cpu", input_size=128).network
    with torch.no_grad():
        told = yolo(images)
        started.coarse.detector.proposals.score_thresh = 0.0
        found = started.propose(images).boxes[0]
        started.coarse.detector.proposals.score_thresh = 0.02
    scores, best = told["scores"][0].topk(20)
    torch.testing.assert_close(found.scores[:20], scores, rtol=1e-3, atol=1e-5)
    expected = told["boxes"][0][best].clamp(0, 128)
    near = (found.boxes[:, None] - expected).abs().amax(dim=2).amin(dim=0)
    assert float(near.max()) < 0.05


def test_the_start_refines_to_the_first_guess(started):
    torch.manual_seed(1)
    with torch.no_grad():
        refined: Refined = started.look(torch.rand(2, 3, 256, 192))
    torch.testing.assert_close(refined.final, refined.guess)


def test_the_likeliest_person_is_the_one_in_the_middle():
    """Two people of equal score at stride 32: one fills the crop, one stands at its border; then a sure small one."""
    shape = torch.Size([1, 3, 256, 192])
    keypoints = [torch.full((1, 17, 3, 32 // s, 24 // s), 0.5) for s in (1, 2, 4)]
    logits = [torch.full((1, 1, 32 // s, 24 // s), -9.0) for s in (1, 2, 4)]
    figure = torch.stack([torch.linspace(-60, 60, 17), torch.linspace(-90, 90, 17)], dim=1)
    for cell, middle in (((3, 2), (96, 128)), ((6, 5), (190, 128))):
        keypoints[2][0, :, :2, cell[0], cell[1]] = (figure + torch.tensor(middle)) / 32
        keypoints[2][0, :, 2, cell[0], cell[1]] = 0.7
        logits[2][0, 0, cell[0], cell[1]] = 2
    points, scores = first_guess(keypoints, logits, shape)
    torch.testing.assert_close(points[0], figure + torch.tensor([96.0, 128]))
    torch.testing.assert_close(scores, torch.full((1, 17), 0.7))


def test_where_nobody_is_the_first_guess_is_low():
    shape = torch.Size([1, 3, 64, 32])
    keypoints = [torch.full((1, 17, 3, 8 // s, 4 // s), 0.9) for s in (1, 2, 4)]
    logits = [torch.full((1, 1, 8 // s, 4 // s), -9.0) for s in (1, 2, 4)]
    assert float(first_guess(keypoints, logits, shape)[1].max()) < 0.01


def test_detection_learns_from_people_and_skips_what_is_ignored(network):
    network.coarse.detector.train()
    truth = [
        Truth(torch.tensor([[10.0, 10, 60, 90]]), torch.tensor([PERSON])),
        Truth(torch.zeros(0, 4), torch.zeros(0, dtype=torch.long)),
    ]
    found = network.propose(torch.rand(2, 3, 96, 96), truth)
    assert set(found.losses) == {"objectness", "proposals", "scores", "boxes"}
    sum(found.losses.values()).backward()
    assert (
        network.coarse.fuse[0].conv.weight.grad.abs().sum()
        + network.coarse.detector.predictor.bbox_pred.weight.grad.abs().sum()
        > 0
    )
    network.coarse.detector.eval()
    network.zero_grad()


def test_anchors_on_ignored_boxes_are_left_out():
    proposals = RegionProposals(AsCheckpoint(), (1.0,))
    anchors = [torch.tensor([[0.0, 0, 10, 10], [20, 20, 40, 40], [60, 60, 70, 70]])]
    targets = [{"boxes": torch.tensor([[0.0, 0, 10, 10], [20, 20, 40, 40]]), "labels": torch.tensor([PERSON, IGNORED])}]
    labels, _ = proposals.assign_targets_to_anchors(anchors, targets)
    assert labels[0].tolist() == [1, -1, 0]


def test_offsets_of_one_anchor_are_the_checkpoints_sides():
    """A person from 1 cell left to 3 right of the centre of cell (2, 1), and 2 up to 4 down, at stride 16."""
    sides = torch.tensor([1.0, 2, 3, 4]).view(1, 4, 1, 1).expand(1, 4, 3, 4)
    logits, offsets = AsCheckpoint()([torch.cat([torch.zeros(1, 1, 3, 4), sides], dim=1)])
    assert logits[0].shape == (1, 1, 3, 4)
    from torchvision.models.detection._utils import BoxCoder

    anchor = torch.tensor([[32.0 - 64, 16 - 64, 32 + 64, 16 + 64]])
    box = BoxCoder((1.0, 1.0, 1.0, 1.0)).decode(offsets[0][0, :, 1, 2][None], [anchor])[0, 0]
    torch.testing.assert_close(box, torch.tensor([2.5 - 1, 1.5 - 2, 2.5 + 3, 1.5 + 4]) * 16)


@pytest.mark.parametrize("size", ["paper", "hrnet48"])
def test_the_papers_sizes_look_and_learn(size):
    torch.manual_seed(0)
    network = DetPoseNetNetwork(size)
    truth = [Truth(torch.tensor([[10.0, 5, 40, 60]]), torch.tensor([PERSON]))] * 2
    coarse = network(torch.rand(2, 3, 64, 64), truth)
    assert coarse.joints.shape == (2, 17, 16, 16)
    refined = network(torch.rand(2, 3, 64, 64), crops=True)
    assert refined.final.shape == (2, 17, 16, 16)
    total = sum(coarse.losses.values()) + coarse.joints.square().sum() + coarse.limbs.sum() + refined.final.sum()
    (total + sum(maps.sum() for stack in refined.stacks for maps in stack)).backward()
    still = [name for name, p in network.named_parameters() if p.grad is None]
    assert not [name for name in still if name.startswith(("coarse.", "refine."))]
