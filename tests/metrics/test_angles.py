"""Joint angles: known angles, bias and limits by hand, and skeletons that lack some."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from methods.metrics.angles import AngleErrors, angle_pairs, measure_angles
from methods.metrics.paired_people import PairedPeople
from methods.skeletons import AP10K17, COCO17, H36M17, HAND21

SHOULDER, ELBOW, WRIST = (COCO17.keypoints.index(f"left_{part}") for part in ("shoulder", "elbow", "wrist"))


def bent(degrees: list[float]) -> np.ndarray:
    """People [n, 17, 2] of whom only the left arm is there, bent by so much at the elbow."""
    keypoints = np.full((len(degrees), 17, 2), np.nan)
    keypoints[:, ELBOW] = [50, 50]
    keypoints[:, SHOULDER] = [50, 20]
    keypoints[:, WRIST] = [(50 + 40 * np.sin(np.radians(a)), 50 - 40 * np.cos(np.radians(a))) for a in degrees]
    return keypoints


def people(annotated: np.ndarray, found: np.ndarray, skeleton=COCO17) -> PairedPeople:
    n = len(annotated)
    return PairedPeople(skeleton, np.arange(n), np.zeros(n, int), annotated, found, np.zeros((n, 4)))


def test_bias_and_limits_by_hand() -> None:
    """Differences of 4, 6 and 8 degrees: mean 6, standard deviation 2."""
    found = measure_angles(people(bent([30, 90, 120]), bent([34, 96, 128])))
    elbow = found.rows[0]
    assert (elbow.joint, elbow.annotated, elbow.found) == ("left elbow", 3, 3)
    assert (elbow.bias, elbow.deviation, elbow.mean_absolute) == pytest.approx((6, 2, 6))
    assert (elbow.low, elbow.high) == pytest.approx((6 - 1.96 * 2, 6 + 1.96 * 2))
    assert [row.found for row in found.rows[1:]] == [0] * 7
    assert np.isnan(found.rows[1].bias)


@given(degrees=st.floats(0, 360), turn=st.floats(0, 360), size=st.floats(0.1, 100))
def test_neither_turn_nor_size_nor_mirroring_matter(degrees, turn, size) -> None:
    angle = np.radians(turn)
    turned = bent([degrees]) @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]) * size
    for other in (turned, turned * [-1, 1]):
        (pair,) = (each for each in angle_pairs(people(bent([degrees]), other)) if len(each.found))
        assert pair.found[0] == pytest.approx(min(degrees, 360 - degrees), abs=1e-4)


def test_keypoints_that_are_not_there_or_in_one_place_have_no_angle() -> None:
    annotated, found = bent([30, 60, 90]), bent([30, 60, 90])
    found[0, WRIST] = np.nan
    found[1, WRIST] = found[1, ELBOW]
    elbow = measure_angles(people(annotated, found)).rows[0]
    assert (elbow.annotated, elbow.found, elbow.bias) == (3, 1, 0)
    assert np.isnan(elbow.deviation)
    assert np.isnan(elbow.low)


@pytest.mark.parametrize(
    ("skeleton", "count", "lacks"),
    [
        (COCO17, 8, ""),
        (H36M17, 8, ""),  # whose feet are ankles
        (AP10K17, 4, "left elbow, right elbow, left knee, right knee"),
        (HAND21, 0, "left elbow"),
    ],
)
def test_which_joints_a_skeleton_has(skeleton, count, lacks) -> None:
    nothing = np.zeros((0, len(skeleton), 2))
    found = measure_angles(people(nothing, nothing, skeleton))
    assert len(found.rows) == count
    assert lacks in found.sentence()
    assert (found.sentence() == "") == (count == 8)
    assert AngleErrors.from_json(found.to_json()).to_json() == found.to_json()
    assert len(found.to_pandas()) == count
