"""Taking a view away from the page: a link to it, one HTML file that works offline, paper."""

import pytest

pytestmark = pytest.mark.browser

BUS = "Pedestrians and a bus"


def open_inside(visitor, method):
    visitor.pick_sample(BUS)
    visitor.page.get_by_role("tab", name="Look inside").click()
    visitor.page.locator("#inside-method").get_by_label(method).check()


def test_a_link_to_a_step_view_brings_it_back(visit):
    visitor = visit(methods=["posedet-n"])
    open_inside(visitor, "posedet-n")
    visitor.page.wait_for_selector("#inside-viewer [data-method='1. A candidate in every cell']")
    visitor.page.click("[data-share=link]")
    visitor.page.wait_for_function("() => location.search.includes('method=posedet-n')")
    visitor.settle()  # who leaves while a question is open makes Gradio complain of a broken stream
    visitor.page.goto(visitor.page.url)
    visitor.page.wait_for_selector("#inside-viewer [data-method='1. A candidate in every cell']", state="visible")
    assert visitor.page.locator("#inside-method").get_by_label("posedet-n").is_checked()
    assert visitor.complaints == []


def test_a_saved_view_opens_without_the_workbench_and_asks_nobody(visit, tmp_path, artefacts):
    visitor = visit(methods=["hybridpose-n"])
    open_inside(visitor, "hybridpose-n")
    visitor.page.wait_for_selector("#inside-viewer image.pv-map", state="attached")
    with visitor.page.expect_download() as waited:
        visitor.page.click("[data-share=save]")
    path = tmp_path / waited.value.suggested_filename
    waited.value.save_as(path)
    assert path.name == "look-inside.html"
    alone = visitor.page.context.new_page()
    asked = []
    alone.on("request", lambda request: asked.append(request.url))
    alone.goto(path.as_uri())
    steps = visitor.page.locator("#inside-viewer .pv-panel").count()
    assert alone.locator(".pv-panel:visible").count() == steps
    assert alone.locator(".pv-text").first.inner_text() == visitor.page.locator(".pv-text:visible").first.inner_text()
    sizes = alone.locator(".pv-image").evaluate_all("all => all.map(image => image.getBoundingClientRect().width)")
    assert min(sizes) > 100
    assert alone.locator("button:visible").count() == 0
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    alone.screenshot(path=artefacts / "saved-view.png", full_page=True)


def test_on_paper_there_is_the_view_without_its_controls(visit, artefacts):
    visitor = visit(methods=["kapao-n"])
    open_inside(visitor, "kapao-n")
    visitor.page.wait_for_selector("#inside-viewer [data-method='3. Fusion'] .pv-mark", state="attached")
    paper = visitor.page.pdf(path=artefacts / "look-inside.pdf", format="A4", print_background=True)
    assert paper.startswith(b"%PDF")
    visitor.page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
    visitor.page.emulate_media(media="print")
    for control in ("#samples", "#methods", "[data-share=print]", "#inside-viewer .pv-toolbar"):
        assert visitor.page.locator(control).is_hidden(), control
    assert visitor.page.locator("#inside-viewer .pv-panel").last.is_visible()
    visitor.page.emulate_media(media="screen")
    visitor.page.evaluate("() => window.dispatchEvent(new Event('afterprint'))")
    assert visitor.page.locator("#samples").is_visible()
