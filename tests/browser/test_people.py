"""The tab Compare: one person keypoint by keypoint, disagreement, ground truth, two methods, imports, links,
one HTML file."""

import json
import math
import re

import pytest

from app.samples import find_offer

pytestmark = pytest.mark.browser

COUNT_PEOPLE = (
    "() => Object.fromEntries([...document.querySelectorAll('.pv-panel')].map("
    "panel => [panel.dataset.method, panel.querySelectorAll('.pv-poses .pv-person').length]))"
)

MOVENET, YOLO = REFERENCES = "movenet-multipose", "yolo11n-pose"
FEW = ("kapao-n", *REFERENCES)
BUS, CROWD = "Pedestrians and a bus", "Rendered: a dense crowd"


def download(visitor, kind, folder):
    with visitor.page.expect_download() as waiting:
        visitor.page.get_by_role("button", name=f"Download {kind}").click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def cells(visitor):
    """The texts of the keypoint table: rows of the keypoint's name and each method's cell."""
    return visitor.page.evaluate(
        "() => [...document.querySelectorAll('.pv-keypoint-table tbody tr')].map("
        "row => [...row.cells].map(cell => cell.innerText.replace(/\\s+/g, ' ').toLowerCase()))"
    )


def test_a_click_on_a_person_shows_the_keypoints_in_every_method_as_far_apart_as_the_results_say(
    visit, tmp_path, artefacts
):
    visitor = visit(methods=FEW)
    visitor.pick_sample(BUS)
    visitor.page.mouse.click(*visitor.first_keypoint())
    table = visitor.page.locator(".pv-keypoint-table")
    table.wait_for(state="visible")
    table.get_by_label("Distance from").select_option(YOLO)
    rows = cells(visitor)
    assert len(rows) == 17
    columns = table.locator("thead th").all_inner_texts()
    assert [column.split("\n")[0] for column in columns] == ["Keypoint", *FEW]
    assert all(row[1 + FEW.index(YOLO)].startswith("0.0 px · oks 1.00") for row in rows)
    chosen = int(table.locator("h3").inner_text().split()[1].rstrip(","))
    found = json.loads(download(visitor, "JSON", tmp_path).read_text())["methods"]
    rank = {
        name: visitor.page.eval_on_selector_all(
            f"[data-method={name}] .pv-person", "all => all.map(person => Number(person.dataset.person) + 1)"
        ).index(chosen)
        for name in (MOVENET, YOLO)
    }
    nose = [found[name]["results"][rank[name]]["keypoints"][:2] for name in (MOVENET, YOLO)]
    shown = float(re.match(r"([\d.]+) px", rows[0][1 + FEW.index(MOVENET)]).group(1))
    assert shown == pytest.approx(math.dist(*nose), abs=0.11)
    assert visitor.page.locator(".pv-person.chosen").count() >= 2
    visitor.screenshot(artefacts / "person.png", full_page=True)
    visitor.page.focus(".pv-grid")
    visitor.page.keyboard.press("Escape")
    table.wait_for(state="hidden")
    assert visitor.complaints == []


@pytest.mark.parametrize(("size", "width", "height"), [("desk", 1280, 720), ("phone", 390, 844)])
def test_a_persons_table_opens_on_the_screen_beside_image_and_confidence(visit, size, width, height):
    visitor = visit(size, methods=REFERENCES)
    visitor.page.set_viewport_size({"width": width, "height": height})
    visitor.pick_sample(BUS)
    visitor.page.mouse.click(*visitor.first_keypoint())
    visitor.page.wait_for_selector("#viewer .pv-keypoint-table", state="visible")
    visitor.settle()
    for part in (".pv-keypoint-table h3", ".pv-confidence input", ".pv-panel .pv-person.chosen .pv-keypoint"):
        box = visitor.page.locator(f"#viewer {part}").first.bounding_box()
        assert 0 <= box["y"] <= height - 10, part


def test_people_are_ranked_by_disagreement_and_chosen_by_key(visit):
    visitor = visit(methods=FEW)
    visitor.pick_sample(BUS)
    rows = visitor.page.locator(".pv-people button").all_inner_texts()
    alone = ["found by 1 of" in row for row in rows]
    numbers = [float(row.split("\n")[1]) for row in rows]
    assert len(numbers) >= 3
    assert list(zip(alone, numbers, strict=True)) == sorted(
        zip(alone, numbers, strict=True), key=lambda row: (row[0], -row[1])
    )
    visitor.page.locator(".pv-people button").first.focus()
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_selector(".pv-keypoint-table", state="visible")
    assert visitor.page.locator(".pv-people button[aria-pressed=true]").count() == 1


def test_a_rendered_scene_shows_its_ground_truth_and_how_close_each_method_comes(visit, artefacts):
    visitor = visit(methods=FEW)
    visitor.pick_sample(BUS)
    assert visitor.page.locator("[data-for=ground-truth]").is_hidden()
    visitor.pick_sample(CROWD)
    assert visitor.page.inner_text("#viewer .pv-caption") == find_offer("scenes-crowd-high").caption
    assert visitor.page.locator("[data-for=ground-truth]").is_visible()
    lines = visitor.page.locator(".pv-oks").all_inner_texts()
    assert len(lines) == len(FEW)
    count = len(find_offer("scenes-crowd-high").ground_truth)
    assert all(
        re.fullmatch(rf"\d+ of {count} found, \d+ others · OKS 0\.\d\d over all {count}", line) for line in lines
    ), lines
    ground_truth = visitor.page.locator(f"[data-method={YOLO}] .pv-ground-truth")
    assert ground_truth.locator(".pv-person").count() == count
    visitor.screenshot(artefacts / "ground-truth.png")
    visitor.page.uncheck("[data-show=ground-truth]")
    assert ground_truth.is_hidden()


