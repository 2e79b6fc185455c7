"""The tab Trade-offs: one slider moves every method along its curve; the filter's arrows; a visitor's own files."""

import io
import json
import zipfile
from itertools import combinations

import pytest
from PIL import Image

pytestmark = pytest.mark.browser


def numbers(page) -> dict[str, list[str]]:
    """The table's cells by method."""
    rows = page.locator("#trade-numbers tbody tr").all()
    return {row.locator("th").inner_text(): row.locator("td").all_inner_texts() for row in rows}


def middle(locator) -> tuple[float, float]:
    """The middle of an element, in pixels of the window."""
    locator.scroll_into_view_if_needed()
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def overlapping(page, selector: str) -> list[tuple[str, str]]:
    """The texts of elements that lie over one another."""
    found = [(each.text_content(), each.bounding_box()) for each in page.locator(selector).all()]
    assert found
    return [
        (one, other)
        for (one, a), (other, b) in combinations(found, 2)
        if a["x"] < b["x"] + b["width"] and b["x"] < a["x"] + a["width"]
        and a["y"] < b["y"] + b["height"] and b["y"] < a["y"] + a["height"]
    ]  # fmt: skip


def test_one_slider_moves_every_method(visit, offered, artefacts):
    visitor = visit()
    page = visitor.page
    page.get_by_role("tab", name="Trade-offs").click()
    page.wait_for_selector("#trade-curves .scatterlayer .trace", state="attached")
    visitor.settle()
    # A curve and a point for each method.
    assert page.locator("#trade-curves .scatterlayer .trace").count() == 2 * len(offered)
    at_best = numbers(page)
    assert list(at_best) == offered
    assert all(sum(map(int, row[5:8])) >= 0 and float(row[3]) > 0.3 for row in at_best.values())
    entries = page.locator("#trade-curves .legendtext").all_text_contents()
    assert [entry.split(", AP ")[0] for entry in entries] == offered
    assert not overlapping(page, "#trade-curves .annotation-text")
    x, y = middle(page.locator("#trade-curves .points path").first)
    page.mouse.move(x, y)
    page.wait_for_selector("#trade-curves .trace.faded", state="attached")
    assert page.locator("#trade-curves .trace:not(.faded)").count() == 2
    assert "faded" not in page.locator("#trade-curves .scatterlayer .trace").last.get_attribute("class")
    visitor.screenshot(artefacts / "trade-offs-hover.png")
    page.mouse.move(5, 5)
    page.locator("#trade-by").get_by_label("recall").check()
    page.locator("#trade-value input[type=number]").wait_for(state="visible")
    visitor.settle()
    before = numbers(page)
    visitor.set_slider("trade-value", 0.3)
    page.wait_for_function("() => document.querySelector('#trade-numbers tbody td:nth-child(4)').innerText < '0.4'")
    after = numbers(page)
    assert all(float(after[name][2]) < float(before[name][2]) for name in offered)  # recall
    assert all(float(after[name][0]) > float(before[name][0]) for name in offered)  # score
    page.locator("#trade-filter input").check()
    page.wait_for_selector("#trade-keypoints .annotation-arrow-g", state="attached")
    # Each method has an arrow; Plotly paints none where the filter takes nothing away at this recall.
    plot = "document.querySelector('#trade-keypoints .js-plotly-plot')"
    assert page.evaluate(f"{plot}.layout.annotations.filter(each => !each.text).length") == len(offered)
    visitor.screenshot(artefacts / "trade-offs.png", full_page=True)
    assert visitor.complaints == []
    assert visitor.strangers == []


