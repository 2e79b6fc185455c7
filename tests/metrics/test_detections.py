"""Reading results files of anybody."""

import json

import pytest

from methods.errors import DataError
from methods.metrics.detections import Detections, read_results
from methods.metrics.ground_truth import GroundTruth


def test_what_was_written_is_read(tmp_path, make_detection) -> None:
    found = [make_detection(1, 100, 100, 0.5)]
    path = tmp_path / "found.json"
    path.write_text(json.dumps(found))
    assert read_results(path) == found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "no results file at"),
        ("[1, 2", "is not JSON"),
        ("{}", "not a COCO keypoint results file"),
        ('[{"image_id": 1}]', r"results\[0\] has no keypoints; each detection needs image_id, keypoints"),
        ('[{"image_id": 1, "score": 0.5, "keypoints": ["a"]}]', r"results\[0\]\.keypoints\[0\] is 'a': it should be"),
        ('[{"image_id": "x", "score": 0.5, "keypoints": []}]', r"results\[0\]\.image_id is 'x': it should be"),
        ('[{"image_id": 1, "score": 0.5, "keypoints": [], "bbox": [1, 2, 3]}]', r"results\[0\]\.bbox is \[1, 2, 3\]"),
    ],
)
def test_what_is_no_results_file(tmp_path, text, message) -> None:
    path = tmp_path / "found.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(DataError, match=message):
        read_results(path)


def test_order_and_limit(make_data, make_detection) -> None:
    """By image id, then by falling score; equal scores keep their order; only the best of each image remain."""
    data = make_data({7: [], 2: []})
    where = [(7, 0.5), (2, 0.1), (7, 0.9), (2, 0.4), (7, 0.5)]
    found = Detections.of([make_detection(i, 1, 1, score) for i, score in where], GroundTruth.of(data), best=2)
    assert found.position.tolist() == [3, 1, 2, 0]
    assert found.rank.tolist() == [0, 1, 0, 1]
    assert found.image.tolist() == [0, 0, 1, 1]
    other = found.with_scores(1 - found.scores)
    assert other.position.tolist() == [1, 3, 0, 2]
