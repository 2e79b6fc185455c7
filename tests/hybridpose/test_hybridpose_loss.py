"""Equations 8 to 13 by hand, on grids and maps of a few cells."""

import math
from types import SimpleNamespace

import pytest
import torch

from methods.hybridpose.distributions import distribution_maps
from methods.hybridpose.loss import (
    FLOOR,
    Gains,
    HybridPoseLoss,
    grid_losses,
    predicted_distributions,
    self_correlation_loss,
    visibility_loss,
)
from methods.hybridpose.network import Outputs
from methods.hybridpose.targets import GridTargets, build_targets
from methods.pose_grid.grid import ANCHORS, OBJECTNESS, STRIDES
from methods.pose_grid.loss import GRID_WEIGHTS

ANCHOR = torch.tensor([[4.0, 4.0]])  # cells
LN2 = math.log(2)


def logit(p: float) -> float:
    return math.log(p / (1 - p))


def softplus(x: float) -> float:
    return math.log1p(math.exp(x))


def target(boxes, keypoints, weighted, maps=None, map_weights=None) -> GridTargets:
    """One person in the cell (0, 0) of a grid of 2 x 2."""
    zero = torch.zeros(len(boxes), dtype=torch.long)
    maps = torch.zeros(1, 1, 2, 2, 2) if maps is None else maps
    return GridTargets(
        image=zero,
        anchor=zero,
        row=zero,
        column=zero,
        boxes=torch.tensor(boxes, dtype=torch.float32).reshape(-1, 4),
        keypoints=torch.tensor(keypoints, dtype=torch.float32).reshape(-1, 2, 2),
        keypoint_weights=torch.tensor(weighted, dtype=torch.float32).reshape(-1, 2),
        ignored=torch.zeros(1, 2, 2, dtype=torch.bool),
        maps=maps,
        map_weights=torch.ones_like(maps) if map_weights is None else map_weights,
    )


def test_equations_9_to_11():
    raw = torch.zeros(1, 1, 2, 2, 9)
    raw[..., OBJECTNESS] = torch.tensor([[2.0, -1.0], [0.0, 3.0]])
    # Raw zeros are a box of 4 x 4 around 0.5, 0.5 with all keypoints at the origin. The true box lies one cell to the
    # right: they share 12 of 20, and the box around both is 5 x 4.
    ciou = 12 / 20 - 1 / (5**2 + 4**2)
    found = grid_losses(raw, target([[1.5, 0.5, 4, 4]], [[(3, 4), (9, 9)]], [[1, 0]]), ANCHOR)
    assert found["boxes"].item() == pytest.approx(1 - ciou, rel=1e-5)
    assert found["keypoints"].item() == pytest.approx(5)
    wanted = ciou * softplus(-2) + (1 - ciou) * softplus(2) + softplus(-1) + LN2 + softplus(3)
    assert found["objectness"].item() == pytest.approx(wanted / 4, rel=1e-5)


def test_equation_12_is_the_squared_error_of_each_map_as_a_mean_over_maps():
    wanted = torch.zeros(1, 1, 2, 2, 2)
    wanted[0, 0, 0, 0, 0] = 1.0
    found = torch.zeros(1, 1, 2, 2, 2)
    found[0, 0, 0] = torch.tensor([[0.5, 0.0], [0.0, 0.2]])
    found[0, 0, 1, 1, 0] = 0.4
    everywhere = target([], [], [], wanted)
    assert visibility_loss(found, everywhere).item() == pytest.approx((0.25 + 0.04 + 0.16) / 2)
    weights = torch.ones_like(wanted)
    weights[0, 0, 0, 0, 0] = 0.5
    weights[0, 0, 1] = 0
    assert visibility_loss(found, target([], [], [], wanted, weights)).item() == pytest.approx((0.125 + 0.04) / 2)


def test_equation_8_by_hand():
    # Less their means d is (0.75, -0.25, -0.25, -0.25) and v (0.3, 0.1, -0.3, -0.1): 0.3 of sqrt(0.75 * 0.2).
    d, v = torch.tensor([1.0, 0, 0, 0]), torch.tensor([0.8, 0.6, 0.2, 0.4])
    assert self_correlation_loss(d, v).item() == pytest.approx(1 - 0.3**2 / (0.75 * 0.2), rel=1e-4)


@pytest.mark.parametrize(("slope", "start"), [(1, 0), (0.2, 0.1), (-3, 2)])
def test_maps_that_are_alike_but_for_scale_and_offset_cost_nothing(slope, start):
    d = torch.rand(2, 3, 4, generator=torch.Generator().manual_seed(0))
    assert self_correlation_loss(d, slope * d + start).item() == pytest.approx(0, abs=1e-4)


