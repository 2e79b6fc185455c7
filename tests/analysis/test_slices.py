"""Slices of people: who belongs to which, and AP and AR of those alone."""

import numpy as np
import pytest

from methods.analysis.slices import SliceScores, at_edge, overlaps, slice_scores, slices_of
from methods.metrics.ground_truth import GroundTruth
from methods.metrics.matching import match


def members(data) -> dict[str, list[int]]:
    matching = match(data, [])
    return {
        each.name: np.flatnonzero(each.people).tolist()
        for each in slices_of(matching.ground_truth, matching.detections)
    }


def test_overlap(make_data, make_person) -> None:
    """Boxes of 50 x 50: alone; shifted by 25 (IoU 1/3); shifted by 40 (IoU 1/9); a crowd overlaps nobody."""
    people = [make_person(x, y) for x, y in [(400, 400), (100, 100), (125, 100), (200, 300), (240, 300)]]
    crowd = make_person(400, 400, iscrowd=1)
    data = make_data({1: [*people, crowd], 2: [make_person(400, 400)]})
    assert overlaps(GroundTruth.of(data)).tolist() == pytest.approx([0, 1 / 3, 1 / 3, 1 / 9, 1 / 9, 0, 0])
    found = members(data)
    assert found["overlap/alone"] == [0, 6]
    assert found["overlap/IoU up to 0.3"] == [3, 4]
    assert found["overlap/IoU above 0.3"] == [1, 2]


def test_visible_keypoints(make_data, make_person) -> None:
    def seen(count):
        return make_person(100, 100, keypoints=[100, 100, 2] * count + [100, 100, 1] * (17 - count))

    found = members(make_data({i: [seen(count)] for i, count in enumerate([0, 6, 7, 12, 13, 17])}))
    assert found["visible keypoints/0 to 6"] == [0, 1]
    assert found["visible keypoints/7 to 12"] == [2, 3]
    assert found["visible keypoints/13 to 17"] == [4, 5]


def test_the_edge_of_the_image(make_data, make_person) -> None:
    """The image is 640 x 480 px; boxes of 50 x 50 around these points."""
    places = [(26, 100), (28, 100), (614, 100), (300, 454), (300, 452)]
    data = make_data({1: [make_person(*place) for place in places]})
    assert at_edge(GroundTruth.of(data)).tolist() == [True, False, True, True, False]


def test_every_person_who_counts_is_once_in_overlap_keypoints_and_edge(make_data, random_case) -> None:
    for seed in range(10):
        content, _ = random_case(seed, 5)
        data = make_data(content)
        counted = np.flatnonzero(~GroundTruth.of(data).ignored).tolist()
        for group in ("overlap", "visible keypoints", "edge of the image"):
            found = [i for name, people in members(data).items() if name.startswith(f"{group}/") for i in people]
            assert sorted(found) == counted


@pytest.fixture
def scored(make_data, make_person, make_detection):
    """A large person found, a medium one not; a small false detection before."""
    large, medium = make_person(300, 200, area=150.0**2), make_person(60, 60)
    found = [make_detection(1, 500, 400, 0.9), make_detection(1, 300, 200, 0.8, bbox=[200, 100, 200, 200])]
    result = slice_scores(match(make_data({1: [large, medium]}), found), resamples=20)
    return {(row.group, row.name): row for row in result.rows}, result


def test_scores(scored) -> None:
    rows, _ = scored
    large, medium = rows["size", "large"], rows["size", "medium"]
    assert (large.ap, large.ar, large.people) == (pytest.approx(1), 1, 1)  # the false one is not of that size
    assert (medium.ap, medium.ar, medium.people) == (0, 0, 1)
    everyone = rows["visible keypoints", "13 to 17"]
    assert everyone.ap == pytest.approx(0.5 * 51 / 101)
    assert everyone.ar == 0.5
    assert (everyone.ap_low, everyone.ap_high) == pytest.approx((everyone.ap, everyone.ap))  # one image only
    nobody = rows["overlap", "IoU above 0.3"]
    assert nobody.people == 0
    assert np.isnan([nobody.ap, nobody.ar, nobody.ap_low]).all()


def test_table_and_json(scored) -> None:
    _, result = scored
    assert result.to_pandas().columns.tolist()[:4] == ["group", "name", "people", "ap"]
    assert SliceScores.from_json(result.to_json()).to_json() == result.to_json()
