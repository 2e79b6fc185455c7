"""The tab Look inside, by what a visitor sees of its events."""

from app.messages import NO_IMAGE

YOLO = "yolo11n-pose"


def test_without_a_image_it_says_so(visitor):
    assert visitor.see("show_steps", {"inside-method": YOLO}) == {"inside-notice": {"value": NO_IMAGE}}


def test_each_step_of_a_method_is_a_panel_with_words_and_a_source(visitor, bus):
    visitor.choose(bus, [YOLO])
    seen = visitor.see("show_steps", {"inside-method": YOLO})
    assert seen["inside-notice"]["value"] == ""
    panels = seen["inside-viewer"]["value"]["panels"]
    assert [panel["name"] for panel in panels] == ["1. Many candidates", "2. The result"]
    assert all(panel["text"] and panel["source"] for panel in panels)
    assert len(panels[0]["always"][0]["marks"]) > len(panels[1]["people"]) > 0
