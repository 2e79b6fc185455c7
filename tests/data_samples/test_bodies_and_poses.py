"""Bones, poses and skin, on a stick figure small enough to reckon by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_samples.generate.poses import LIBRARY, mirrored, of_kind, varied
from data_samples.generate.rig import Rig
from data_samples.generate.rotations import about, between, frame, part, turn, vector

angles = st.floats(-3, 3)


def arm():
    """Shoulder at the origin, elbow 1 to the right, hand 2 to the right; a vertex at each, the middle one shared."""
    heads = np.array([[0.0, 0, 0], [1.0, 0, 0]])
    return Rig(
        ("upper", "lower"), (-1, 0), heads, np.array([[0, 0], [0, 1], [1, 1]]), np.array([[1.0, 0], [0.5, 0.5], [1, 0]])
    )


VERTICES = np.array([[0.0, 0, 0], [1.0, 0, 0], [2.0, 0, 0]])


def test_a_turned_shoulder_and_elbow_by_hand():
    """Both turn a quarter about z: the elbow goes up to (0, 1), the hand back to (-1, 1)."""
    rig, quarter = arm(), turn(np.pi / 2)
    posed = rig.skin(VERTICES, *rig.transforms({"upper": quarter, "lower": quarter}))
    assert posed == pytest.approx(np.array([[0, 0, 0], [0, 1, 0], [-1, 1, 0]]), abs=1e-12)


def test_a_fixed_orientation_does_not_follow_the_parent():
    rig = arm()
    posed = rig.skin(VERTICES, *rig.transforms({"upper": turn(np.pi / 2), "=lower": np.eye(3)}))
    assert posed[2] == pytest.approx([1, 1, 0])


def test_rest_pose_leaves_vertices_where_they_are():
    rig = arm()
    assert rig.skin(VERTICES, *rig.transforms({})) == pytest.approx(VERTICES)


@given(st.tuples(angles, angles, angles), st.floats(0.05, 3))
def test_rotations_keep_lengths_and_can_be_parted(axis, angle):
    if np.linalg.norm(axis) < 0.1:
        return
    rotation = about(np.array(axis), angle)
    assert rotation @ rotation.T == pytest.approx(np.eye(3), abs=1e-9)
    assert np.linalg.norm(vector(rotation)) == pytest.approx(angle, abs=1e-6)
    half = part(rotation, 0.5)
    assert half @ half == pytest.approx(rotation, abs=1e-6)


@pytest.mark.parametrize("end", [[0, 0, 1], [1, 0, 0], [-1, 0, 0], [0.3, -0.2, 0.5]])
def test_between_takes_one_direction_to_another(end):
    end = np.array(end, dtype=float)
    rotation = between(np.array([1.0, 0, 0]), end)
    assert rotation @ [1, 0, 0] == pytest.approx(end / np.linalg.norm(end))
    assert np.linalg.det(rotation) == pytest.approx(1)


def test_a_frame_is_right_handed():
    columns = frame(np.array([0.0, 0, 2]), np.array([1.0, 0, 5]))
    assert columns == pytest.approx(np.array([[0, 1, 0], [0, 0, 1], [1, 0, 0]]))


def test_mirroring_twice_gives_the_pose_back():
    for pose in LIBRARY:
        assert mirrored(mirrored(pose)) == pose
    assert mirrored(LIBRARY[2]).right_arm == LIBRARY[2].left_arm


def test_variation_is_small_repeatable_and_turned_off_by_zero():
    first, second = (varied(LIBRARY[0], np.random.default_rng(3)) for _ in range(2))
    assert first == second
    assert varied(LIBRARY[0], np.random.default_rng(4)) != first
    upper = np.array(first.left_arm.upper)
    known = [np.array(limb.upper) for limb in (LIBRARY[0].left_arm, LIBRARY[0].right_arm)]
    assert max(upper @ k / np.linalg.norm(upper) / np.linalg.norm(k) for k in known) > 0.9
    still = varied(LIBRARY[0], np.random.default_rng(3), 0.0)
    assert still.lean in (LIBRARY[0].lean, -LIBRARY[0].lean)


def test_kinds_are_chosen_and_driving_is_left_to_drivers():
    assert {pose.kind for pose in of_kind("sitting", "driving")} == {"sitting", "driving"}
    assert "driving" not in {pose.kind for pose in of_kind()}
    assert {"standing", "walking", "running", "sitting", "squatting", "jumping", "throwing", "kicking", "lying"} <= {
        pose.kind for pose in LIBRARY
    }
