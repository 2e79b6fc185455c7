"""Distances between methods' keypoints, on people worked out by hand."""

import numpy as np
import pytest

from methods.analysis.distances import Distances, distances, measure_distances, same_people
from methods.errors import DataError
from methods.settings import Settings
from methods.types import Poses, Prediction, Timing

FIGURE = np.stack([np.tile([0.0, 80.0], 9)[:17], np.linspace(0, 125, 17)], axis=1)  # 80 x 125 px: a side of 100


def people(*corners, drop=()) -> Poses:
    """FIGURE with its corner at each of `corners`, best first, without some keypoints."""
    keypoints = np.array([FIGURE + corner for corner in corners])
    keypoints[:, list(drop)] = np.nan
    boxes = np.array([[*corner, corner[0] + 80, corner[1] + 125] for corner in corners], float)
    count = len(corners)
    return Poses(boxes, np.linspace(0.9, 0.8, count), keypoints, np.ones((count, 17)))


def test_the_most_alike_are_paired_first():
    first = people([0, 0], [300, 0]).keypoints
    second = people([5, 0], [1, 0], [300, 2], [600, 0]).keypoints
    one, other = same_people(first, second)
    assert list(zip(one.tolist(), other.tolist(), strict=True)) == [(0, 1), (1, 2)]
    assert [x.tolist() for x in same_people(second, first)] == [[1, 2], [0, 1]]
    assert [x.tolist() for x in same_people(first, Poses.empty().keypoints)] == [[], []]


def test_keypoints_that_one_leaves_out_do_not_make_people_unlike():
    few = people([3, 4], drop=range(4, 17))
    assert same_people(people([0, 0]).keypoints, few.keypoints)[0].tolist() == [0]
    assert same_people(people([0, 0]).keypoints, people([3, 4], drop=range(2, 17)).keypoints)[0].tolist() == []


def test_distances_are_in_percent_of_the_boxs_side():
    found = distances(people([0, 0]), people([3, 4], drop=[0]))
    assert found.shape == (1, 17)
    assert np.isnan(found[0, 0])
    assert found[0, 1:] == pytest.approx(5)  # 5 of 100 px
    assert distances(people([0, 0]), people([300, 0])).shape == (0, 17)


class Told:
    """Finds given people, image after image."""

    Settings, input_size = Settings, 64

    def __init__(self, name, answers):
        self.name, self.answers = name, iter(answers)

    def predict(self, images):
        return [Prediction(next(self.answers), Timing(0, 0, 0))]


def test_three_methods(make_images):
    """Of a and b: 5% apart in the first image, 10% in the second; c finds nobody else's people."""
    data = make_images([[], []])
    methods = [
        Told("a", [people([0, 0]), people([0, 0], [300, 0])]),
        Told("b", [people([3, 4]), people([0, 10], [300, 10])]),
        Told("c", [Poses.empty(), people([600, 0])]),
    ]
    done = []
    found = measure_distances(methods, data, done.append, "study")
    near, *others = found.pairs
    assert (near.first, near.second, near.people, near.keypoints) == ("a", "b", 3, 3 * 17)
    assert near.median == pytest.approx(10)
    assert (near.low, near.high) == pytest.approx((5, 10))
    assert [(pair.people, np.isnan(pair.median)) for pair in others] == [(0, True), (0, True)]
    assert found.found == {"a": 3, "b": 3, "c": 1}
    assert (found.images, found.people, done) == (2, 0, [1, 2])
    matrix = found.tables()[0]
    assert matrix.columns == ("Median, %", "a", "b", "c")
    assert matrix.rows == [("a", "", "10.0", "-"), ("b", "10.0", "", "-"), ("c", "-", "-", "")]
    assert found.sentences()[0].startswith("Nearest are a and b: half of the keypoints of 3 people whom both find")
    assert Distances.from_json(found.to_json()).to_json() == found.to_json()


def test_two_different_methods_and_an_image_are_needed(make_images):
    one, other = Told("a", []), Told("b", [])
    for methods in ([one], [one, one]):
        with pytest.raises(DataError, match="name at least two, each once"):
            measure_distances(methods, make_images([[]]))
    with pytest.raises(DataError, match="has no images"):
        measure_distances([one, other], make_images([[]])[:0])
