"""The viewer in the tab Compare: panels with one view, hovering, fingers, keys, colours."""

import re

import pytest

from methods.visibility.judgement import STATES

pytestmark = pytest.mark.browser

MOVENET, YOLO = REFERENCES = "movenet-multipose", "yolo11n-pose"
BUS, ASTRONAUT = "Pedestrians and a bus", "An astronaut, half length"


def test_the_same_person_has_the_same_number_colour_and_place_in_both_panels(visit):
    visitor = visit(methods=REFERENCES)
    visitor.pick_sample(BUS)
    first, second = visitor.page.evaluate(
        f"() => ['{MOVENET}', '{YOLO}'].map(name => document.querySelector(`[data-method=${{name}}]`)).map("
        "panel => Object.fromEntries("
        "[...panel.querySelectorAll('.pv-person')].map(person => [person.dataset.person, {"
        "  colour: person.style.getPropertyValue('--colour'),"
        "  centre: Number(person.querySelector('.pv-box').getAttribute('x'))"
        "    + Number(person.querySelector('.pv-box').getAttribute('width')) / 2 }])))"
    )
    both = first.keys() & second.keys()
    assert len(both) >= 3
    for number in both:
        assert first[number]["colour"] == second[number]["colour"]
        assert first[number]["centre"] == pytest.approx(second[number]["centre"], abs=40)


def test_a_person_keeps_the_colour_while_a_threshold_moves(visit):
    colours = (
        f"() => Object.fromEntries([...document.querySelectorAll('[data-method={YOLO}] .pv-person')].map("
        "p => [p.querySelector('.pv-box').getAttribute('x'), p.style.getPropertyValue('--colour')]))"
    )
    visitor = visit(methods=REFERENCES)
    visitor.pick_sample(BUS)
    before = visitor.page.evaluate(colours)
    visitor.set_slider("yolo11n-pose-pose_confidence", 0.05)
    visitor.wait_for_people(f"n['{YOLO}'] > {len(before)}")
    after = visitor.page.evaluate(colours)
    assert before
    assert before.items() <= after.items()


def test_hovering_a_keypoint_tells_its_name_score_and_state(visit, artefacts):
    visitor = visit(methods=REFERENCES)
    visitor.pick_sample(BUS)
    legend = visitor.page.locator(".compare [data-for=visibility]")
    legend.first.wait_for(state="visible")  # once the keypoints are judged
    visitor.page.mouse.move(*visitor.first_keypoint(MOVENET))
    tip = visitor.page.locator(".pv-tip")
    tip.wait_for(state="visible")
    name, score, state, chances, person = tip.locator("> *").all_inner_texts()
    assert name.lower().replace(" ", "_") in ("nose", "left_eye", "right_eye", "left_ear", "right_ear")
    assert re.fullmatch(r"score [01]\.\d\d", score)
    assert state in STATES
    assert [chance.rsplit(" ", 1)[0] for chance in chances.split(", ")] == list(STATES)
    assert re.fullmatch(r"person \d+, score [01]\.\d\d", person)
    # The same person stands out in the other panels too.
    for method in (MOVENET, YOLO):
        assert visitor.page.locator(f"[data-method={method}] .pv-person.active").count() == 1
    visitor.screenshot(artefacts / "compare-hover.png")
    visitor.page.mouse.move(5, 5)
    tip.wait_for(state="hidden")


def test_a_panel_is_enlarged_over_the_whole_width_and_made_small_again(visit, artefacts):
    visitor = visit(methods=REFERENCES)
    visitor.pick_sample(BUS)
    panel = visitor.page.locator(f"[data-method={YOLO}]")
    narrow = panel.bounding_box()["width"]
    panel.locator(".pv-stage").hover()
    button = visitor.page.get_by_role("button", name=f"Full width: {YOLO}")
    button.click()
    grid = visitor.page.locator(".pv-grid").first.bounding_box()["width"]
    assert narrow < 0.6 * grid
    assert panel.bounding_box()["width"] == pytest.approx(grid, abs=1)
    assert panel.locator(".pv-stage").bounding_box()["height"] <= 0.88 * 1000 + 1
    visitor.screenshot(artefacts / "compare-enlarged.png")
    visitor.page.locator(".pv-grid").first.press("Escape")
    assert panel.bounding_box()["width"] == pytest.approx(narrow, abs=1)


