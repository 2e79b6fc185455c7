"""The panels' menus "Inside": what a method saw, drawn over its poses when asked for."""

import re

import pytest

pytestmark = pytest.mark.browser

BUS = "Pedestrians and a bus"
REFERENCES = ("movenet-multipose", "yolo11n-pose")
# For each method its layers, and a threshold and value that must change the marks of the first.
LAYERS = {
    "hybridpose-n": (
        [
            "Keypoints and their visibility",
            *(f"Keypoints of the {size} people, drawn" for size in ("smallest", "small", "large", "largest")),
            *(f"Map of the {size} people" for size in ("smallest", "small", "large", "largest")),
            *(f"Map of the {size} people, without the loss" for size in ("smallest", "small", "large", "largest")),
        ],
        "hybridpose-n-pose_confidence",
        0.02,
    ),
    "kapao-n": (["Pose objects", "Keypoint objects", "Fusions"], "kapao-n-pose_confidence", 0.002),
    "movenet-multipose": (
        ["Centres", "From centre to keypoint", "Centre map", "Heat maps"],
        "movenet-multipose-pose_confidence",
        0.01,
    ),
    "posedet-n": (
        [
            "Coarse poses",
            "From candidate to coarse keypoints",
            "Displacements",
            "Refined poses",
            "Candidates before suppression",
            *(f"Scores at 1/{stride}" for stride in (8, 16, 32, 64)),
        ],
        "posedet-n-pose_confidence",
        0.02,
    ),
    "yolo11n-pose": (["Candidates before suppression"], "yolo11n-pose-pose_confidence", 0.01),
}
MARKS = "method => [...document.querySelectorAll(`[data-method=${method}] .pv-mark`)].map(mark => mark.outerHTML)"


@pytest.fixture(params=LAYERS)
def method(request, offered):
    if request.param not in offered:
        pytest.skip(f"the page does not offer {request.param}: no weights of it come with the workbench")
    return request.param


def menu(visitor, method):
    return visitor.page.locator(f"[data-method={method}] .pv-inside")


def wait_for_marks(visitor, method, condition):
    """Wait until a JavaScript condition on `marks`, drawn in the method's panel, holds; returns them."""
    visitor.page.wait_for_function(f"method => {{ const marks = ({MARKS})(method); return {condition}; }}", arg=method)
    return visitor.page.evaluate(MARKS, method)


def test_a_layer_is_drawn_on_demand_follows_thresholds_and_goes(visit, method, artefacts):
    visitor = visit(methods={method, *REFERENCES})
    visitor.pick_sample(BUS)
    assert visitor.page.locator(".pv-mark").count() == 0
    menu(visitor, method).locator("summary").click()
    names, setting, value = LAYERS[method]
    assert menu(visitor, method).locator("label > strong").all_inner_texts() == names
    menu(visitor, method).get_by_label(names[0]).check()
    before = wait_for_marks(visitor, method, "marks.length > 0")
    assert visitor.page.locator(".pv-mark").count() == len(before)  # in this panel alone
    visitor.page.keyboard.press("+")  # typed into the menu, so the view stays
    whole = visitor.view_boxes()
    assert set(whole) == {"0 0 810 1080"}
    visitor.page.keyboard.press("Escape")
    visitor.page.focus(".pv-grid")
    visitor.page.keyboard.press("+")
    zoomed = visitor.view_boxes()
    assert zoomed != whole
    visitor.set_slider(setting, value)
    wait_for_marks(visitor, method, f"marks.length > {len(before)}")
    assert visitor.view_boxes() == zoomed
    visitor.screenshot(artefacts / f"inside-{method}.png")
    menu(visitor, method).locator("summary").click()
    menu(visitor, method).get_by_label(names[0]).uncheck()
    wait_for_marks(visitor, method, "marks.length === 0")


def test_layers_stay_on_for_the_next_image_and_while_the_method_is_unticked(visit):
    method = "yolo11n-pose"
    visitor = visit(methods=REFERENCES)
    visitor.pick_sample(BUS)
    menu(visitor, method).locator("summary").click()
    menu(visitor, method).get_by_label("Candidates before suppression").check()
    wait_for_marks(visitor, method, "marks.length > 0")
    visitor.pick_sample("An astronaut, half length")
    wait_for_marks(visitor, method, "marks.length > 0")
    tick = visitor.page.locator("#methods").get_by_label(method)
    tick.uncheck()
    visitor.page.wait_for_selector(f"[data-method={method}]", state="detached")
    tick.check()
    wait_for_marks(visitor, method, "marks.length > 0")
    assert menu(visitor, method).locator("summary").inner_text() == "Inside · 1"


def test_all_boxes_ticked_at_once_while_networks_run_are_drawn_in_the_end(visit):
    methods = ["kapao-n", "posedet-n", *REFERENCES]
    visitor = visit(methods=methods)
    visitor.pick_sample(BUS)
    visitor.page.evaluate(
        "() => { document.querySelector('#run').click();"
        " document.querySelectorAll('.pv-inside input').forEach(box => box.click()); }"
    )
    for method in methods:
        for layer in LAYERS[method][0]:
            visitor.page.wait_for_selector(f"[data-method={method}] [data-layer='{layer}'].pv-layer", state="attached")
    visitor.settle()  # whatever answer was late has come
    drawn = visitor.page.eval_on_selector_all(".pv-layer", "all => all.length")
    ticked = visitor.page.eval_on_selector_all(".pv-inside input:checked", "all => all.length")
    assert drawn == ticked >= sum(len(LAYERS[method][0]) for method in methods)


def test_hovering_a_mark_tells_what_it_is(visit):
    method = "movenet-multipose"
    visitor = visit(methods=REFERENCES)
    visitor.pick_sample(BUS)
    menu(visitor, method).locator("summary").click()
    menu(visitor, method).get_by_label("Centres").check()
    wait_for_marks(visitor, method, "marks.length > 0")
    visitor.page.keyboard.press("Escape")
    mark = visitor.page.locator(f"[data-method={method}] .pv-mark").first
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    visitor.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    tip = visitor.page.locator(".pv-tip")
    tip.wait_for(state="visible")
    name, confidence, person = tip.locator("> *").all_inner_texts()
    assert name.lower() == "centre"
    assert re.fullmatch(r"confidence 0\.\d\d", confidence)
    assert re.fullmatch(r"person \d", person)
    assert visitor.page.locator(".pv-mark.active").count() == 1


def test_keys_alone_open_the_menu_choose_and_close(visit):
    method = "yolo11n-pose"
    visitor = visit(methods=REFERENCES)
    visitor.pick_sample(BUS)
    menu(visitor, method).locator("summary").focus()
    visitor.page.keyboard.press("Enter")
    visitor.page.keyboard.press("Tab")
    visitor.page.keyboard.press("Space")
    wait_for_marks(visitor, method, "marks.length > 0")
    visitor.page.keyboard.press("Escape")
    assert menu(visitor, method).get_attribute("open") is None
    assert visitor.page.evaluate("() => document.activeElement.tagName") == "SUMMARY"
    assert visitor.complaints == []


def test_on_a_phone_the_menu_lies_within_the_screen(visit, artefacts):
    visitor = visit("phone", methods=REFERENCES, has_touch=True)
    visitor.pick_sample(BUS)
    menu(visitor, "movenet-multipose").locator("summary").tap()
    choices = menu(visitor, "movenet-multipose").locator("div")
    box = choices.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    choices.get_by_label("Centres").tap()
    wait_for_marks(visitor, "movenet-multipose", "marks.length > 0")
    visitor.screenshot(artefacts / "inside-phone.png")
