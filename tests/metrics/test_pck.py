"""PCK against sizes computed by hand; what is left out or missed is wrong, and said."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from methods.metrics.matching import match
from methods.metrics.paired_people import PairedPeople, pair_people
from methods.metrics.pck import Pck, measure_pck
from methods.skeletons import AP10K17, COCO17, CROWDPOSE14, H36M17, HAND21, KNOWN, MPII16, POSETRACK17

EARS = [COCO17.keypoints.index(f"{side}_ear") for side in ("left", "right")]
LEFT_SHOULDER, RIGHT_SHOULDER, LEFT_HIP, RIGHT_HIP = (
    COCO17.keypoints.index(f"{side}_{part}") for part in ("shoulder", "hip") for side in ("left", "right")
)


def one_person(skeleton=COCO17, shift=0.0) -> PairedPeople:
    """Keypoints a pixel apart on a line, in a box of 40 x 100 px, all found `shift` px too low."""
    keypoints = np.stack([np.arange(len(skeleton)), np.zeros(len(skeleton))], axis=1)[None].astype(float)
    return PairedPeople(
        skeleton,
        np.array([0]),
        np.array([0]),
        keypoints,
        keypoints + np.array([0, shift]),
        np.array([[0.0, 0, 40, 100]]),
    )


def by_name(people: PairedPeople) -> dict[str, Pck]:
    return {one.reference: one for one in measure_pck(people)}


def test_pixels_at_the_threshold_are_right() -> None:
    found = by_name(one_person(shift=10))["pixels"]
    assert dict(zip(found.titles(), found.everything.shares, strict=True)) == {
        "PCK at 5 px": 0, "PCK at 10 px": 1, "PCK at 20 px": 1,
    }  # fmt: skip
    assert found.curve[9] == 0
    assert found.curve[10] == 1


def test_sizes_by_hand() -> None:
    """The ears are 1 px apart, both shoulder-to-hip ways (5 to 12, 6 to 11) 7 and 5 px, the box's side is 100."""
    found = by_name(one_person(shift=0.5))
    assert found["head"].titles() == ["PCKh@0.1", "PCKh@0.5"]
    assert found["head"].everything.shares == (0, 1)
    assert "ear to right ear, which stands for the head's size" in found["head"].means
    found = by_name(one_person(shift=1.2))  # a fifth of the torso, which is 6
    assert found["torso"].everything.shares == (0, 1)
    assert by_name(one_person(shift=1.21))["torso"].everything.shares == (0, 0)
    assert by_name(one_person(shift=5))["box"].everything.shares == (1, 1)
    assert by_name(one_person(shift=5.1))["box"].everything.shares == (0, 1)


def test_one_way_across_the_torso_is_enough() -> None:
    people = one_person(shift=1.3)  # a fifth of 7 is 1.4, of 5 is 1.0
    people.annotated[0, RIGHT_SHOULDER] = np.nan
    assert by_name(people)["torso"].everything.shares[1] == 1
    people.annotated[0, LEFT_HIP] = np.nan
    assert by_name(people)["torso"].people == 1
    people.annotated[0, LEFT_SHOULDER] = np.nan
    assert by_name(people)["torso"].without_size == 1


def test_without_a_size_people_are_left_out() -> None:
    people = one_person()
    people.annotated[0, EARS[0]] = np.nan
    found = by_name(people)
    assert (found["head"].people, found["head"].without_size) == (0, 1)
    assert np.isnan(found["head"].everything.shares).all()
    assert "1 without are left out" in found["head"].sentence()
    assert found["box"].everything.labelled == 16


def test_missing_keypoints_and_missed_people_are_wrong() -> None:
    people = one_person()
    people.found[0, 0] = np.nan
    found = by_name(people)["box"]
    assert found.everything.shares == (16 / 17, 16 / 17)
    assert (found.keypoints[0].shares, found.keypoints[1].shares) == ((0, 0), (1, 1))
    missed = by_name(replace(people, detection=np.array([-1]), found=np.full_like(people.found, np.nan)))["box"]
    assert (missed.missed, missed.everything.shares) == (1, (0, 0))


@pytest.mark.parametrize(
    ("skeleton", "head"),
    [
        (COCO17, "left ear to right ear"),
        (MPII16, "head top to upper neck"),
        (POSETRACK17, "head top to head bottom"),
        (CROWDPOSE14, "head to neck"),
        (H36M17, "head to neck base"),
        (AP10K17, None),
        (HAND21, None),
    ],
)
def test_what_stands_for_the_head(skeleton, head) -> None:
    found = by_name(one_person(skeleton))
    assert ("head" in found) == (head is not None)
    assert head is None or head in found["head"].means
    assert ("torso" in found) == (skeleton is not HAND21)


@pytest.mark.parametrize("name", KNOWN)
def test_nobody(name) -> None:
    nothing = np.zeros(0, int)
    count = len(KNOWN[name])
    people = PairedPeople(
        KNOWN[name], nothing, nothing, np.zeros((0, count, 2)), np.zeros((0, count, 2)), np.zeros((0, 4))
    )
    for one in measure_pck(people):
        assert (one.people, one.everything.labelled) == (0, 0)
        assert np.isnan(one.curve).all()
        assert Pck.from_json(one.to_json()).to_json() == one.to_json()
        assert len(one.to_pandas()) == count + 1


@given(seed=st.integers(0, 2**32 - 1))
def test_curves_rise_and_keypoints_add_up(make_data, random_case, seed) -> None:
    content, detections = random_case(seed, levels=5)
    people = pair_people(match(make_data(content), detections))
    for one in measure_pck(people):
        if one.everything.labelled:
            assert list(one.curve) == sorted(one.curve)
            right = sum(row.labelled * row.shares[0] for row in one.keypoints if row.labelled)
            assert right / one.everything.labelled == pytest.approx(one.everything.shares[0])
        assert one.people + one.without_size == len(people.person)
