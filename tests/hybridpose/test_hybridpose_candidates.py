"""From grids and maps to poses in pixels, each keypoint looked up in its own map (equation 5)."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.functional import grid_sample

from methods.hybridpose.candidates import POSES, find_candidates, level_and_anchor, look_up
from methods.hybridpose.network import Outputs, SmallHybridPoseNetwork
from methods.pose_grid.grid import OBJECTNESS, STRIDES


@pytest.fixture(scope="module")
def network() -> SmallHybridPoseNetwork:
    return SmallHybridPoseNetwork()


def logit(p: float) -> float:
    return math.log(p / (1 - p))


def nothing(height=128, width=64, batch=1) -> Outputs:
    grids = [torch.full((batch, 3, height // s, width // s, 39), -12.0) for s in STRIDES]
    for grid in grids:
        grid[..., OBJECTNESS + 1 :] = 0
    return Outputs(grids, [torch.zeros(batch, 3, 17, height // s, width // s) for s in STRIDES])


def test_a_pose_in_pixels_with_the_visibility_of_its_scale_and_anchor(network):
    outputs = nothing()
    place = outputs.grids[1][0, 2, 3, 1]  # stride 16, anchor 90 x 68.5 pixels, row 3, column 1
    place[:4], place[OBJECTNESS] = 0, logit(0.9)
    place[OBJECTNESS + 1] = logit(0.625)  # the nose half an anchor's width right of the cell's origin: 16 + 45 = 61
    for anchor, value in enumerate((0.1, 0.2, 0.8)):
        outputs.maps[1][0, anchor, 0, 3, 3] = value  # covers 48..64, 48..64; its centre is 56, 56
    outputs.maps[0][0, 2, 0] = 0.5
    found = find_candidates(outputs, network)
    assert found.scores[0, 0].item() == pytest.approx(0.9)
    assert (found.strides[0, 0].item(), found.anchors[0, 0].item()) == (16, 2)
    assert found.boxes[0, 0].tolist() == pytest.approx([24 - 45, 56 - 34.25, 24 + 45, 56 + 34.25])
    assert found.keypoints[0, 0, :2].flatten().tolist() == pytest.approx([61, 48, 16, 48])
    # 61, 48: 5 of 16 beside the centre in x, half a cell above it in y.
    assert found.visibility[0, 0, 0].item() == pytest.approx(0.8 * (1 - 5 / 16) * 0.5, rel=1e-4)
    assert found.visibility[0, 0, 1:].eq(0).all()
    assert found.scores[0, 1:].max() < 1e-4


def test_all_places_are_candidates_up_to_a_limit(network):
    small = find_candidates(nothing(64, 64), network)
    assert small.boxes.shape == (1, 3 * (64 + 16 + 4 + 1), 4)
    large = find_candidates(nothing(256, 256, batch=2), network)
    assert large.visibility.shape == (2, POSES, 17)


def maps_of(seed: int, num_keypoints: int = 4) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return [torch.rand(2, 3, num_keypoints, 128 // s, 64 // s, generator=generator) for s in STRIDES]


def test_a_place_knows_its_level_and_anchor():
    grids = nothing(64, 64).grids  # 3 * 64 places of stride 8, 3 * 16 of 16, 3 * 4 of 32, 3 of 64
    level, anchor = level_and_anchor(grids, torch.tensor([[0, 63, 64, 191, 192, 239], [240, 247, 251, 252, 253, 254]]))
    assert level.tolist() == [[0, 0, 0, 0, 1, 1], [2, 2, 2, 3, 3, 3]]
    assert anchor.tolist() == [[0, 0, 1, 2, 0, 2], [0, 1, 2, 0, 1, 2]]


def test_at_the_centre_of_a_cell_a_map_says_what_the_cell_says():
    maps = maps_of(0)
    level, anchor = torch.tensor([[0, 2]] * 2), torch.tensor([[2, 1]] * 2)
    keypoints = torch.tensor([[[8 * 3.5, 8 * 2.5]] * 4, [[32 * 1.5, 32 * 3.5]] * 4]).expand(2, -1, -1, -1)
    found = look_up(maps, level, anchor, keypoints)
    torch.testing.assert_close(found[:, 0], maps[0][:, 2, :, 2, 3])
    torch.testing.assert_close(found[:, 1], maps[2][:, 1, :, 3, 1])


FIRST = torch.zeros(2, 1, dtype=torch.long)  # level 0, anchor 0


def test_far_outside_the_image_nothing_is_visible():
    keypoints = torch.tensor([[[[-30.0, 20.0], [20.0, 900.0], [1e9, -1e9], [20.0, -5.0]]]]).expand(2, -1, -1, -1)
    assert look_up([x + 1 for x in maps_of(0)], FIRST, FIRST, keypoints).eq(0).all()


def test_visibility_is_limited_to_0_and_1():
    keypoints = torch.full((2, 1, 4, 2), 20.0)
    assert look_up([x + 5 for x in maps_of(0)], FIRST, FIRST, keypoints).eq(1).all()
    assert look_up([x - 5 for x in maps_of(0)], FIRST, FIRST, keypoints).eq(0).all()


@given(st.integers(0, 10_000), st.integers(0, 3), st.integers(0, 2))
def test_it_is_bilinear_sampling_of_that_map_with_nothing_outside(seed, level, anchor):
    maps = maps_of(seed)
    keypoints = torch.rand(2, 5, 4, 2, generator=torch.Generator().manual_seed(seed)) * torch.tensor([100.0, 160]) - 16
    found = look_up(maps, torch.full((2, 5), level), torch.full((2, 5), anchor), keypoints)
    for keypoint in range(4):
        points = (keypoints[:, :, keypoint] / torch.tensor([64.0, 128.0]) * 2 - 1)[:, :, None]  # -1..1 over the image
        wanted = grid_sample(maps[level][:, anchor, keypoint][:, None], points, align_corners=False)[:, 0, :, 0]
        torch.testing.assert_close(found[:, :, keypoint], wanted, atol=1e-4, rtol=1e-4)
