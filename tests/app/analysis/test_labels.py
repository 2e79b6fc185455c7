"""Cards of doubtful labels show the annotation and what the methods have in common."""

import numpy as np
import pytest

from app.analysis.dataset import Dataset, Run
from app.analysis.labels import ALL, chosen_doubts, doubt_cards
from app.components.cards import shown
from app.tabs.failures.labels import LabelsPart
from methods.errors import DataError
from methods.skeletons import COCO17

POSE = np.array([[100 + 40 * (k % 4), 100 + 40 * (k // 4)] for k in range(17)], dtype=float)


def triples(keypoints: np.ndarray, third: float) -> list[float]:
    return np.column_stack([keypoints, np.full(17, third)]).ravel().tolist()


@pytest.fixture
def dataset(make_data, make_person, make_detection) -> Dataset:
    """Two methods agree; one person's left and right are exchanged, another is annotated twice, a third not at all."""
    poses = {"right": POSE, "exchanged": POSE + [200, 0], "twice": POSE + [0, 190], "absent": POSE + [200, 190]}  # noqa: RUF005
    annotated = [poses["right"], poses["exchanged"][list(COCO17.flip_order)], poses["twice"], poses["twice"]]
    box = {"bbox": [100, 100, 120, 160], "area": 14400.0}
    people = [make_person(0, 0, keypoints=triples(one, 2), id=i, **box) for i, one in enumerate(annotated)]
    data = make_data({1: people})
    found = [make_detection(1, 0, 0, 0.9, keypoints=triples(one, 0.9)) for one in poses.values()]
    return Dataset(data, False, {name: Run.of(data, found) for name in ("a", "b")})


def test_cards(dataset) -> None:
    doubts = chosen_doubts(dataset, ALL)
    cards = {one.title.split(",")[0]: one for one in doubt_cards(dataset, doubts)}
    assert set(cards) == {"left and right", "doubled", "not annotated"}
    assert [person.role for person in cards["left and right"].people] == ["ground_truth", "found"]
    assert [person.role for person in cards["doubled"].people] == ["ground_truth", "ground_truth"]
    assert [person.role for person in cards["not annotated"].people] == ["found"]
    np.testing.assert_allclose(cards["not annotated"].people[0].keypoints, POSE + np.array([200, 190]), atol=0.01)
    assert cards["left and right"].lines == [doubts[-1].reason, "annotation 1, 1.jpg"]
    assert len(shown(list(cards.values()), COCO17)["cards"]) == 3


def test_one_kind_alone(dataset) -> None:
    assert [one.kind.value for one in chosen_doubts(dataset, "doubled")] == ["doubled"]


def test_one_method_alone_says_so(dataset) -> None:
    alone = Dataset(dataset.data, False, {"a": dataset.runs["a"]})
    with pytest.raises(DataError, match="at least two methods"):
        chosen_doubts(alone, ALL)


def test_what_the_part_shows_and_saves(dataset, monkeypatch) -> None:
    part = LabelsPart.__new__(LabelsPart)  # its layout is the browser tests'
    monkeypatch.setattr("app.tabs.failures.labels.chosen_dataset", lambda visitor, data: dataset)
    value, said, notice = part.show(None, "", ALL)
    assert len(value["cards"]) == 3
    assert "3 labels to look at among 4 people" in said
    assert notice == ""
    saved, notice = part.save(None, "")
    assert (saved["name"], notice) == ("labels-to-look-at.json", "")
