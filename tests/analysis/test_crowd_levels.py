"""CrowdPose's measures: levels by crowd index, and AP of a level as pycocotools has it for these images alone."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycocotools.cocoeval import COCOeval

from methods.analysis.crowd_levels import BOUNDS, CrowdAP, crowd_ap, levels_of
from methods.analysis.speed.ap import as_pycocotools
from methods.skeletons import COCO17, CROWDPOSE14

INDICES = [0.0, 0.1999, 0.2, 0.79, 0.8, 1.0]


def with_indices(data, indices):
    images = tuple(replace(image, crowd_index=index) for image, index in zip(data, indices, strict=True))
    return replace(data, images=images)


def test_bounds_are_those_of_the_tool(make_data) -> None:
    data = with_indices(make_data({i: [] for i in range(6)}), INDICES)
    assert levels_of(data).tolist() == ["easy", "easy", "medium", "medium", "hard", "hard"]


def test_levels_follow_image_ids_whatever_the_order_of_the_file(make_data) -> None:
    data = with_indices(make_data({9: [], 2: [], 5: []}), [0.9, 0.0, 0.5])
    assert levels_of(data).tolist() == ["easy", "medium", "hard"]


def test_the_index_is_computed_where_the_file_has_none(make_data, make_person) -> None:
    """Two people in the same place: all keypoints of one are in the other's box."""
    data = make_data({1: [make_person(100, 100)], 2: [make_person(100, 100), make_person(101, 100)]})
    assert levels_of(data).tolist() == ["easy", "hard"]


def test_a_image_of_each_level(make_data, make_person, make_detection) -> None:
    """Found: all of the easy image, none of the fairly crowded one, half of the hard one, before a false detection."""
    people = [make_person(100, 100), make_person(400, 400)]
    data = with_indices(make_data({1: people, 2: people, 3: people}), [0.1, 0.5, 0.9])
    found = [(1, 100, 100, 0.9), (1, 400, 400, 0.9), (3, 100, 100, 0.8), (3, 250, 250, 0.7)]
    result = crowd_ap(data, [make_detection(*one) for one in found])
    assert (result.ap_easy, result.ap_medium, result.ap_hard) == pytest.approx((1, 0, 51 / 101))
    assert (result.ap, result.ap50, result.ar) == pytest.approx((51 / 101, 51 / 101, 0.5))
    assert result.images == {"easy": 1, "medium": 1, "hard": 1}
    assert CrowdAP.from_json(result.to_json()) == result
    assert result.to_pandas().loc[0, "ap_medium"] == 0


def test_a_level_without_images_is_undefined(make_data, make_person) -> None:
    result = crowd_ap(with_indices(make_data({1: [make_person(100, 100)]}), [0.0]), [])
    assert result.ap_easy == 0
    assert np.isnan([result.ap_medium, result.ap_hard]).all()


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32 - 1))
def test_each_level_is_an_evaluation_of_its_images_alone(make_data, random_case, seed) -> None:
    """As crowdposetools does it: COCO's evaluation with areas of 0.53 times the box, on some of the images."""
    content, found = random_case(seed, 5)
    if not found:
        return
    generator = np.random.default_rng(seed)
    data = with_indices(make_data(content), generator.choice(INDICES, len(content)))
    result = crowd_ap(data, found)
    ground_truth = as_pycocotools(data)
    for annotation in ground_truth.dataset["annotations"]:
        annotation["area"] = annotation["bbox"][3] * annotation["bbox"][2] * 0.53
    levels = levels_of(data)
    for level in BOUNDS:
        evaluator = COCOeval(ground_truth, ground_truth.loadRes([dict(detection) for detection in found]), "keypoints")
        evaluator.params.imgIds = [i for i, name in zip(sorted(content), levels, strict=True) if name == level]
        if evaluator.params.imgIds:
            evaluator.evaluate()
            evaluator.accumulate()
            expected = evaluator.eval["precision"][:, :, :, 0, 0].mean()
            assert np.nan_to_num(getattr(result, f"ap_{level}"), nan=-1) == pytest.approx(expected, abs=1e-12)


def test_fourteen_keypoints(make_data, make_person, make_detection) -> None:
    person = make_person(100, 100)
    data = make_data({1: [person]})
    short = {"keypoints": [100, 100, 2] * 14}
    people = replace(data[0].people, annotations=(person | short,))
    data = replace(data, images=(replace(data[0], people=people, crowd_index=0.9),), skeleton=CROWDPOSE14)
    result = crowd_ap(data, [make_detection(1, 100, 100, 0.9, **short)])
    assert result.ap_hard == pytest.approx(1)
    assert len(COCO17) == 17
