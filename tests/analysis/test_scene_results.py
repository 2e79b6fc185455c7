"""The kept results of all sample scenes: made with the published weights and today's code, and COCO results."""

import numpy as np
import pytest

from methods.analysis.scene_results import (
    every_scene,
    find_and_judge,
    origin_of,
    read_origins,
    read_scene_results,
    results_of,
    write_results,
)
from methods.catalog import create
from methods.errors import DataError
from methods.metrics.detections import BEST
from methods.metrics.matching import match
from methods.types import Poses
from methods.visibility.judge import KeypointJudge
from methods.visibility.judgement import Judgement
from methods.weights import published

AGAIN = "python -m methods scene-results"
PUBLISHED = sorted(published())


@pytest.fixture(scope="module")
def scenes():
    return every_scene()


@pytest.fixture(scope="module")
def judge():
    return KeypointJudge.published("cpu")


def numbers(results):
    """Boxes and keypoints, and scores, of results in order."""
    places = np.array([[*each["bbox"], *each["keypoints"]] for each in results]).reshape(len(results), -1)
    return places, np.array([each["score"] for each in results])


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_kept_results_are_those_of_the_published_weights(name, scenes, judge):
    method = create(name, "cpu")
    assert read_origins()[name] == origin_of(method, scenes), f"weights, settings or scenes changed; {AGAIN} {name}"
    two = scenes[:: len(scenes) - 1]  # one of a graded set, one quiz
    ids = [image.image_id for image in two]
    kept = [each for each in read_scene_results(name) if each["image_id"] in ids]
    found = find_and_judge(method, judge, two)
    assert len(kept) == len(found), f"other people are found than before; {AGAIN} {name}"
    sure = [i for i, each in enumerate(kept) if each["score"] > 0.05]  # equally unsure ones may change their order
    places, scores = numbers([kept[i] for i in sure])
    new_places, new_scores = numbers([found[i] for i in sure])
    np.testing.assert_allclose(new_places, places, atol=0.6)
    np.testing.assert_allclose(new_scores, scores, atol=0.01)
    wrong, now_wrong = (np.array([part[i]["wrong"] for i in sure], dtype=float) for part in (kept, found))
    np.testing.assert_allclose(now_wrong, wrong, atol=0.03)


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_kept_results_are_coco_results_of_at_most_twenty_people_a_scene(name, scenes):
    kept = read_scene_results(name)
    counts = np.unique([each["image_id"] for each in kept], return_counts=True)
    assert set(counts[0]) <= {image.image_id for image in scenes}
    assert counts[1].max() <= BEST
    assert all(len(each["wrong"]) == 17 for each in kept)
    assert all(chance is None or 0 <= chance <= 1 for each in kept for chance in each["wrong"])


def test_results_are_rounded_and_say_how_likely_each_keypoint_is_wrong(make_data, make_person):
    judgement = Judgement.unknown(1, 17)
    judgement.score[0, :16] = 0.876
    poses = Poses([[0, 0, 50.06, 50]], [0.123456], np.full((1, 17, 2), 25.04), np.full((1, 17), 0.987))
    (result,) = results_of(poses, judgement, 7)
    assert result["bbox"] == [0, 0, 50.1, 50]
    assert result["keypoints"][:3] == [25.0, 25.0, 0.99]
    assert result["score"] == 0.1235
    assert result["wrong"] == [0.12] * 16 + [None]
    assert len(match(make_data({7: [make_person(25, 25)]}), [result]).matched(0.95)[0]) == 1


def test_what_is_written_is_read_and_the_same_results_are_the_same_file(tmp_path):
    origin, other = (next(iter(read_origins().values())).model_copy(update={"weights": each}) for each in "ab")
    found = [{"image_id": 1, "score": 0.5}]
    first = write_results("one", origin, found, tmp_path).read_bytes()
    assert write_results("one", origin, found, tmp_path).read_bytes() == first
    write_results("two", other, [], tmp_path)
    assert read_scene_results("one", tmp_path) == found
    assert read_origins(tmp_path) == {"one": origin, "two": other}
    with pytest.raises(DataError, match="scene-results three"):
        read_scene_results("three", tmp_path)
