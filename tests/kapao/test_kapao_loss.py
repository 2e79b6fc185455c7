"""Equations 5 to 9 by hand, on grids of a few cells."""

import math
from types import SimpleNamespace

import pytest
import torch
import torch.nn.functional as F

from methods.kapao.loss import Gains, KapaoLoss, grid_losses
from methods.kapao.network import CLASSES
from methods.kapao.targets import GridTargets
from methods.ops.people import PeopleBatch
from methods.pose_grid.grid import ANCHORS, OBJECTNESS, STRIDES
from methods.pose_grid.loss import GRID_WEIGHTS

KEYPOINTS = 2
OUTPUTS = 3 * KEYPOINTS + 6
ANCHOR = torch.tensor([[4.0, 4.0]])  # cells
PERFECT = [0.5, 0.5, 4.0, 4.0]  # what raw numbers of 0 say: the middle of the cell, the anchor's size
LN2 = math.log(2)


def softplus(x: float) -> float:
    return math.log1p(math.exp(x))


def grid(rows: int = 2, columns: int = 2) -> torch.Tensor:
    return torch.zeros(1, 1, rows, columns, OUTPUTS)


def target(
    boxes=(), classes=(), keypoints=(), weighted=(), cells=None, weights=None, ignored=(), size=(2, 2)
) -> GridTargets:
    """Objects in the cells (row, column) of `cells`; keypoints [p, K, 2] and weighted [p, K] of the pose objects."""
    count = len(boxes)
    cells = torch.tensor(cells or [(0, i) for i in range(count)], dtype=torch.long).reshape(count, 2)
    empty = torch.zeros(count, dtype=torch.long)
    covered = torch.zeros(1, *size, dtype=torch.bool)
    for row, column in ignored:
        covered[0, row, column] = True
    return GridTargets(
        image=empty,
        anchor=empty,
        row=cells[:, 0],
        column=cells[:, 1],
        classes=torch.tensor(classes, dtype=torch.long),
        weights=torch.tensor(weights if weights is not None else [1.0] * count),
        boxes=torch.tensor(boxes, dtype=torch.float32).reshape(count, 4),
        keypoints=torch.tensor(keypoints, dtype=torch.float32).reshape(-1, KEYPOINTS, 2),
        keypoint_weights=torch.tensor(weighted, dtype=torch.float32).reshape(-1, KEYPOINTS),
        ignored=covered,
    )


def losses(raw: torch.Tensor, wanted: GridTargets) -> dict[str, float]:
    return {name: value.item() for name, value in grid_losses(raw, wanted, ANCHOR).items()}


def test_equation_5_wants_zero_where_nothing_is_and_the_overlap_where_something_is():
    raw = grid()
    raw[..., OBJECTNESS] = torch.tensor([[2.0, -1.0], [0.0, 3.0]])
    assert losses(raw, target())["objectness"] == pytest.approx(
        (softplus(2) + softplus(-1) + LN2 + softplus(3)) / 4, rel=1e-5
    )
    found = losses(raw, target([PERFECT], [1]))["objectness"]
    assert found == pytest.approx((softplus(-2) + softplus(-1) + LN2 + softplus(3)) / 4, rel=1e-5)


# Ground truth one cell to the right of a prediction of 4 x 4: they share 3 x 4 = 12 of 20; the box around both is 5 x
# 4.
SHIFTED = [1.5, 0.5, 4.0, 4.0]
SHIFTED_CIOU = 12 / 20 - 1 / (5**2 + 4**2)


def test_equation_6_is_one_less_complete_iou():
    assert losses(grid(), target([PERFECT], [1]))["boxes"] == pytest.approx(0, abs=1e-5)
    assert losses(grid(), target([SHIFTED], [1]))["boxes"] == pytest.approx(1 - SHIFTED_CIOU, rel=1e-5)
    both = target([PERFECT, SHIFTED], [1, 1])
    assert losses(grid(), both)["boxes"] == pytest.approx((1 - SHIFTED_CIOU) / 2, rel=1e-5)


def test_complete_iou_counts_the_difference_in_shape():
    # Ground truth 2 x 8 around the same centre as a prediction of 4 x 4: they share 2 x 4 = 8 of 24.
    share, shape = 8 / 24, 4 / math.pi**2 * (math.atan(2 / 8) - math.atan(1)) ** 2
    ciou = share - shape * shape / (1 - share + shape)
    assert losses(grid(), target([[0.5, 0.5, 2.0, 8.0]], [1]))["boxes"] == pytest.approx(1 - ciou, rel=1e-5)