def test_panels_zoom_and_move_together(visit, artefacts):
    visitor = visit(methods=REFERENCES)
    visitor.pick_sample(BUS)
    whole = visitor.view_boxes()
    assert len(whole) >= 2
    assert set(whole) == {"0 0 810 1080"}
    x, y = (round(value) for value in visitor.first_keypoint())
    there = visitor.image_point(x, y)
    visitor.page.mouse.click(x, y)  # a click tells that the wheel is meant for the image
    for _ in range(8):
        visitor.page.mouse.wheel(0, -120)
    visitor.page.wait_for_function("() => parseInt(document.querySelector('.pv-level').textContent) > 300")
    zoomed = visitor.view_boxes()
    assert len(set(zoomed)) == 1
    assert zoomed != whole
    assert visitor.image_point(x, y) == pytest.approx(there, abs=0.1)  # what is under the pointer stays there
    visitor.page.mouse.move(x, y)
    visitor.page.mouse.down()
    visitor.page.mouse.move(x + 60, y + 40, steps=4)
    visitor.page.mouse.up()
    moved = visitor.view_boxes()
    assert len(set(moved)) == 1
    assert moved != zoomed
    assert visitor.image_point(x + 60, y + 40) == pytest.approx(there, abs=0.1)
    visitor.set_slider("yolo11n-pose-pose_confidence", 0.05)
    visitor.wait_for_people(f"n['{YOLO}'] > 3")
    assert visitor.view_boxes() == moved  # a threshold leaves the view alone
    visitor.screenshot(artefacts / "compare-zoom.png")
    visitor.page.dblclick(".pv-stage svg >> nth=1")
    assert visitor.view_boxes() == whole


def test_keys_zoom_move_and_reset(visit):
    visitor = visit(methods=REFERENCES)
    visitor.pick_sample(ASTRONAUT)
    whole = visitor.view_boxes()
    visitor.page.focus(".pv-grid")
    visitor.page.keyboard.press("+")
    zoomed = visitor.view_boxes()
    assert zoomed != whole
    visitor.page.keyboard.press("ArrowRight")
    assert float(visitor.view_boxes()[0].split()[0]) > float(zoomed[0].split()[0])
    visitor.page.keyboard.press("0")
    assert visitor.view_boxes() == whole


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_phone_width_needs_no_sideways_scrolling(visit, artefacts, dark):
    visitor = visit("phone", dark, methods=REFERENCES, has_touch=True)
    width = "() => [document.documentElement.scrollWidth, innerWidth]"
    assert visitor.page.evaluate(width) == [390, 390]
    visitor.pick_sample(BUS)
    assert visitor.page.evaluate(width) == [390, 390]
    lefts = {box["x"] for box in (panel.bounding_box() for panel in visitor.page.locator(".pv-panel").all())}
    assert len(lefts) == 1  # one below the other
    visitor.page.touchscreen.tap(*visitor.first_keypoint())
    visitor.page.wait_for_selector(".pv-tip", state="visible")
    visitor.screenshot(artefacts / f"compare-phone{'-dark' if dark else ''}.png", full_page=True)


def test_two_fingers_zoom_all_panels_about_the_point_between_them(visit):
    visitor = visit("phone", methods=REFERENCES, has_touch=True)
    visitor.pick_sample(BUS)
    x, y = (round(value) for value in visitor.first_keypoint())
    fingers = visitor.page.context.new_cdp_session(visitor.page)

    def touch(kind, gap):
        points = [] if gap is None else [{"x": x - gap, "y": y, "id": 0}, {"x": x + gap, "y": y, "id": 1}]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    there = visitor.image_point(x, y)
    touch("touchStart", 20)
    for gap in (25, 30, 40, 50, 60):
        touch("touchMove", gap)
    touch("touchEnd", None)
    visitor.page.wait_for_function("() => parseInt(document.querySelector('.pv-level').textContent) > 250")
    assert len(set(visitor.view_boxes())) == 1
    assert visitor.image_point(x, y) == pytest.approx(there, abs=4)