def test_results_of_anybody_on_annotations_of_anybody(visit, tmp_path, artefacts):
    keypoints = [number for k in range(17) for number in (20 + 5 * k, 30 + 3 * k, 2)]
    person = {"id": 1, "image_id": 7, "bbox": [10, 20, 100, 70], "area": 3000.0, "iscrowd": 0, "keypoints": keypoints}
    images = [{"id": 7, "file_name": "a.jpg", "width": 200, "height": 150}]
    files = [tmp_path / "ground_truth.json", tmp_path / "theirs.json"]
    files[0].write_text(json.dumps({"images": images, "annotations": [person]}))
    files[1].write_text(json.dumps([{"image_id": 7, "category_id": 1, "keypoints": keypoints, "score": 0.8}]))
    visitor = visit()
    page = visitor.page
    page.get_by_role("tab", name="Trade-offs").click()
    page.wait_for_selector("#trade-numbers tbody tr")
    page.get_by_role("button", name="Your own data").click()
    page.locator("#trade-files input[type=file]").set_input_files(files[1])
    page.locator("#trade-files").get_by_text("theirs").wait_for()
    page.click("#trade-use")
    page.locator("#trade-notice .notice", has_text="0 were given").wait_for()
    page.locator("#trade-files input[type=file]").set_input_files(files)
    page.locator("#trade-files").get_by_text("ground_truth").wait_for()
    page.click("#trade-use")
    page.locator("#trade-numbers tbody th", has_text="theirs").wait_for()
    assert numbers(page) == {"theirs": ["0.8", "1.000", "1.000", "1.000", "0.00", "0", "0", "0", "1.000"]}
    assert "Category: person (id 1)." in page.locator("#trade-report li").all_inner_texts()
    visitor.settle()
    assert page.locator("#trade-sigmas textarea, #trade-sigmas input").get_attribute("placeholder").startswith("0.026")
    page.locator("#trade-sigmas textarea, #trade-sigmas input").fill("0.1")
    page.click("#trade-use")
    page.locator("#trade-report li", has_text="sigmas as given").wait_for()
    visitor.screenshot(artefacts / "own-data.png", full_page=True)
    page.get_by_role("tab", name="Failures").click()
    page.locator("#errors-data input").click()
    page.get_by_role("option", name="Your own data").click()
    page.locator("#errors-data-report li", has_text="sigmas as given").wait_for()
    assert visitor.complaints == []


def test_a_yolo_set_and_results_of_ultralytics(visit, tmp_path, artefacts):
    places = [(20 + 5 * k, 30 + 3 * k) for k in range(17)]
    shares = [f"{x / 200} {y / 150} 2" for x, y in places]
    image = io.BytesIO()
    Image.new("RGB", (200, 150), (90, 90, 90)).save(image, "PNG")
    contents = {
        "data.yaml": "path: .\nval: images/val\nkpt_shape: [17, 3]\nnames: {0: person}\n",
        "images/val/a.png": image.getvalue(),
        "labels/val/a.txt": " ".join(["0", "0.3 0.36 0.5 0.47", *shares]),
    }
    files = [tmp_path / "set.zip", tmp_path / "predictions.json"]
    with zipfile.ZipFile(files[0], "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    keypoints = [number for x, y in places for number in (x, y, 0.9)]
    box = {"bbox": [10, 20, 100, 70], "score": 0.8}
    files[1].write_text(json.dumps([{"image_id": "a", "file_name": "a.png", "keypoints": keypoints, **box}]))
    visitor = visit()
    page = visitor.page
    page.get_by_role("tab", name="Trade-offs").click()
    page.wait_for_selector("#trade-numbers tbody tr")
    page.get_by_role("button", name="Your own data").click()
    page.locator("#trade-run input").uncheck()
    page.locator("#trade-files input[type=file]").set_input_files(files)
    page.locator("#trade-files").get_by_text("predictions").wait_for()
    page.click("#trade-use")
    page.locator("#trade-numbers tbody th", has_text="predictions").wait_for()
    assert list(numbers(page)) == ["predictions"]
    assert numbers(page)["predictions"][1:4] == ["1.000", "1.000", "1.000"]
    said = page.locator("#trade-report li").all_inner_texts()
    assert "Read as an Ultralytics YOLO set, its split val." in said
    assert not any(each.startswith("predictions:") for each in said)  # of which nothing was left out
    page.get_by_role("tab", name="Failures").click()
    page.locator("#errors-data input").click()
    page.get_by_role("option", name="Your own data").click()
    page.locator("#errors-data-report li", has_text="Ultralytics YOLO set").wait_for()
    visitor.screenshot(artefacts / "yolo-set.png", full_page=True)
    assert visitor.complaints == []
