"""Tables of people and of single errors."""

import numpy as np
import pytest

from methods.analysis.delta_oks import best_detection, best_oks
from methods.analysis.error_types import find_errors
from methods.analysis.instances import FalsePositive, error_table, false_at, false_positives
from methods.analysis.people import people_table
from methods.metrics.ground_truth import GroundTruth
from methods.metrics.matching import match


def test_people(make_data, make_person) -> None:
    """Two who overlap by half of each (IoU 1/3), one at the edge, a crowd that is nobody, a small one."""
    people = [make_person(100, 100), make_person(125, 100), make_person(20, 300)]
    people += [make_person(400, 100, iscrowd=1), make_person(500, 400, area=30.0**2)]
    table = people_table(GroundTruth.of(make_data({7: people})))
    assert table.index.tolist() == [0, 1, 2, 4]
    assert table["image_id"].tolist() == [7] * 4
    assert table["person"].tolist() == [0, 1, 2, 4]
    assert table["highest_iou"].tolist() == pytest.approx([0.333, 0.333, 0, 0])
    assert table["cut_off"].tolist() == [False, False, True, False]
    assert table["overlap"].tolist() == ["IoU above 0.3", "IoU above 0.3", "alone", "alone"]
    assert table["size"].tolist() == ["medium", "medium", "medium", "small"]
    assert table["visible keypoints"].tolist() == ["13 to 17"] * 4


def test_errors(make_data, make_person, make_detection) -> None:
    """One person found but for a wrist, one not found, one false detection."""
    data = make_data({3: [make_person(100, 100), make_person(400, 400)]})
    off = make_detection(3, 100, 100, 0.9)
    off["keypoints"][27:29] = [300, 300]
    matching = match(data, [make_detection(3, 250, 250, 0.5), off])
    table = error_table(find_errors(matching))
    assert table["kind"].tolist() == ["miss", "background", "missed"]
    assert table["keypoint"].tolist() == ["left_wrist", "", ""]
    assert table["person"].tolist() == [0, -1, 1]
    assert matching.detections.position[table["detection"][:2]].tolist() == [1, 0]
    assert table["image_id"].tolist() == [3, 3, 3]
    assert table["score"][:2].tolist() == [0.9, 0.5]
    assert np.isnan(table["score"][2])


def test_the_nearest_detection(make_data, make_person, make_detection) -> None:
    data = make_data({1: [make_person(100, 100)], 2: [make_person(100, 100)]})
    matching = match(data, [make_detection(1, 110, 100, 0.9), make_detection(1, 101, 100, 0.3)])
    nearest = best_detection(matching)
    assert matching.detections.scores[nearest[0]] == 0.3
    assert nearest[1] == -1
    pairs = matching.pairs
    assert best_oks(matching)[0] == pairs.oks[pairs.detection == nearest[0]][0]


def test_a_false_positive_is_a_duplicate_poorly_localised_or_nobody(make_data, make_person, make_detection) -> None:
    matching = match(
        make_data({1: [make_person(100, 100)]}),
        [make_detection(1, 100 + off, 100, score) for off, score in ((0, 0.9), (2, 0.8), (15, 0.7), (300, 0.6))],
    )
    oks = matching.pairs.oks[matching.pairs.detection == 2]
    assert 0.1 <= oks.max() < 0.5  # so that the third is what the test means
    kinds = false_positives(matching, find_errors(matching).background)
    assert list(kinds.values()) == [FalsePositive.DUPLICATE, FalsePositive.POOR_LOCALISATION, FalsePositive.NOBODY]
    at_half = false_at(matching, 0.5, 0.65)
    assert matching.detections.scores[at_half].tolist() == [0.8, 0.7]
    assert false_positives(matching, at_half) == {each: kinds[each] for each in at_half.tolist()}


def test_who_is_too_far_off_for_the_threshold_is_no_duplicate(make_data, make_person, make_detection) -> None:
    """The only detection of a person, at an OKS between 0.5 and 0.95."""
    matching = match(make_data({1: [make_person(100, 100)]}), [make_detection(1, 102, 100, 0.9)])
    assert 0.5 <= matching.pairs.oks[0] < 0.95
    assert false_at(matching, 0.5, 0).tolist() == []
    false = false_at(matching, 0.95, 0)
    assert list(false_positives(matching, false, 0.95).values()) == [FalsePositive.POOR_LOCALISATION]