def test_constant_maps_cost_one_and_send_no_nan():
    for d, v in ((torch.zeros(4, 4), torch.rand(4, 4)), (torch.rand(4, 4), torch.full((4, 4), 0.5))):
        d, v = d.requires_grad_(), v.requires_grad_()
        loss = self_correlation_loss(d, v)
        assert loss.item() == pytest.approx(1)
        loss.backward()
        assert torch.isfinite(d.grad).all()
        assert torch.isfinite(v.grad).all()


def grid_with(*cells, rows=8, columns=8) -> torch.Tensor:
    """One grid of one anchor and two keypoints: (row, column, phi, raw numbers of the keypoints)."""
    raw = torch.zeros(1, 1, rows, columns, 9)
    raw[..., OBJECTNESS] = -10
    for row, column, phi, keypoints in cells:
        raw[0, 0, row, column, OBJECTNESS] = logit(phi)
        raw[0, 0, row, column, OBJECTNESS + 1 :] = torch.tensor(keypoints)
    return raw


SHAPE = torch.Size([1, 1, 2, 8, 8])


def test_equations_6_and_7_of_predictions():
    # The first keypoint 4 * (4 * 0.625 - 2) = 2 cells right of the origin of column 2 and 1 below that of row 3.
    raw = grid_with((3, 2, 0.8, [logit(0.625), logit(0.5625), 0, 0]))
    found = predicted_distributions(raw, ANCHOR, SHAPE)[0, 0]
    wanted = distribution_maps(
        torch.tensor([[[4.0, 4.0], [2.0, 3.0]]]),
        torch.tensor([[0.8, 0.8]]),
        torch.tensor([0]),
        torch.Size([1, 2, 8, 8]),
    )[0]
    torch.testing.assert_close(found, wanted, atol=1e-5, rtol=1e-4)
    # 4.0, 4.0 is half a cell from the centres of four cells.
    assert found[0, 3:5, 3:5].flatten().tolist() == pytest.approx([0.8 * math.exp(-0.5 / 2)] * 4, rel=1e-4)


def test_places_of_low_objectness_are_left_out():
    raw = grid_with((3, 2, FLOOR * 0.9, [0.0] * 4), (5, 5, FLOOR * 1.1, [0.0] * 4))
    found = predicted_distributions(raw, ANCHOR, SHAPE)[0, 0]
    assert found.max().item() == pytest.approx(FLOOR * 1.1 * math.exp(-0.5 / 2), rel=1e-4)
    assert predicted_distributions(grid_with(), ANCHOR, SHAPE).eq(0).all()


def test_self_correlation_reaches_both_the_poses_and_the_maps():
    # Keypoints at 3.2, 3.4 and 0.8, 3.4 with a map that has its peaks at 4.0 and 0.5; and a place that no map supports.
    raw = grid_with((3, 2, 0.8, [0.3, 0.1, -0.3, 0.1]), (6, 6, 0.5, [0.0] * 4)).requires_grad_()
    peak = torch.tensor([[[4.0, 3.4], [0.5, 3.4]]])
    maps = distribution_maps(peak, torch.ones(1, 2), torch.tensor([0]), torch.Size([1, 2, 8, 8]))[None].requires_grad_()
    self_correlation_loss(predicted_distributions(raw, ANCHOR, SHAPE), maps).backward()
    here, there = raw.grad[0, 0, 3, 2], raw.grad[0, 0, 6, 6]
    assert here[:OBJECTNESS].eq(0).all()  # boxes have no part in it
    assert here[OBJECTNESS] < -1e-3  # where the map agrees, a person is made likelier,
    assert there[OBJECTNESS] > 1e-3  # where not, less likely
    assert here[OBJECTNESS + 1] < -1e-3  # the first keypoint lies left of its peak: to the right is better
    assert here[OBJECTNESS + 3] > 1e-3  # the second lies right of its peak
    assert raw.grad.flatten(0, 3)[:, OBJECTNESS].count_nonzero() == 2
    assert maps.grad[0, 0, 0, 3, 2] < 0  # a map that is higher where the keypoint is regressed is better


