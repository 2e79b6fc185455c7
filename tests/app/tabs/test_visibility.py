"""The tab Visibility, by what a visitor sees of its events."""

import json

from app.messages import NO_IMAGE, NO_METHOD
from app.tabs.visibility import as_good
from methods.visibility.judgement import HIDDEN, MISPLACED, OUTSIDE, PRESETS, STATES
from methods.visibility.studies.measured import measured_of_judge, plain_as_good

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
    states = {keypoint[3] for person in before["people"] for keypoint in person["keypoints"] if keypoint}
    assert states <= set(range(len(STATES)))
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


def test_where_there_is_no_such_threshold_it_says_so_and_leaves_nothing_out(visitor, bus):
    visitor.choose(bus, [YOLO])
    for asked in (OUTSIDE, HIDDEN):
        seen = visitor.see("choose", {"visibility-asked": asked, "visibility-preset": "1 in 20"})
        assert seen["visibility-threshold"]["value"] == 1
        said = f"There is no threshold at which at most 1 in 20 of the keypoints left out for being {asked} was there"
        assert said in seen["visibility-notice"]["value"]
        before, after = seen["visibility-viewer"]["value"]["panels"]
        assert kept(before) == kept(after)
    for given in ({"visibility-asked": HIDDEN, "visibility-preset": "1 in 5"}, {"visibility-asked": MISPLACED}):
        assert "no threshold" not in visitor.see("choose", given)["visibility-notice"]["value"]


def test_the_page_says_for_whom_a_plain_threshold_does_as_well(monkeypatch):
    assert "on coco_val " in as_good()
    for data, gains in plain_as_good(measured_of_judge()).items():
        assert f"on {data.split('/')[0]} " in as_good()
        assert all(f"{name} {gain}" in as_good() for name, gain in gains.items())
    monkeypatch.setattr("app.tabs.visibility.measured_of_judge", list)
    assert as_good() == ""


def test_what_was_measured_is_drawn_and_told_of_each_data_set(visitor):
    for one in measured_of_judge():
        seen = visitor.see("draw_measured", {"visibility-ways-data": one.data.split("/")[0]})
        figure = json.loads(seen["visibility-ways-curves"]["value"]["plot"])
        titles = [each["text"] for each in figure["layout"]["annotations"]]
        assert titles == [method.method for method in one.methods]
        assert f"<caption>{one.heading()}</caption>" in seen["visibility-ways-numbers"]["value"]
