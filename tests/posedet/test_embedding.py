"""The pose embedding: equation 1 by hand, chosen candidates as all candidates, a tenth of the gradient."""

import pytest
import torch
import torch.nn.functional as F

from methods.posedet.embedding import OFFSET_GRADIENT, PoseEmbedding, sample
from methods.posedet.network import by_cell, centres

BATCH, CHANNELS, OUT, ROWS, COLUMNS = 2, 3, 5, 4, 6


def case(num_keypoints: int):
    torch.manual_seed(0)
    embedding = PoseEmbedding(CHANNELS, OUT, num_keypoints)
    features = torch.randn(BATCH, CHANNELS, ROWS, COLUMNS)
    offsets = torch.randn(BATCH, 2 * num_keypoints, ROWS, COLUMNS) * 2
    return embedding, features, offsets


def points_of(offsets: torch.Tensor) -> torch.Tensor:
    """Keypoints of all candidates, in cells of the map."""
    cells = torch.arange(ROWS * COLUMNS)
    return centres(cells, COLUMNS)[None, :, None] + by_cell(offsets).flatten(1, 2)


@pytest.mark.parametrize("keypoints", [17, 14, 1])
def test_chosen_candidates_get_what_all_get(keypoints):
    embedding, features, offsets = case(keypoints)
    everywhere = embedding(features, offsets).flatten(2).transpose(1, 2)
    torch.testing.assert_close(embedding.at(features, points_of(offsets)), everywhere, atol=1e-5, rtol=1e-4)


def test_equation_1_adds_what_each_keypoint_says_of_the_features_under_it():
    """Two keypoints and one channel: the first reads the cell to the right, the second halfway to the one below."""
    embedding = PoseEmbedding(1, 1, 2)
    embedding.weight.data = torch.tensor([10.0, 1.0]).view(1, 1, 1, 2)
    features = torch.arange(24.0).view(1, 1, ROWS, COLUMNS)
    offsets = torch.tensor([1.0, 0.0, 0.0, 0.5]).view(1, 4, 1, 1).expand(-1, -1, ROWS, COLUMNS)
    found = embedding(features, offsets)[0, 0]
    assert found[1, 2].item() == pytest.approx(10 * features[0, 0, 1, 3].item() + (8 + 14) / 2)


def test_beyond_the_map_lies_nothing():
    embedding, features, offsets = case(3)
    assert (embedding(features, offsets + 100) == 0).all()
    assert (embedding.at(features, points_of(offsets + 100)) == 0).all()


@pytest.mark.parametrize("chosen", [False, True])
def test_a_tenth_of_the_gradient_reaches_the_keypoints(chosen, monkeypatch):
    def gradient() -> torch.Tensor:
        embedding, features, offsets = case(4)
        offsets.requires_grad_()
        found = embedding.at(features, points_of(offsets)) if chosen else embedding(features, offsets)
        found.square().sum().backward()
        return offsets.grad

    scaled = gradient()
    monkeypatch.setattr("methods.posedet.embedding.OFFSET_GRADIENT", 1.0)
    assert scaled.abs().max() > 0
    torch.testing.assert_close(scaled, OFFSET_GRADIENT * gradient())


def test_features_and_weights_keep_their_whole_gradient():
    embedding, features, offsets = case(4)
    features.requires_grad_()
    embedding(features, offsets).sum().backward()
    by_op, embedding.weight.grad = (features.grad.clone(), embedding.weight.grad.clone()), None
    features.grad = None
    embedding.at(features, points_of(offsets)).sum().backward()
    torch.testing.assert_close(features.grad, by_op[0], atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(embedding.weight.grad, by_op[1], atol=1e-4, rtol=1e-4)


def test_samples_and_their_gradients_are_those_of_grid_sample():
    torch.manual_seed(0)
    features = torch.randn(2, 8, 7, 9, requires_grad=True)
    points = (torch.rand(2, 30, 5, 2) * 14 - 2).requires_grad_()
    found = sample(features, points)
    wanted = F.grid_sample(features, points / torch.tensor([9.0, 7.0]) * 2 - 1, align_corners=False)
    torch.testing.assert_close(found, wanted.permute(0, 2, 3, 1))
    weight = torch.randn_like(found)
    for ours, theirs in zip(
        torch.autograd.grad((found * weight).sum(), (features, points)),
        torch.autograd.grad((wanted.permute(0, 2, 3, 1) * weight).sum(), (features, points)),
        strict=True,
    ):
        torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=1e-4)
