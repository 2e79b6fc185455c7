"""Who is to find whom, on cases small enough to count by hand."""

import math

import pytest
import torch

from methods.ops.people import PeopleBatch
from methods.posedet.heatmaps import DEVIATION, heatmap_targets
from methods.posedet.targets import AREA_OF_BOX, coarse_targets, ignored_points, learnable, match_people
from methods.skeletons import COCO17

KEYPOINTS = 17


def people(poses, *, boxes=None, size=(256, 256), images=1, image_index=None, ignore=None, weights=()) -> PeopleBatch:
    """`poses` holds for each person (keypoint, x, y); `weights` (person, keypoint, weight); unnamed keypoints have
    no label."""
    count = len(poses)
    keypoints, visibility = torch.zeros(count, KEYPOINTS, 2), torch.zeros(count, KEYPOINTS, dtype=torch.long)
    for person, points in enumerate(poses):
        for keypoint, x, y in points:
            keypoints[person, keypoint] = torch.tensor([x, y])
            visibility[person, keypoint] = 2
    label_weights = (visibility > 0).float()
    for person, keypoint, weight in weights:
        label_weights[person, keypoint] = weight
    return PeopleBatch(
        images=torch.zeros(images, 3, *size, dtype=torch.uint8),
        image_index=torch.tensor(image_index or [0] * count, dtype=torch.long),
        boxes=torch.tensor(boxes or [[0, 0, 100, 100]] * count, dtype=torch.float32).reshape(-1, 4),
        keypoints=keypoints,
        visibility=visibility,
        keypoint_weights=label_weights,
        ignore=torch.tensor(ignore or [False] * count, dtype=torch.bool),
    )


def square(x: float, y: float, side: float) -> list[tuple[int, float, float]]:
    """Four keypoints at the corners of a square around x, y."""
    h = side / 2
    return [(5, x - h, y - h), (6, x + h, y - h), (11, x - h, y + h), (12, x + h, y + h)]


def levels_with(batch: PeopleBatch) -> list[int]:
    return [len(target.image) for target in coarse_targets(batch)]


@pytest.mark.parametrize(
    ("side", "level"), [(5, 0), (33, 0), (63.9, 0), (64, 1), (127, 1), (128, 2), (255, 2), (256, 3), (900, 3)]
)
def test_the_level_is_that_of_the_poses_size(side, level):
    batch = people([square(512, 512, side)], size=(1024, 1024))
    assert levels_with(batch) == [int(i == level) for i in range(4)]


def test_the_size_is_the_root_of_the_area():
    tall = [(0, 100, 50), (11, 100 + 32, 50 + 128), (15, 100, 60)]  # 32 x 128: root 64
    assert levels_with(people([tall])) == [0, 1, 0, 0]


def test_the_candidate_is_the_one_nearest_to_the_centroid_of_the_keypoints():
    """Keypoints at 100, 104 and 126: the centroid 110 lies in column 13 (104 to 112), the middle of the box does
    not."""
    batch = people([[(0, 100, 50), (5, 104, 50), (6, 126, 62)]])
    target = coarse_targets(batch)[0]
    assert (target.column.tolist(), target.row.tolist()) == ([13], [6])  # y: 54 lies in 48 to 56
    assert target.keypoints[0, 0].tolist() == pytest.approx([(100 - 108) / 8, (50 - 52) / 8])
    assert target.weights[0].nonzero()[:, 0].tolist() == [0, 5, 6]


def test_table_5_looks_for_poses_at_the_centres_of_their_boxes_instead():
    """The same keypoints: their box is 100 to 126 by 50 to 62, its centre 113, 56, in column 14 and row 7."""
    batch = people([[(0, 100, 50), (5, 104, 50), (6, 126, 62)]])
    target = coarse_targets(batch, box_centre=True)[0]
    assert (target.column.tolist(), target.row.tolist()) == ([14], [7])
    assert target.keypoints[0, 0].tolist() == pytest.approx([(100 - 116) / 8, (50 - 60) / 8])


def test_of_two_poses_with_one_candidate_the_nearer_has_it():
    far, near = square(62, 62, 30), square(60.5, 60, 30)  # the candidate's centre is at 60, 60
    for poses, winner in (([far, near], 60.5), ([near, far], 60.5)):
        target = coarse_targets(people(poses))[0]
        assert len(target.image) == 1
        assert (target.keypoints[0, 5, 0] * 8 + 60 + 15).item() == pytest.approx(winner)


