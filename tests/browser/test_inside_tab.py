"""The tab Look inside: a method's pipeline, step by step."""

import pytest

pytestmark = pytest.mark.browser

BUS = "Pedestrians and a bus"


def test_each_step_has_words_a_source_and_marks(visit, artefacts):
    visitor = visit()
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