def test_the_objectness_wanted_is_the_complete_iou():
    raw = grid(1, 1)
    raw[..., OBJECTNESS] = 2.0
    found = losses(raw, target([SHIFTED], [1], size=(1, 1)))["objectness"]
    assert found == pytest.approx(SHIFTED_CIOU * softplus(-2) + (1 - SHIFTED_CIOU) * softplus(2), rel=1e-5)


def test_of_two_objects_in_one_place_the_better_overlap_is_wanted():
    raw = grid(1, 1)
    raw[..., OBJECTNESS] = 2.0
    both = target([PERFECT, SHIFTED], [1, 2], cells=[(0, 0), (0, 0)], size=(1, 1))
    assert losses(raw, both)["objectness"] == pytest.approx(softplus(-2), rel=1e-4)


def test_equation_7_is_binary_for_each_class():
    raw = grid()
    raw[0, 0, 0, 0, CLASSES : CLASSES + 3] = torch.tensor([1.0, -2.0, 0.5])
    wanted = (softplus(1) + softplus(2) + softplus(0.5)) / 3  # the middle one is right
    assert losses(raw, target([PERFECT], [1]))["classes"] == pytest.approx(wanted, rel=1e-5)


def test_equation_8_adds_the_distances_of_labelled_keypoints_for_each_pose_object():
    # Raw numbers of 0 say that keypoints are at the cell's origin.
    one = target([PERFECT], [0], keypoints=[[(3, 4), (100, 100)]], weighted=[[1, 0]])
    assert losses(grid(), one)["keypoints"] == pytest.approx(5)
    two = target([PERFECT, PERFECT], [0, 0], keypoints=[[(3, 4), (6, 8)], [(0, 1), (9, 9)]], weighted=[[1, 1], [1, 0]])
    assert losses(grid(), two)["keypoints"] == pytest.approx((5 + 10 + 1) / 2)


def test_keypoint_objects_have_no_keypoints_to_learn():
    mixed = target([PERFECT, PERFECT], [0, 2], keypoints=[[(3, 4), (0, 0)]], weighted=[[1, 0]])
    assert losses(grid(), mixed)["keypoints"] == pytest.approx(5)
    assert losses(grid(), target([PERFECT], [2]))["keypoints"] == 0


def test_unlabelled_keypoints_send_no_gradient():
    raw = grid().requires_grad_()
    one = target([PERFECT], [0], keypoints=[[(3, 4), (100, 100)]], weighted=[[1, 0]])
    grid_losses(raw, one, ANCHOR)["keypoints"].backward()
    moved = raw.grad[0, 0, 0, 0, CLASSES + KEYPOINTS + 1 :]
    assert (moved[:2] != 0).all()
    assert (moved[2:] == 0).all()


def test_a_keypoint_that_is_met_exactly_sends_no_nan():
    raw = grid().requires_grad_()
    one = target([PERFECT], [0], keypoints=[[(0, 0), (1, 1)]], weighted=[[1, 1]])
    sum(grid_losses(raw, one, ANCHOR).values()).backward()
    assert torch.isfinite(raw.grad).all()


def test_ignored_cells_send_no_objectness_gradient_unless_they_hold_an_object():
    raw = grid().requires_grad_()
    wanted = target([PERFECT], [1], cells=[(0, 1)], ignored=[(0, 0), (0, 1)])
    grid_losses(raw, wanted, ANCHOR)["objectness"].backward()
    moved = raw.grad[0, 0, ..., OBJECTNESS] != 0
    assert moved.tolist() == [[False, True], [True, True]]


def test_the_weight_scales_every_term_of_an_object():
    raw = grid(1, 1)
    raw[..., OBJECTNESS] = 2.0
    full = losses(raw, target([SHIFTED], [1], size=(1, 1)))
    half = losses(raw, target([SHIFTED], [1], weights=[0.5], size=(1, 1)))
    assert all(half[name] == pytest.approx(full[name] / 2) for name in full)


def test_lambdas_of_table_5():
    scaled = Gains().scaled(num_keypoints=17, width=1280)
    assert scaled == pytest.approx(
        {
            "objectness": 0.7 * 4 * 0.75,
            "boxes": 0.05 * 0.75,
            "classes": 0.3 * 18 / 80 * 0.75,
            "keypoints": 0.0025 * 0.75,
        }
    )