def test_the_same_candidate_of_two_images_has_two_poses():
    target = coarse_targets(people([square(60, 60, 30)] * 2, images=2, image_index=[1, 0]))[0]
    assert sorted(target.image.tolist()) == [0, 1]


def test_too_few_keypoints_crowds_and_keypoints_of_weight_0_teach_nothing():
    batch = people(
        [square(60, 60, 30)[:2], square(60, 60, 30), square(60, 60, 30), square(60, 60, 30)],
        ignore=[False, True, False, False],
        weights=[(2, 5, 0.0), (2, 6, 0.0)],
    )
    assert learnable(batch).tolist() == [False, False, False, True]
    assert levels_with(batch) == [1, 0, 0, 0]


def test_a_centroid_outside_the_image_has_no_candidate():
    assert levels_with(people([square(-5, 60, 30)])) == [0, 0, 0, 0]


def test_oks_of_candidates_by_hand():
    """One of four keypoints is off by one of COCO's standard deviations, exp(-1/2), with half the weight as the
    others."""
    batch = people([square(60, 60, 30)], boxes=[[40, 40, 80, 100]], weights=[(0, 5, 0.5)])
    area = AREA_OF_BOX * 40 * 60
    poses = batch.keypoints[:, None].clone()
    poses[0, 0, 5, 0] += 2 * COCO17.sigmas[5] * math.sqrt(area)
    poses[0, 0, 1] = 999  # not labelled
    match = match_people(poses, batch)
    assert match.oks.item() == pytest.approx((0.5 * math.exp(-0.5) + 3) / 3.5, abs=1e-6)
    assert match.person.item() == 0


def test_every_candidate_is_matched_with_the_most_alike_person_of_its_image():
    batch = people([square(60, 60, 30), square(160, 60, 30), square(60, 60, 30)], images=2, image_index=[0, 0, 1])
    poses = torch.stack([batch.keypoints[[1, 0]], batch.keypoints[[2, 1]]])
    match = match_people(poses, batch)
    assert match.person[0].tolist() == [1, 0]
    assert match.person[1, 0].item() == 2
    assert match.oks.tolist() == [pytest.approx([1, 1]), pytest.approx([1, 0], abs=1e-6)]


def test_nobody_is_like_nobody():
    match = match_people(torch.rand(2, 5, KEYPOINTS, 2), people([], images=2))
    assert (match.oks == 0).all()
    assert levels_with(people([], images=2)) == [0, 0, 0, 0]
    assert not ignored_points(torch.rand(2, 5, 2), people([], images=2)).any()


def test_points_in_the_box_of_a_crowd_are_ignored():
    batch = people([square(60, 60, 30), []], boxes=[[0, 0, 50, 50], [100, 100, 150, 150]], ignore=[False, True])
    points = torch.tensor([[[20.0, 20], [120, 120], [120, 90]]])
    assert ignored_points(points, batch).tolist() == [[False, True, False]]


def test_a_gaussian_stands_at_each_labelled_keypoint():
    batch = people([[(0, 68, 36), (5, 100, 100), (6, 20, 20)]])
    maps, counts = heatmap_targets(batch, 8, torch.Size((1, KEYPOINTS, 32, 32)))
    assert maps[0, 0, 4, 8].item() == pytest.approx(1)  # centre of column 8 and row 4: 68, 36
    assert maps[0, 0, 4, 10].item() == pytest.approx(math.exp(-(2**2) / (2 * DEVIATION**2)))
    assert maps[0, 1].max() == 0
    # Keypoint 1 is not labelled and may be anywhere in the box, 0 to 100: the centres of the first 13 cells lie in it.
    assert counts[0, 0].all()
    assert not counts[0, 1, :13, :13].any()
    assert counts[0, 1, 13:].all()


def test_where_two_gaussians_meet_the_higher_counts():
    batch = people([[(0, 68, 36)], [(0, 84, 36)]])
    maps, _ = heatmap_targets(batch, 8, torch.Size((1, KEYPOINTS, 32, 32)))
    assert maps[0, 0, 4, 8:11].tolist() == pytest.approx([1, math.exp(-1 / 8), 1])


def test_a_crowd_has_no_gaussian_and_counts_nowhere():
    batch = people([square(60, 60, 30)], boxes=[[0, 0, 256, 256]], ignore=[True])
    maps, counts = heatmap_targets(batch, 32, torch.Size((1, KEYPOINTS, 8, 8)))
    assert maps.max() == 0
    assert not counts.any()
