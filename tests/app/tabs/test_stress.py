"""The tab Stress, by what a visitor sees of its events."""

import json

from app.messages import NO_IMAGE, NO_METHOD

YOLO = "yolo11n-pose"


def curves(plot):
    """A figure's curves by name: x and y."""
    return {curve["name"]: (curve["x"], curve["y"]) for curve in json.loads(plot["value"]["plot"])["data"]}


def test_without_a_image_or_a_method_it_says_so(visitor, bus):
    assert visitor.see("stress") == {"stress-notice": {"value": NO_IMAGE}}
    assert visitor.see("prepare", {"stress-kind": "Blur"})["stress-notice"]["value"] == NO_IMAGE
    visitor.choose(bus, [YOLO])
    visitor.see("change_methods", {"methods": []})
    assert visitor.see("stress") == {"stress-notice": {"value": NO_METHOD}}


def test_what_a_kind_needs_is_shown(visitor, bus):
    visitor.choose(bus, [YOLO])
    cover = visitor.see("prepare", {"stress-kind": "Cover a region"})
    x1, y1, x2, y2 = cover["region"]["value"]["box"]
    assert 0 < x1 < x2 < cover["region"]["value"]["width"]
    assert 0 < y1 < y2 < cover["region"]["value"]["height"]
    hide = visitor.see("prepare", {"stress-kind": "Hide keypoints"})
    assert (hide["region"]["value"], hide["Keypoints to hide"]["visible"]) == (None, True)


def test_curves_and_table_hold_the_same_numbers_and_each_step_can_be_looked_at(visitor, bus):
    visitor.choose(bus, [YOLO])
    assert visitor.see("show_level", {"stress-level": 0}) == {}  # no step yet
    seen = visitor.see("stress", {"stress-kind": "JPEG"})
    assert seen["stress-notice"]["value"] == ""
    shift, lost = curves(seen["stress-shift"]), curves(seen["stress-lost"])
    rows = seen["The curves as numbers"]["value"]["data"]
    assert list(shift) == list(lost) == [YOLO]
    assert lost[YOLO][0] == shift[YOLO][0] == [row[1] for row in rows]
    assert lost[YOLO][1] == [row[3] for row in rows]
    assert lost[YOLO][1][0] == shift[YOLO][1][0] == 0  # the image as it is
    assert seen["stress-level"]["maximum"] == len(rows) - 1
    clean, worst = (visitor.see("show_level", {"stress-level": step})["stress-viewer"] for step in (0, len(rows) - 1))
    assert worst["value"]["panels"] == seen["stress-viewer"]["value"]["panels"]
    assert clean["image"]["src"] != worst["image"]["src"]
    assert len(clean["value"]["panels"][0]["people"]) >= 3


def test_the_dragged_box_is_what_gets_covered(visitor, bus):
    visitor.choose(bus, [YOLO])
    region = visitor.see("prepare", {"stress-kind": "Cover a region"})["region"]["value"]
    everything = {"box": [0, 0, region["width"], region["height"]]}
    visitor.see("choose_box", event_data=everything)
    seen = visitor.see("stress", {"stress-kind": "Cover a region"})
    assert curves(seen["stress-lost"])[YOLO][1][-1] == 100
