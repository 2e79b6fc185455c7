"""OKS: hand-computed values, the rules of its docstring, and the same numbers as pycocotools."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pycocotools.cocoeval import COCOeval

from methods.ops.oks import extent_area, oks, pose_oks
from methods.skeletons import COCO17

SIGMAS = np.array(COCO17.sigmas)
COORDINATES = st.floats(0, 1000, width=32)


def poses(least: int = 0, most: int = 4):
    """N poses [N, 17, 2] within 1000 x 1000 px."""
    shape = st.integers(least, most).map(lambda n: (n, 17, 2))
    return shape.flatmap(lambda s: arrays(np.float64, s, elements=COORDINATES))


def test_by_hand() -> None:
    """Two keypoints of sigma 0.05 and 0.1, a person of 100 x 100 px: one is right, the other 20 px off."""
    ground_truth = np.array([[[10.0, 10.0], [50.0, 50.0]]])
    found = ground_truth + np.array([[0, 0], [12, 16]])
    off = math.exp(-(20**2) / (2 * 100**2 * (2 * 0.1) ** 2))
    assert oks(found, ground_truth, np.array([100.0**2]), np.array([0.05, 0.1])) == pytest.approx((1 + off) / 2)
    assert off == pytest.approx(math.exp(-0.5))


def test_one_standard_deviation_off_is_worth_0_61_at_every_keypoint() -> None:
    """COCO's definition: k = 2 sigma, so a distance of k sqrt(area) gives exp(-1/2) whatever the keypoint."""
    area = 80.0**2
    ground_truth = np.full((1, 17, 2), 200.0)
    found = ground_truth + np.stack([2 * SIGMAS * math.sqrt(area), np.zeros(17)], axis=1)
    one_by_one = [
        oks(found, ground_truth, np.array([area]), SIGMAS, np.eye(17, dtype=bool)[[i]])[0, 0] for i in range(17)
    ]
    assert one_by_one == pytest.approx([math.exp(-0.5)] * 17)


def test_unlabelled_keypoints_do_not_count() -> None:
    ground_truth = np.zeros((1, 17, 2))
    found = ground_truth.copy()
    found[0, 5:] = 900
    labelled = np.arange(17)[None] < 5
    assert oks(found, ground_truth, np.array([1e4]), SIGMAS, labelled) == pytest.approx(1)
    assert oks(found, ground_truth, np.array([1e4]), SIGMAS) == pytest.approx(5 / 17)


def test_a_person_without_labelled_keypoints_gives_0() -> None:
    same = np.zeros((1, 17, 2))
    assert oks(same, same, np.array([1e4]), SIGMAS, np.zeros((1, 17), bool)) == 0


@pytest.mark.parametrize("in_ground_truth", [False, True])
def test_a_removed_keypoint_counts_as_wrong(in_ground_truth: bool) -> None:
    whole, part = np.zeros((1, 17, 2)), np.zeros((1, 17, 2))
    part[0, 3] = np.nan
    pair = (whole, part) if in_ground_truth else (part, whole)
    assert oks(*pair, np.array([1e4]), SIGMAS) == pytest.approx(16 / 17)


@pytest.mark.parametrize(("n", "m"), [(0, 0), (0, 2), (3, 0)])
def test_nobody(n: int, m: int) -> None:
    found, ground_truth = np.zeros((n, 17, 2)), np.zeros((m, 17, 2))
    assert oks(found, ground_truth, np.ones(m), SIGMAS, np.ones((m, 17), bool)).shape == (n, m)
    assert pose_oks(found, ground_truth, SIGMAS).shape == (n, m)


@given(
    found=poses(1),
    ground_truth=poses(1),
    flags=arrays(np.int64, (4, 17), elements=st.integers(0, 2)),
    areas=arrays(np.float64, 4, elements=st.floats(0, 1e5)),
)
def test_same_as_pycocotools(found, ground_truth, flags, areas) -> None:
    flags, areas = flags[: len(ground_truth)], areas[: len(ground_truth)]
    flags[:, 0] = 2  # a person without labelled keypoints is measured by the box there
    evaluator = COCOeval(iouType="keypoints")
    evaluator.params.maxDets = [20]
    for pose, flag, area in zip(ground_truth, flags, areas, strict=True):
        keypoints = np.column_stack([pose, flag]).ravel()
        evaluator._gts[1, 1].append({"keypoints": keypoints, "bbox": [0, 0, 1, 1], "area": area})
    for pose in found:
        evaluator._dts[1, 1].append({"keypoints": np.column_stack([pose, np.ones(17)]).ravel(), "score": 0.5})
    expected = evaluator.computeOks(1, 1)
    np.testing.assert_allclose(oks(found, ground_truth, areas, SIGMAS, flags > 0), expected, rtol=0, atol=1e-12)


@given(first=poses(), second=poses())
def test_between_predictions_it_is_symmetric_and_within_0_and_1(first, second) -> None:
    forth, back = pose_oks(first, second, SIGMAS), pose_oks(second, first, SIGMAS)
    np.testing.assert_allclose(forth, back.T, rtol=0, atol=1e-12)
    assert ((forth >= 0) & (forth <= 1 + 1e-12)).all()


@given(first=poses(1))
def test_a_pose_is_like_itself(first) -> None:
    np.testing.assert_allclose(np.diag(pose_oks(first, first, SIGMAS)), 1)


@given(first=poses(1), second=poses(1), dx=st.floats(-500, 500), dy=st.floats(-500, 500))
def test_moving_both_poses_changes_nothing(first, second, dx, dy) -> None:
    by = np.array([dx, dy])
    moved = pose_oks(first + by, second + by, SIGMAS)
    np.testing.assert_allclose(moved, pose_oks(first, second, SIGMAS), rtol=0, atol=1e-6)


def test_the_scale_between_predictions_is_the_mean_of_both_extents() -> None:
    """Extents 100 x 40 and 100 x 60 px; one keypoint is 20 px off, the others agree."""
    first = np.zeros((1, 17, 2))
    first[0, 0], first[0, 1] = [100, 0], [0, 40]
    second = first.copy()
    second[0, 1] = [0, 60]
    off = math.exp(-(20**2) / (2 * (4000 + 6000) / 2 * (2 * SIGMAS[1]) ** 2))
    assert pose_oks(first, second, SIGMAS) == pytest.approx((16 + off) / 17)


def test_extent_area() -> None:
    found = np.full((4, 3, 2), np.nan)
    found[0] = [[0, 0], [100, 50], [20, 20]]
    found[1] = [[5, 5], [105, 6], [20, 5]]  # 100 x 1 px counts as 100 x 32
    found[2, 0] = [7, 7]  # one keypoint: 32 x 32
    assert extent_area(found).tolist() == [5000, 3200, 1024, 1024]  # no keypoint at all: 32 x 32
    assert extent_area(np.zeros((0, 17, 2))).shape == (0,)
