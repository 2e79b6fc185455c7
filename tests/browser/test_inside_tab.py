"""The tab Look inside: a method's pipeline, step by step."""

import pytest

pytestmark = pytest.mark.browser

BUS = "Pedestrians and a bus"


def test_each_step_has_words_a_source_and_marks(visit, artefacts):
    visitor = visit(methods=["kapao-n", "yolo11n-pose"])
    visitor.page.get_by_role("tab", name="Look inside").click()
    visitor.page.wait_for_selector("#inside-notice .notice", state="visible")  # no image yet
    visitor.page.get_by_role("tab", name="Compare").click()
    visitor.pick_sample(BUS)
    visitor.page.get_by_role("tab", name="Look inside").click()
    panels = visitor.page.locator("#inside-viewer .pv-panel")
    panels.first.wait_for(state="visible")
    assert visitor.page.locator("#inside-notice .notice").is_hidden()
    visitor.page.locator("#inside-method").get_by_label("kapao-n").check()
    visitor.page.wait_for_selector("#inside-viewer [data-method='3. Fusion'] .pv-mark", state="attached")
    assert panels.count() == 4
    for panel in panels.all():
        assert len(panel.locator(".pv-text").inner_text()) > 40
        assert "McNally" in panel.locator(".pv-source").inner_text()
    assert visitor.page.locator("#inside-viewer [data-method='2. Keypoints as objects'] .pv-mark").count() > 3
    assert visitor.page.locator("#inside-viewer [data-method='4. The result'] .pv-person").count() >= 3
    visitor.screenshot(artefacts / "look-inside.png", full_page=True)
    visitor.page.locator("#inside-method").get_by_label("yolo11n-pose").check()
    visitor.page.wait_for_selector("#inside-viewer [data-method='1. Many candidates']")
    assert panels.count() == 2
    assert visitor.complaints == []


def test_maps_are_images_of_which_one_layer_and_one_channel_is_shown(visit, artefacts):
    visitor = visit(methods=["hybridpose-n"])
    visitor.pick_sample(BUS)
    visitor.page.get_by_role("tab", name="Look inside").click()
    visitor.page.locator("#inside-method").get_by_label("hybridpose-n").check()
    panel = visitor.page.locator("#inside-viewer [data-method='3. Visibility maps']")
    drawn = panel.locator("image.pv-map")
    drawn.wait_for(state="attached")
    assert drawn.count() == 1
    everything = drawn.get_attribute("href")
    assert everything.startswith("data:image/png")
    panel.get_by_label("Channel: 3. Visibility maps").select_option("left wrist")
    visitor.page.wait_for_function(
        "before => document.querySelector(\"#inside-viewer [data-method='3. Visibility maps'] image.pv-map\")"
        ".getAttribute('href') !== before",
        arg=everything,
    )
    wrists = drawn.get_attribute("href")
    panel.get_by_label("Map: 3. Visibility maps").select_option("Map of the smallest people")
    assert drawn.get_attribute("href") not in (everything, wrists)
    assert panel.get_by_label("Channel: 3. Visibility maps").input_value() == "9"  # the choice stays
    visitor.screenshot(artefacts / "look-inside-maps.png", full_page=True)
    assert visitor.complaints == []


def test_steps_are_walked_through_one_at_a_time(visit, artefacts):
    visitor = visit(methods=["detposenet-n"])
    visitor.pick_sample(BUS)
    visitor.page.get_by_role("tab", name="Look inside").click()
    visitor.page.locator("#inside-method").get_by_label("detposenet-n").check()
    visitor.page.wait_for_selector("#inside-viewer [data-method='3. Boxes and poses filter each other']")
    panels = visitor.page.locator("#inside-viewer .pv-panel")
    count = panels.count()
    visitor.page.locator("#inside-viewer").get_by_role("button", name="Next step").click()
    seen = []
    for place in range(1, count + 1):
        shown = [panel for panel in panels.all() if panel.is_visible()]
        assert len(shown) == 1
        seen.append(shown[0].get_attribute("data-method"))
        assert visitor.page.get_by_role("button", name=f"Step {place} of {count}").is_visible()
        stage = shown[0].locator(".pv-stage").bounding_box()
        assert stage["height"] <= visitor.page.viewport_size["height"]
        visitor.page.focus("#inside-viewer .pv-grid")
        visitor.page.keyboard.press("n")
    assert [name[:2] for name in seen] == [f"{place}." for place in range(1, count + 1)]
    visitor.screenshot(artefacts / "look-inside-one-step.png")
    visitor.page.keyboard.press("Escape")
    assert panels.last.is_visible()
    assert panels.first.is_visible()
    assert visitor.complaints == []