def batch(images: int, width: int = 64) -> PeopleBatch:
    """The same person with two keypoints in each image."""
    keypoints = torch.zeros(images, 17, 2)
    keypoints[:, 0], keypoints[:, 5] = torch.tensor([30.0, 20.0]), torch.tensor([25.0, 40.0])
    visibility = torch.zeros(images, 17, dtype=torch.long)
    visibility[:, [0, 5]] = torch.tensor([2, 1])
    return PeopleBatch(
        images=torch.zeros(images, 3, width, width, dtype=torch.uint8),
        image_index=torch.arange(images),
        boxes=torch.tensor([[15.0, 10.0, 45.0, 60.0]]).repeat(images, 1),
        keypoints=keypoints,
        visibility=visibility,
        keypoint_weights=torch.ones(images, 17),
        ignore=torch.zeros(images, dtype=torch.bool),
    )


@pytest.fixture
def loss() -> KapaoLoss:
    return KapaoLoss(SimpleNamespace(anchors=torch.tensor(ANCHORS).float(), made_for=1280, num_keypoints=17))


@pytest.mark.parametrize(("share", "size"), [(None, 64), (0.01, 12.8), (0.025, 32), (0.075, 96), (0.1, 128)])
def test_the_squares_of_keypoints_are_a_share_of_the_input(share, size):
    """Table 5's 64 px at 1280, and the other sizes of Figure 4; half of it where the input is half as large."""
    gains = Gains() if share is None else Gains(keypoint_size=share)
    for made_for in (1280, 640):
        network = SimpleNamespace(anchors=torch.tensor(ANCHORS).float(), made_for=made_for, num_keypoints=17)
        assert KapaoLoss(network, gains).keypoint_size == pytest.approx(size * made_for / 1280)


def grids(images: int, width: int = 64, seed: int = 0) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return [
        torch.randn(1, 3, width // s, width // s, 57, generator=generator).repeat(images, 1, 1, 1, 1) for s in STRIDES
    ]


def test_equation_9_without_people_is_weighted_objectness_times_the_batch(loss):
    nobody = batch(2)
    nobody = PeopleBatch(nobody.images, *(getattr(nobody, name)[:0] for name in (
        "image_index", "boxes", "keypoints", "visibility", "keypoint_weights", "ignore"
    )))  # fmt: skip
    found = loss([torch.zeros(2, 3, 64 // s, 64 // s, 57) for s in STRIDES], nobody)
    wanted = 0.7 * (64 / 640) ** 2 * 0.75 * LN2 * sum(GRID_WEIGHTS)
    assert found["objectness"].item() == pytest.approx(wanted, rel=1e-5)
    assert found["total"].item() == pytest.approx(2 * wanted, rel=1e-5)
    assert found["boxes"] == found["classes"] == found["keypoints"] == 0


def test_the_total_is_the_batch_size_times_the_sum_of_its_parts(loss):
    found = loss(grids(3), batch(3))
    parts = {name: value for name, value in found.items() if name != "total"}
    assert set(parts) == {"objectness", "boxes", "classes", "keypoints"}
    assert all(value > 0 for value in parts.values())
    assert found["total"].item() == pytest.approx(3 * sum(value.item() for value in parts.values()), rel=1e-5)


def test_a_batch_of_equal_images_costs_as_much_as_each_by_itself(loss):
    alone, together = loss(grids(1), batch(1)), loss(grids(4), batch(4))
    assert together["total"].item() == pytest.approx(4 * alone["total"].item(), rel=1e-5)


def test_half_precision_grids_give_a_finite_float32_loss(loss):
    raw = [x.bfloat16().requires_grad_() for x in grids(2)]
    total = loss(raw, batch(2))["total"]
    total.backward()
    assert total.dtype == torch.float32
    assert all(torch.isfinite(x.grad).all() for x in raw)


def test_descending_the_gradient_lowers_the_loss(loss):
    raw = [x.requires_grad_() for x in grids(2)]
    before = loss(raw, batch(2))["total"]
    before.backward()
    with torch.no_grad():
        after = loss([x - 0.1 * F.normalize(x.grad.flatten(), dim=0).view_as(x) for x in raw], batch(2))["total"]
    assert after < before