def outputs(batch: int, width: int = 64, raw: float | None = None) -> Outputs:
    generator = torch.Generator().manual_seed(0)
    sides = [width // s for s in STRIDES]
    grids = [torch.randn(1, 3, n, n, 39, generator=generator).repeat(batch, 1, 1, 1, 1) for n in sides]
    maps = [torch.rand(1, 3, 17, n, n, generator=generator).repeat(batch, 1, 1, 1, 1) for n in sides]
    if raw is not None:
        grids, maps = [torch.full_like(grid, raw) for grid in grids], [torch.zeros_like(x) for x in maps]
    return Outputs([grid.requires_grad_() for grid in grids], [x.requires_grad_() for x in maps])


def loss_of(gains: Gains | None = None) -> HybridPoseLoss:
    return HybridPoseLoss(SimpleNamespace(anchors=torch.tensor(ANCHORS).float()), gains)


def one_person_in_each(people, images, width=64):
    return people(
        [[15, 10, 45, 60]] * images,
        points=[(i, *keypoint) for i in range(images) for keypoint in ((0, 30, 20, 2), (5, 25, 40, 1))],
        images=images,
        image_index=list(range(images)),
        size=(width, width),
    )


def test_equation_13_without_people(people):
    found = loss_of()(outputs(2, raw=0.0), people([], images=2, size=(64, 64)))
    objectness = 0.7 * (64 / 640) ** 2 * 0.75 * LN2 * sum(GRID_WEIGHTS)
    assert found["objectness"].item() == pytest.approx(objectness, rel=1e-5)
    assert [found[name].item() for name in ("boxes", "keypoints", "visibility")] == [0, 0, 0]
    assert found["correlation"].item() == pytest.approx(0.01 * 4)  # maps of zeros go with nothing, at four scales
    assert found["total"].item() == pytest.approx(2 * (objectness + 0.04), rel=1e-5)


def test_equation_13_adds_the_weighted_scales_for_each_image(people):
    gains = Gains(objectness=1, boxes=2, keypoints=3, visibility=4, correlation=5)
    batch, said = one_person_in_each(people, 2), outputs(2)
    targets = build_targets(batch, torch.tensor(ANCHORS).float())
    sums = dict.fromkeys(vars(gains), 0.0)
    for grid, maps, wanted, anchors, stride, weight in zip(
        *said, targets, torch.tensor(ANCHORS).float(), STRIDES, GRID_WEIGHTS, strict=True
    ):
        parts = grid_losses(grid, wanted, anchors / stride)
        parts["objectness"] *= weight
        parts["visibility"] = visibility_loss(maps, wanted)
        parts["correlation"] = self_correlation_loss(predicted_distributions(grid, anchors / stride, maps.shape), maps)
        sums = {name: sums[name] + parts[name].item() for name in sums}
    lambdas = {"objectness": 0.01 * 0.75, "boxes": 1.5, "keypoints": 2.25, "visibility": 4, "correlation": 5}
    found = loss_of(gains)(said, batch)
    for name, value in sums.items():
        assert found[name].item() == pytest.approx(lambdas[name] * value, rel=1e-4)
        assert value > 0
    assert found["total"].item() == pytest.approx(2 * sum(lambdas[name] * sums[name] for name in sums), rel=1e-4)


def test_the_loss_of_one_image_is_the_same_in_a_batch_of_the_same(people):
    alone = loss_of()(outputs(1), one_person_in_each(people, 1))
    several = loss_of()(outputs(3), one_person_in_each(people, 3))
    for name in vars(Gains()):
        assert several[name].item() == pytest.approx(alone[name].item(), rel=1e-4)
    assert several["total"].item() == pytest.approx(3 * alone["total"].item(), rel=1e-4)


def test_without_its_gain_the_self_correlation_is_off(people):
    batch, said = one_person_in_each(people, 1), outputs(1)
    found = loss_of(Gains(objectness=0, boxes=0, keypoints=0, visibility=0, correlation=0))(said, batch)
    assert found["total"].item() == found["correlation"].item() == 0
    only = loss_of(Gains(objectness=0, boxes=0, keypoints=0, visibility=0))(said, batch)
    assert only["total"].item() == only["correlation"].item() > 0


def test_the_total_sends_gradients_to_all_outputs(people):
    said = outputs(1, width=256)
    loss_of()(said, one_person_in_each(people, 1, width=256))["total"].backward()
    for tensor in [*said.grids, *said.maps]:
        assert torch.isfinite(tensor.grad).all()
        assert tensor.grad.count_nonzero() > 0


def test_the_self_correlation_alone_moves_keypoints_and_maps():
    """Equation 8 acts on both: it draws a map up where a keypoint is regressed, and the keypoint to where the map is
    high."""
    grid = torch.full((1, 1, 8, 8, 5 + 2 * 2), -12.0)
    grid[..., OBJECTNESS + 1 :] = 0
    grid[0, 0, 3, 3, OBJECTNESS] = logit(0.8)  # with both keypoints at the cell's origin, 3, 3
    maps = torch.zeros(1, 1, 2, 8, 8)
    maps[0, 0, 0, 3, 4] = 1.0  # the first keypoint's map is high at 4.5, 3.5
    grid.requires_grad_()
    maps.requires_grad_()
    self_correlation_loss(predicted_distributions(grid, ANCHOR, maps.shape), maps).backward()
    keypoints = grid.grad[0, 0, 3, 3, OBJECTNESS + 1 :]
    assert (keypoints[:2] < 0).all()  # to the right and down
    assert grid.grad[0, 0, 3, 3, OBJECTNESS] != 0
    assert maps.grad[0, 0, 1, 2:4, 2:4].max() < 0  # the second keypoint's map is to rise where that keypoint is
    untouched = grid.grad.clone()
    untouched[0, 0, 3, 3] = 0
    assert untouched.eq(0).all()
