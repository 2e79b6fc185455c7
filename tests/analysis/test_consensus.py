"""What several methods find alike: medians of poses of one person, and nobody whom too few find."""

import numpy as np
import pytest

from methods.analysis.consensus import find_consensus
from methods.skeletons import COCO17


def pose(x: float, y: float = 0) -> np.ndarray:
    return np.array([[x + 20 * (k % 4), y + 20 * (k // 4)] for k in range(17)], dtype=float)


def test_the_median_of_what_three_methods_find() -> None:
    shifted = [pose(100), pose(101), pose(105)]
    shifted[2][9] += 60  # one method's left wrist lies elsewhere
    found = find_consensus({"a": shifted[0][None], "b": shifted[1][None], "c": shifted[2][None]}, COCO17.sigmas)
    assert found.methods == (("a", "b", "c"),)
    np.testing.assert_allclose(found.keypoints[0, 0], pose(101)[0])
    assert found.certain[0].tolist() == [k != 9 for k in range(17)]
    assert 0.7 < found.likeness[0] < 1


@pytest.mark.parametrize(("finders", "people"), [(1, 0), (2, 0), (3, 1), (4, 1)])
def test_most_methods_have_to_find_somebody(finders, people) -> None:
    """Three of four are two thirds, two are not."""
    nobody = np.zeros((0, 17, 2))
    poses = {f"method {i}": pose(50)[None] if i < finders else nobody for i in range(4)}
    assert len(find_consensus(poses, COCO17.sigmas).methods) == people


def test_poses_that_differ_are_no_consensus() -> None:
    """Near enough to be the same person, too far apart to agree."""
    poses = {"a": pose(0)[None], "b": pose(9)[None]}
    assert len(find_consensus(poses, COCO17.sigmas).methods) == 0
    assert len(find_consensus(dict.fromkeys(poses, poses["a"]), COCO17.sigmas).methods) == 1


def test_keypoints_that_half_of_the_methods_lack_are_not_there() -> None:
    without = pose(0)
    without[3] = np.nan
    found = find_consensus({"a": pose(0)[None], "b": without[None]}, COCO17.sigmas)
    assert np.isnan(found.keypoints[0, 3]).all()
    assert not found.certain[0, 3]
    assert found.likeness[0] == 1


def test_nobody_and_several() -> None:
    assert find_consensus({"a": np.zeros((0, 17, 2)), "b": np.zeros((0, 17, 2))}, COCO17.sigmas).keypoints.shape == (
        0, 17, 2,
    )  # fmt: skip
    both = np.stack([pose(0), pose(400)])
    found = find_consensus({"a": both, "b": both[::-1]}, COCO17.sigmas)
    assert sorted(found.keypoints[:, 0, 0].tolist()) == [0, 400]
