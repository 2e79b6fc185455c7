"""The tab Visibility, by what a visitor sees of its events."""

from app.messages import NO_IMAGE, NO_METHOD
from methods.visibility.judgement import PRESETS

YOLO = "yolo11n-pose"


def kept(panel):
    """How many keypoints a panel shows."""
    return sum(keypoint is not None for person in panel["people"] for keypoint in person["keypoints"])


def test_without_a_image_or_a_method_it_says_so(visitor, bus):
    assert visitor.see("show") == {"visibility-notice": {"value": NO_IMAGE}}
    visitor.choose(bus, [YOLO])
    visitor.see("change_methods", {"methods": []})
    assert visitor.see("show") == {"visibility-notice": {"value": NO_METHOD}}


def test_a_method_stands_beside_itself_filtered_and_a_stricter_filter_keeps_less(visitor, bus):
    visitor.choose(bus, [YOLO])
    before, mild = visitor.see("show")["visibility-viewer"]["value"]["panels"]
    assert [before["name"], mild["name"]] == [YOLO, f"{YOLO}, filtered"]
    _, strict = visitor.see("show", {"visibility-threshold": 0.01})["visibility-viewer"]["value"]["panels"]
    assert kept(before) >= kept(mild) > kept(strict)
    (alone,) = visitor.see("show", {"visibility-on": False})["visibility-viewer"]["value"]["panels"]
    assert alone["people"] == before["people"]


def test_a_preset_sets_the_threshold_of_what_is_asked(visitor, bus):
    visitor.choose(bus, [YOLO])
    thresholds = [
        visitor.see("choose", {"visibility-preset": preset})["visibility-threshold"]["value"] for preset in PRESETS
    ]
    assert thresholds == sorted(thresholds, reverse=True)
    assert thresholds[0] > thresholds[-1]
