"""Poses: checks on construction, order, selection, equality and export."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from methods.types import Poses, Timing


def make_poses(scores, num_keypoints=17, visibility=True):
    scores = np.asarray(scores, dtype=np.float32)
    n = len(scores)
    rng = np.random.default_rng(n)
    corners = rng.uniform(0, 100, (n, 2))
    return Poses(
        boxes=np.concatenate([corners, corners + 50], axis=1),
        scores=scores,
        keypoints=rng.uniform(0, 150, (n, num_keypoints, 2)),
        keypoint_scores=rng.uniform(0, 1, (n, num_keypoints)),
        visibility=rng.dirichlet([1, 1, 1], (n, num_keypoints)) if visibility else None,
    )


def test_best_score_comes_first_and_everything_follows_it():
    poses = Poses(
        boxes=[[0, 0, 1, 1], [5, 5, 9, 9]],
        scores=[0.2, 0.9],
        keypoints=[[[1, 1]], [[7, 7]]],
        keypoint_scores=[[0.1], [0.8]],
    )
    assert poses.scores.tolist() == pytest.approx([0.9, 0.2])
    assert poses.boxes[0].tolist() == [5, 5, 9, 9]
    assert poses.keypoints[0].tolist() == [[7, 7]]
    assert poses.keypoint_scores[0].tolist() == pytest.approx([0.8])


def test_equal_scores_keep_their_order():
    poses = Poses(np.zeros((3, 4)), [0.5, 0.5, 0.5], np.arange(6).reshape(3, 1, 2), np.zeros((3, 1)))
    assert poses.keypoints[:, 0, 0].tolist() == [0, 2, 4]


def test_arrays_are_float32_copies_that_nobody_can_change():
    boxes = np.zeros((1, 4))
    poses = Poses(boxes, np.ones(1), np.zeros((1, 17, 2)), np.zeros((1, 17)))
    boxes[:] = 7
    assert poses.boxes.dtype == np.float32
    assert poses.boxes.max() == 0
    with pytest.raises(ValueError, match="read-only"):
        poses.boxes[0, 0] = 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("boxes", np.zeros((2, 3))),
        ("scores", np.zeros((2, 1))),
        ("keypoints", np.zeros((2, 17))),
        ("keypoint_scores", np.zeros((2, 16))),
        ("visibility", np.zeros((2, 17, 2))),
    ],
)
def test_wrong_shapes_are_refused_by_name(field, value):
    fields = {
        "boxes": np.zeros((2, 4)),
        "scores": np.zeros(2),
        "keypoints": np.zeros((2, 17, 2)),
        "keypoint_scores": np.zeros((2, 17)),
    }
    with pytest.raises(ValueError, match=field):
        Poses(**{**fields, field: value})


def test_empty_is_normal():
    poses = Poses.empty()
    assert len(poses) == 0
    assert poses.keypoints.shape == (0, 17, 2)
    assert poses.to_coco(1) == []
    assert len(poses.to_pandas()) == 0
    assert len(poses[np.zeros(0, bool)]) == 0
    assert len(poses[[]]) == 0


@given(st.lists(st.booleans(), min_size=0, max_size=6))
def test_mask_selects_the_same_people(mask):
    poses = make_poses(np.linspace(0.9, 0.1, len(mask)))
    chosen = poses[np.array(mask, dtype=bool)]
    assert len(chosen) == sum(mask)
    assert chosen.visibility is not None
    assert np.array_equal(chosen.keypoints, poses.keypoints[np.array(mask, dtype=bool)])


def test_slices_and_indices_select_people_and_one_number_is_refused():
    poses = make_poses([0.9, 0.5, 0.1])
    assert poses[:2] == poses[[0, 1]]
    assert poses[[2, 0]] == poses[[0, 2]]  # a Poses is sorted by score, however it was asked for
    with pytest.raises(TypeError, match="ambiguous"):
        poses[0]


def test_equality_counts_nan_as_equal_and_notices_any_change():
    scores = np.full((1, 17), np.nan)
    first = Poses(np.zeros((1, 4)), [0.5], np.zeros((1, 17, 2)), scores)
    same = Poses(np.zeros((1, 4)), [0.5], np.zeros((1, 17, 2)), scores)
    moved = Poses(np.zeros((1, 4)), [0.5], np.full((1, 17, 2), 0.01), scores)
    assert first == same
    assert first != moved
    assert first.allclose(moved, atol=0.02)
    assert first != Poses.empty()
    assert first != "something else"
    assert make_poses([0.5]) != make_poses([0.5], visibility=False)


def test_coco_results_of_a_hand_made_person():
    keypoints = np.array([[[1, 2], [3, 4], [np.nan, np.nan]]])
    poses = Poses([[10, 20, 30, 60]], [0.75], keypoints, [[0.5, np.nan, 0.9]])
    (result,) = poses.to_coco(image_id=42)
    assert result == {
        "image_id": 42,
        "category_id": 1,
        "bbox": [10.0, 20.0, 20.0, 40.0],
        "keypoints": [1.0, 2.0, 0.5, 3.0, 4.0, 0.0, 0.0, 0.0, 0.0],
        "score": 0.75,
    }


def test_table_has_a_row_per_person_and_keypoint():
    table = make_poses([0.9, 0.4]).to_pandas()
    assert len(table) == 34
    assert table.columns.tolist() == [
        "person", "score", "keypoint", "x", "y", "keypoint_score", "absent", "occluded", "visible",
    ]  # fmt: skip
    assert table.loc[17, "person"] == 1
    assert table.loc[17, "keypoint"] == "nose"
    assert "visible" not in make_poses([0.9], visibility=False).to_pandas().columns


def test_total_time_is_the_sum_of_stages():
    assert Timing(1.0, 20.0, 3.0).total == 24.0
