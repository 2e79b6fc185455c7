"""Results in the order in which COCO's evaluation takes them."""

from methods.metrics.detections import Detections
from methods.metrics.ground_truth import GroundTruth


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
