"""The four terms of equation 4 by hand, on levels of a few cells."""

import math

import pytest
import torch
import torch.nn.functional as F

from methods.ops.people import PeopleBatch
from methods.posedet.loss import (
    ALPHA,
    GAMMA,
    Gains,
    PoseDetLoss,
    coarse_loss,
    embedded_poses,
    heatmap_loss,
    refinement_loss,
    score_loss,
)
from methods.posedet.network import STRIDES, Level
from methods.posedet.targets import Match, coarse_targets

K, SIDE = 17, 128  # keypoints; pixels


def blank(images: int = 1) -> list[Level]:
    """Levels that say nothing: keypoints at the centres of the cells, scores of 1/2, empty maps; all embedded."""
    levels = []
    for stride in STRIDES:
        n = SIDE // stride
        cells = torch.arange(n * n).expand(images, -1)
        coarse, moved = torch.zeros(images, n, n, K, 2), torch.zeros(images, n * n, K, 2)
        levels.append(Level(coarse, cells, moved, torch.zeros(images, n * n), torch.zeros(images, K, n, n)))
    return levels


def one_person(images: int = 1) -> PeopleBatch:
    """In each image four keypoints around 60, 60, all at candidate 7, 7 of stride 8."""
    keypoints, visibility = torch.zeros(images, K, 2), torch.zeros(images, K, dtype=torch.long)
    for keypoint, x, y in [(5, 50, 50), (6, 70, 50), (11, 50, 70), (12, 70, 70)]:
        keypoints[:, keypoint] = torch.tensor([float(x), float(y)])
        visibility[:, keypoint] = 2
    return PeopleBatch(
        images=torch.zeros(images, 3, SIDE, SIDE, dtype=torch.uint8),
        image_index=torch.arange(images),
        boxes=torch.tensor([[45.0, 45, 75, 75]]).repeat(images, 1),
        keypoints=keypoints,
        visibility=visibility,
        keypoint_weights=(visibility > 0).float(),
        ignore=torch.zeros(images, dtype=torch.bool),
    )


def nobody(images: int = 1) -> PeopleBatch:
    batch = one_person(images)
    fields = ("image_index", "boxes", "keypoints", "visibility", "keypoint_weights", "ignore")
    return PeopleBatch(batch.images, *(getattr(batch, name)[:0] for name in fields))


def no_match(levels: list[Level]) -> Match:
    count = sum(level.cells.shape[1] for level in levels)
    return Match(torch.zeros(1, count), torch.zeros(1, count, dtype=torch.long))


def test_the_first_term_adds_the_distances_of_labelled_keypoints():
    """Each keypoint is 10 px off in x and y: sqrt(2) * 10 / (4 * 8) for each of four."""
    levels = blank()
    found = coarse_loss(levels, coarse_targets(one_person()))
    assert found.item() == pytest.approx(4 * math.sqrt(200) / 32, rel=1e-5)
    levels[0].coarse[0, 7, 7] = (one_person().keypoints[0] - 60) / 8
    assert coarse_loss(levels, coarse_targets(one_person())).item() == pytest.approx(0, abs=1e-6)
    assert coarse_loss(levels, coarse_targets(nobody())).item() == 0


def test_a_recipe_may_look_for_poses_at_the_centres_of_their_boxes():
    """Three keypoints at 44, 44 and one at 68, 68: their mean is 50, 50, in cell 6, 6, the box's centre in 7, 7."""
    batch, levels = one_person(), blank()
    batch.keypoints[0, [5, 6, 11]], batch.keypoints[0, 12] = torch.tensor([44.0, 44]), torch.tensor([68.0, 68])
    found = [PoseDetLoss(Gains(box_centre=each))(levels, batch)["coarse"].item() for each in (False, True)]
    misses = [3 * math.dist((44, 44), (at, at)) + math.dist((68, 68), (at, at)) for at in (52, 60)]
    assert found == pytest.approx([0.1 * miss / 32 for miss in misses])


def test_the_authors_limit_of_a_keypoints_distance():
    """Of four keypoints two are where they should be, one is 1.5 and 2 times four strides off in x and y, so 2.5, and
    one 10, which costs 5 and is drawn nowhere."""
    levels, (target,) = blank(), [each for each in coarse_targets(one_person()) if len(each.image)]
    row, column = target.row[0], target.column[0]
    levels[0].coarse[0, row, column] = target.keypoints[0]
    levels[0].coarse[0, row, column, 5] += torch.tensor([1.5, 2.0]) * 4
    levels[0].coarse[0, row, column, 6] += torch.tensor([6.0, 8.0]) * 4
    assert coarse_loss(levels, coarse_targets(one_person())).item() == pytest.approx(2.5 + 10)
    levels[0].coarse.requires_grad_()
    limited = coarse_loss(levels, coarse_targets(one_person()), Gains(farthest=5).farthest)
    assert limited.item() == pytest.approx(2.5 + 5)
    limited.backward()
    slope = levels[0].coarse.grad[0, row, column]
    assert slope[5].tolist() == pytest.approx([0.6 / 4, 0.8 / 4])
    assert not slope[6].any()


def test_the_second_term_wants_what_the_coarse_pose_lacks():
    levels, people = blank(), one_person()
    _, poses = embedded_poses(levels)
    match = no_match(levels)
    candidate = 7 * 16 + 7
    match.oks[0, candidate] = 0.71
    wanted = 4 * math.sqrt(200) / 32
    assert refinement_loss(levels, poses, match, people).item() == pytest.approx(wanted, rel=1e-5)
    levels[0].displacements[0, candidate] = (people.keypoints[0] - 60) / 8
    assert refinement_loss(levels, poses, match, people).item() == pytest.approx(0, abs=1e-6)
    match.oks[0, candidate] = 0.70
    levels[0].displacements[0, candidate] = 5
    assert refinement_loss(levels, poses, match, people).item() == 0


