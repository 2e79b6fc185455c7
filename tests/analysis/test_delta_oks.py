"""KAPAO's equation 13, person by person and image by image."""

import math

import pytest

from methods.analysis.delta_oks import delta_oks
from methods.errors import DataError
from methods.metrics.matching import match
from methods.skeletons import COCO17

AREA = 50.0**2


@pytest.fixture
def deltas(make_data, make_person, make_detection):
    """Image 1: found by both, the second with OKS 0.6; and by the second only. Image 2: found exactly by both."""

    def nose_only(x: float, y: float):
        return make_person(x, y, keypoints=[x, y, 2] + [0] * 48)

    people = {1: [nose_only(100, 100), nose_only(400, 400)], 2: [nose_only(100, 100)]}
    people[2].append(make_person(9, 9, keypoints=[0] * 51))
    data = make_data(people)
    off = math.sqrt(-math.log(0.6) * 2 * AREA * (2 * COCO17.sigmas[0]) ** 2)
    first = [make_detection(1, 100, 100, 0.9), make_detection(2, 100, 100, 0.9)]
    second = [
        make_detection(1, 100 + off, 100, 0.2),
        make_detection(1, 400, 400, 0.9),
        make_detection(2, 100, 100, 0.3),
    ]
    return delta_oks(match(data, first), match(data, second))


def test_each_person(deltas) -> None:
    table = deltas.to_pandas()
    assert table[["image_id", "person"]].to_numpy().tolist() == [[1, 0], [2, 0], [1, 1]]
    assert table["delta"].tolist() == pytest.approx([0.4, 0, -1])
    assert table["second"].tolist() == pytest.approx([0.6, 1, 1])


def test_each_image(deltas) -> None:
    table = deltas.by_image().set_index("image_id")
    assert table.index.tolist() == [2, 1]
    assert table.loc[1, ["people", "first", "second", "delta"]].tolist() == pytest.approx([2, 1, 1.6, -0.6])
    assert not table.loc[1, "both_find"]
    assert table.loc[2, "both_find"]


def test_the_best_detection_counts_whatever_its_score(make_data, make_person, make_detection) -> None:
    """No matching: a person may share the best detection with another, and it need not be the first to choose."""
    data = make_data({1: [make_person(100, 100), make_person(100, 100)]})
    result = delta_oks(match(data, [make_detection(1, 100, 100, 0.1)]), match(data, []))
    assert result.first.tolist() == pytest.approx([1, 1])
    assert result.second.tolist() == [0, 0]


def test_text_and_json(deltas) -> None:
    text = "of 3 people 1 have a higher OKS with the first method and 1 with the second; sum of differences -0.60"
    assert str(deltas) == text
    assert '"columns":["image_id","person","first","second","delta"]' in deltas.to_json()


def test_other_images(make_data, make_person) -> None:
    one, other = (match(make_data({i: [make_person(100, 100)]}), []) for i in (1, 2))
    with pytest.raises(DataError, match="different data sets"):
        delta_oks(one, other)


def test_nobody(make_data) -> None:
    empty = match(make_data({1: []}), [])
    assert len(delta_oks(empty, empty).by_image()) == 0