@pytest.mark.parametrize(("size", "width", "height"), [("desk", 1280, 720), ("phone", 390, 844)])
def test_a_divider_parts_two_methods_in_view_by_pointer_and_by_key(visit, artefacts, size, width, height):
    visitor = visit(size, methods=REFERENCES)
    visitor.page.set_viewport_size({"width": width, "height": height})
    visitor.pick_sample(BUS)
    visitor.page.check("[data-show=slide]")
    slide = visitor.page.locator(".pv-slide")
    slide.get_by_label("Method on the left").select_option(MOVENET)
    divider = slide.get_by_role("slider", name="Where the two methods part")
    stage = slide.locator(".pv-slide-stage").bounding_box()
    toolbar = visitor.page.locator("#viewer .pv-toolbar").bounding_box()
    assert toolbar["y"] + toolbar["height"] <= slide.get_by_label("Method on the left").bounding_box()["y"]
    assert stage["y"] + stage["height"] <= height
    middle = stage["y"] + stage["height"] / 2
    visitor.page.mouse.move(stage["x"] + stage["width"] / 2, middle)
    visitor.page.mouse.down()
    visitor.page.mouse.move(stage["x"] + stage["width"] / 4, middle, steps=3)
    visitor.page.mouse.up()

    def place() -> float:
        """Where the divider is, as a share of the image's width."""
        return (divider.bounding_box()["x"] + 1 - stage["x"]) / stage["width"]

    assert place() == pytest.approx(0.25, abs=0.02)
    assert divider.get_attribute("aria-valuenow") == "25"
    visitor.page.keyboard.press("ArrowRight")
    visitor.page.keyboard.press("PageUp")
    assert place() == pytest.approx(0.37, abs=0.02)
    people = slide.locator("g[clip-path]").evaluate_all("all => all.map(g => g.querySelectorAll('.pv-person').length)")
    counts = visitor.people()
    assert people == [counts[MOVENET], counts[slide.get_by_label("Method on the right").input_value()]]
    visitor.screenshot(artefacts / f"slide-{size}.png")
    shown = visitor.move_confidence(0.9)
    assert slide.locator("g[clip-path]").first.locator(".pv-person").count() == shown[MOVENET]


def test_results_of_somebody_else_stand_beside_the_methods_until_the_next_image(visit, tmp_path):
    visitor = visit(methods=REFERENCES)
    visitor.pick_sample(BUS)
    own = json.loads(download(visitor, "JSON", tmp_path).read_text())["methods"][YOLO]["results"]
    theirs = tmp_path / "theirs.json"

    def bring(text):
        theirs.write_text(text)
        with visitor.page.expect_file_chooser() as chooser:
            visitor.page.click("#import")
        chooser.value.set_files(theirs)

    bring(json.dumps(own[:1]))
    visitor.wait_for_people("n['theirs.json'] === 1")
    assert list(visitor.people()) == [*REFERENCES, "theirs.json"]
    assert visitor.table()[-1][0] == "theirs.json"
    bring("nonsense")  # under the same name, as whoever mends a file gives it again
    visitor.page.wait_for_selector("#notice .notice", state="visible")
    assert "is not JSON" in visitor.page.inner_text("#notice .notice")
    bring(json.dumps(own[:2]))
    visitor.wait_for_people("n['theirs.json'] === 2")
    visitor.pick_sample(CROWD)
    assert list(visitor.people()) == [*REFERENCES]


def test_a_link_restores_sample_methods_and_settings(visit):
    visitor = visit(methods=FEW)
    visitor.pick_sample(BUS)
    visitor.set_slider("yolo11n-pose-pose_confidence", 0.02)
    visitor.wait_for_people(f"n['{YOLO}'] > 3")
    visitor.page.locator("#methods").get_by_label(MOVENET).uncheck()
    visitor.page.wait_for_selector(f"[data-method={MOVENET}]", state="detached")
    before = visitor.people()
    visitor.page.click("[data-share=link]")
    visitor.page.wait_for_function("() => location.search.includes('sample=bus')")
    visitor.settle()  # who leaves while a question is open makes Gradio complain of a broken stream
    visitor.page.goto(visitor.page.url)
    visitor.wait_until_measured()
    assert visitor.people() == before
    assert float(visitor.slider("yolo11n-pose-pose_confidence").input_value()) == 0.02
    assert not visitor.page.locator("#methods").get_by_label(MOVENET).is_checked()
    assert visitor.complaints == []


def test_the_html_file_works_without_the_workbench(visit, tmp_path, artefacts):
    visitor = visit(methods=FEW)
    visitor.pick_sample(CROWD)
    path = download(visitor, "HTML", tmp_path)
    before = visitor.people()
    alone = visitor.page.context.new_page()
    alone.route(re.compile("^https?:"), lambda route: route.abort())
    complaints = []
    alone.on("pageerror", lambda error: complaints.append(str(error)))
    alone.goto(path.as_uri())
    assert alone.evaluate(COUNT_PEOPLE) == before
    alone.locator(f"[data-method={YOLO}] summary").click()
    alone.locator(f"[data-method={YOLO}] input[type=checkbox]").first.check()
    assert alone.locator(f"[data-method={YOLO}] .pv-mark").count() > 0
    alone.screenshot(path=artefacts / "standalone.png", full_page=True)
    assert complaints == []