def test_the_second_term_knows_each_levels_stride():
    levels, people = blank(), one_person()
    _, poses = embedded_poses(levels)
    match = no_match(levels)
    match.oks[0, 16 * 16 + 3 * 8 + 3] = 0.9  # stride 16: the candidate's centre is at 56, 56
    misses = [math.hypot(x - 56, y - 56) for x in (50, 70) for y in (50, 70)]
    assert refinement_loss(levels, poses, match, people).item() == pytest.approx(sum(misses) / 64, rel=1e-5)


def test_the_third_term_is_focal_loss_over_the_number_of_positives():
    levels = blank()
    for level in levels:
        level.scores.fill_(1.0)
    match = no_match(levels)
    count = match.oks.shape[1]
    match.oks[0, :4] = torch.tensor([0.61, 0.9, 0.55, 0.5])  # two positive, two in between
    ignored = torch.zeros(1, count, dtype=torch.bool)
    ignored[0, 3:13] = True
    p = 1 / (1 + math.exp(-1))
    positive = -ALPHA * (1 - p) ** GAMMA * math.log(p)
    negative = -(1 - ALPHA) * p**GAMMA * math.log(1 - p)
    wanted = (2 * positive + (count - 4 - 9) * negative) / 2
    assert score_loss(levels, match, ignored).item() == pytest.approx(wanted, rel=1e-4)


def test_the_fourth_term_is_the_squared_difference_for_each_keypoint_and_level():
    levels = blank()
    assert heatmap_loss(levels, nobody()).item() == 0
    levels[1].heatmaps[0, 3, 2, 2] = 0.5
    assert heatmap_loss(levels, nobody()).item() == pytest.approx(0.25 / 4)
    # Keypoint 3 is not labelled: within the box, 45 to 75, nothing counts. Elsewhere Gaussians are missing on all
    # levels.
    before = heatmap_loss(blank(), one_person())
    levels[1].heatmaps[0, 3, 2, 2] = 0
    levels[1].heatmaps[0, 3, 3, 3] = 7
    torch.testing.assert_close(heatmap_loss(levels, one_person()), before)
    assert before > 0


def test_the_total_is_the_batch_size_times_the_sum_of_its_parts():
    gains = Gains(coarse=1.0, refined=2.0, scores=3.0, heatmaps=4.0)
    found = PoseDetLoss(gains)(blank(3), one_person(3))
    plain = PoseDetLoss(Gains(1.0, 1.0, 1.0, 1.0))(blank(3), one_person(3))
    assert set(found) == {"total", "coarse", "refined", "scores", "heatmaps"}
    for name in ("coarse", "refined", "scores", "heatmaps"):
        gain = getattr(gains, name)
        assert found[name].item() == pytest.approx(gain * plain[name].item())
    parts = [value.item() for name, value in found.items() if name != "total"]
    assert found["total"].item() == pytest.approx(3 * sum(parts), rel=1e-5)


def test_a_batch_of_equal_images_costs_as_much_as_each_by_itself():
    alone, together = (PoseDetLoss()(blank(n), one_person(n))["total"].item() for n in (1, 4))
    assert together == pytest.approx(4 * alone, rel=1e-5)


def test_what_nobody_labelled_or_is_met_exactly_sends_no_gradient():
    levels = blank()
    for level in levels:
        level.coarse.requires_grad_()
    people = one_person()
    people.keypoints[0, 5] = 60  # met exactly
    coarse_loss(levels, coarse_targets(people)).backward()
    moved = levels[0].coarse.grad
    assert torch.isfinite(moved).all()
    assert (moved[0, 7, 7, [6, 11, 12]] != 0).all()
    assert moved[0, 7, 7].abs().sum(dim=1).count_nonzero() == 3
    assert moved.abs().sum(dim=(3, 4)).count_nonzero() == 1


def test_half_precision_levels_give_a_finite_float32_loss():
    levels = [
        Level(*(x.bfloat16().requires_grad_() if x.is_floating_point() else x for x in level[:5])) for level in blank(2)
    ]
    total = PoseDetLoss()(levels, one_person(2))["total"]
    total.backward()
    assert total.dtype == torch.float32
    assert all(torch.isfinite(level.scores.grad).all() for level in levels)


def test_descending_the_gradient_lowers_the_loss():
    torch.manual_seed(0)
    levels = [
        Level(
            level.coarse + 0.1 * torch.randn_like(level.coarse), *level[1:3], torch.randn_like(level.scores), level[4]
        )
        for level in blank(2)
    ]
    for level in levels:
        for x in (level.coarse, level.scores, level.heatmaps):
            x.requires_grad_()
    before = PoseDetLoss()(levels, one_person(2))["total"]
    before.backward()
    with torch.no_grad():
        steps = [{name: getattr(level, name) for name in ("coarse", "scores", "heatmaps")} for level in levels]
        moved = [
            level._replace(
                **{name: x - 0.05 * F.normalize(x.grad.flatten(), dim=0).view_as(x) for name, x in step.items()}
            )
            for level, step in zip(levels, steps, strict=True)
        ]
        after = PoseDetLoss()(moved, one_person(2))["total"]
    assert after < before
