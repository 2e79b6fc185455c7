"""The same digits as pycocotools on random data sets full of ties, crowds and people without keypoints."""

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from methods.analysis.speed.ap import as_pycocotools, made_up, pycocotools_measures
from methods.metrics.ap import keypoint_ap
from methods.metrics.matching import AREAS, match

GRID = 8  # px: keypoints on a coarse grid, so that OKS of several people are equal to the last bit
AREA_CHOICES = [0.0, 900.0, 32.0**2, 4000.0, 96.0**2, 20000.0, 1e11]


def random_person(generator: np.random.Generator) -> dict[str, Any]:
    corner, size = generator.integers(0, 6, 2) * GRID, generator.integers(1, 12, 2) * GRID
    keypoints = corner + generator.integers(0, 4, (17, 2)) * GRID
    flags = generator.choice(3, 17) * (generator.random() > 0.2) * (generator.random(17) > 0.4)
    return {
        "bbox": [*corner.tolist(), *size.tolist()],
        "area": float(generator.choice(AREA_CHOICES)),
        "iscrowd": int(generator.random() < 0.15),
        "keypoints": np.column_stack([keypoints, flags]).ravel().tolist(),
    }


def random_detection(
    generator: np.random.Generator, image_id: int, people: list[dict[str, Any]], boxes: bool, levels: int
) -> dict[str, Any]:
    source = people[generator.integers(len(people))] if people and generator.random() < 0.8 else None
    keypoints = np.array((source or random_person(generator))["keypoints"], dtype=float).reshape(17, 3)
    keypoints[:, :2] += generator.choice([0, 0, 1, GRID]) * generator.integers(-1, 2, (17, 2))
    found = {
        "image_id": image_id,
        "category_id": int(generator.random() < 0.97) or 2,
        "keypoints": keypoints.ravel().tolist(),
        "score": int(generator.integers(-2, levels)) / levels,
    }
    return found | ({"bbox": [0.0, 0.0, *generator.uniform(10, 200, 2).tolist()]} if boxes else {})


def random_data(seed: int) -> tuple[dict[int, list[dict[str, Any]]], list[dict[str, Any]]]:
    """Up to five images, now and then one with more than twenty detections; some people annotated twice."""
    generator = np.random.default_rng(seed)
    boxes, levels = generator.random() < 0.5, int(generator.choice([3, 1000]))
    content, found = {}, []
    for image_id in generator.permutation(50)[: generator.integers(1, 6)].tolist():
        people = [random_person(generator) for _ in range(generator.integers(0, 5))]
        content[image_id] = people + [dict(person) for person in people if generator.random() < 0.3]
        count = 25 if generator.random() < 0.1 else generator.integers(0, 8)
        found += [random_detection(generator, image_id, content[image_id], boxes, levels) for _ in range(count)]
    return content, [found[i] for i in generator.permutation(len(found))]


@settings(max_examples=80)
@given(seed=st.integers(0, 2**32 - 1))
def test_random_data_sets(make_data, plain_pycocotools, seed) -> None:
    """Not one bit differs: neither the ten measures, nor OKS, nor who is matched with whom or ignored."""
    content, found = random_data(seed)
    if not found:
        return
    evaluator = plain_pycocotools(content, found)
    data = make_data(content)
    ours = list(keypoint_ap(data, found).model_dump().values())
    np.testing.assert_array_equal(np.nan_to_num(ours, nan=-1), evaluator.stats)
    assert_same_matching(match(data, found), evaluator, [len(people) for people in content.values()], list(content))


def assert_same_matching(matching, evaluator, counts: list[int], ids: list[int]) -> None:
    first_id = dict(zip(ids, 1 + np.cumsum([0, *counts])[:-1], strict=True))  # annotation id of an image's first person
    numbers = np.array([first_id[i] for i in matching.ground_truth.image_ids], dtype=int)[matching.ground_truth.image]
    annotation = np.append(numbers + matching.ground_truth.place, 0)  # of each person; nobody is 0
    images = len(matching.ground_truth.image_ids)
    for image, image_id in enumerate(matching.ground_truth.image_ids.tolist()):
        here = matching.detections.image == image
        oks = evaluator.ious[image_id, 1]
        if len(oks):
            pairs = here[matching.pairs.detection]
            np.testing.assert_array_equal(matching.pairs.oks[pairs], np.ravel(oks))
        for number, name in enumerate(AREAS):
            entry = evaluator.evalImgs[number * images + image]
            if entry is None:
                assert not here.any()
                continue
            which = matching.index(name)
            person = matching.person[which][:, here]
            np.testing.assert_array_equal(annotation[person], entry["dtMatches"])
            counted = np.append(matching.ranges[which].people, False)
            ignored = np.where(person >= 0, ~counted[person], ~matching.ranges[which].detections[here])
            np.testing.assert_array_equal(ignored, entry["dtIgnore"])


def test_a_larger_data_set() -> None:
    data, results = made_up(images=150, people=600, detections=1200)
    ours = list(keypoint_ap(data, results).model_dump().values())
    np.testing.assert_array_equal(ours, pycocotools_measures(as_pycocotools(data), results))
    assert 0.05 < ours[0] < 0.95
