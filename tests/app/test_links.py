"""Links that restore sample, methods and settings."""

from urllib.parse import parse_qsl

import pytest

from app.links import from_query, to_query
from app.samples import find_offer, offers
from methods.errors import WorkbenchError
from methods.images import read_image


def demo(fakes, **changed):
    return {name: method.Settings(**changed) for name, method in fakes.items()}


def read(query, fakes):
    return from_query(dict(parse_qsl(query.removeprefix("?"))), fakes)


def test_a_link_brings_everything_back(fakes):
    settings = {**demo(fakes), "second": fakes["second"].Settings(pose_confidence=0.25, mirror=True)}
    query = to_query("bus", ["first", "second"], settings)
    assert query == "?sample=bus&methods=first%2Csecond&second.pose_confidence=0.25&second.mirror=True"
    linked = read(query, fakes)
    assert linked.offer is find_offer("bus")
    assert linked.methods == ["first", "second"]
    assert linked.settings == settings


def test_settings_of_methods_that_are_not_shown_stay_out(fakes):
    assert to_query("", ["first"], demo(fakes, pose_confidence=0.1)) == "?methods=first&first.pose_confidence=0.1"


def test_what_gradio_or_a_space_adds_is_left_to_them(fakes):
    linked = read("?__theme=dark&view=api", fakes)
    assert linked.offer is None
    assert linked.methods is None
    assert linked.settings == demo(fakes)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("?sample=moon", "sample 'moon'"),
        ("?methods=first,openpose", "method 'openpose'"),
        ("?openpose.pose_confidence=1", "no method 'openpose'"),
        ("?first.courage=1", "no setting 'courage'"),
        ("?first.pose_confidence=7", "give a number from 0 to 1"),
        ("?first.pose_confidence=much", "give a number from 0 to 1"),
    ],
)
def test_a_wrong_link_is_answered_by_one_sentence(fakes, query, message):
    with pytest.raises(WorkbenchError, match=message):
        read(query, fakes)


def test_every_offer_can_be_read_and_those_with_ground_truth_are_labelled():
    assert len({each.name for each in offers()}) == len(offers())
    for each in offers():
        height, width = read_image(each.path).shape[:2]
        if each.ground_truth is not None:
            assert each.ground_truth.labelled.all()
            assert (each.ground_truth.boxes[:, 2:] <= [width + 1, height + 1]).all()
    assert any(each.ground_truth is not None for each in offers())
