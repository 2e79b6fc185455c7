"""The tab Compare, driven as a visitor would."""

import base64
import io
import json
import re

import pytest
from PIL import Image

from methods.samples import samples

pytestmark = pytest.mark.browser

MOVENET, YOLO = REFERENCES = ["movenet-multipose", "yolo11n-pose"]
FEW = ["kapao-n", *REFERENCES]
SMALL = ["kapao-n", "hybridpose-n", "posedet-n", "detposenet-n"]  # which see the whole image through the same body
BUS, MEN, ASTRONAUT = "Pedestrians and a bus", "Two men close up", "An astronaut, half length"


def png_of(path):
    buffer = io.BytesIO()
    Image.open(path).save(buffer, "PNG")
    return buffer.getvalue()


def test_a_sample_shows_the_three_pedestrians_that_the_references_find(visit, offered, artefacts):
    visitor = visit()
    visitor.pick_sample(BUS)
    assert list(visitor.people()) == offered
    assert all(visitor.people()[name] >= 3 for name in REFERENCES), visitor.people()
    rows = visitor.table()
    assert [row[0] for row in rows] == offered
    assert [int(row[1]) for row in rows] == list(visitor.people().values())
    assert {cell for row in rows for cell in row[2:7]} == {"\N{EN DASH}"}  # of one run there are no times
    visitor.measure_times()
    rows = visitor.table()
    for row in rows:
        cells = (0 if cell == "\N{EN DASH}" else float(cell) for cell in row[2:7])
        preprocess, body, forward, postprocess, total = cells
        assert forward > 0
        assert (body > 0) == (row[0] in SMALL)
        assert total == pytest.approx(preprocess + body + forward + postprocess, rel=0.02, abs=0.8)
    visitor.screenshot(artefacts / "compare.png")
    assert visitor.strangers == []
    assert visitor.complaints == []


def test_every_file_of_gradios_that_the_page_opens_with_was_announced_in_its_head(visit):
    visitor = visit()
    head = visitor.page.request.get(visitor.page.url).text().split("</head>")[0]
    announced = set(re.findall(r'<link rel="modulepreload" crossorigin href="\./assets/([^"]+)">', head))
    announced |= set(
        re.findall(r'<(?:script type="module"|link rel="stylesheet") crossorigin \w+="\./assets/([^"]+)">', head)
    )
    asked = visitor.page.evaluate("performance.getEntriesByType('resource').map((each) => each.name)")
    assert len(announced) > 30
    assert {url.rsplit("/", 1)[1] for url in asked if "/assets/" in url} <= announced


def test_both_men_are_found_by_the_references(visit):
    visitor = visit(methods=REFERENCES)
    visitor.pick_sample(MEN)
    assert all(visitor.people()[name] >= 2 for name in REFERENCES), visitor.people()


def test_a_slider_changes_who_is_shown_without_running_a_network(visit):
    visitor = visit(methods=REFERENCES)
    visitor.pick_sample(BUS)
    visitor.measure_times()
    before, forward = visitor.people(), [row[4] for row in visitor.table()]
    visitor.set_slider("yolo11n-pose-pose_confidence", 0.02)
    visitor.wait_for_people(f"n['{YOLO}'] > {before[YOLO]}")
    assert visitor.people()[MOVENET] == before[MOVENET]
    visitor.set_slider("yolo11n-pose-pose_confidence", 0.99)
    visitor.wait_for_people(f"n['{YOLO}'] === 0")
    note = visitor.page.locator(f"[data-method={YOLO}] .pv-note")
    assert note.inner_text() == "No person above 0.99; lower pose confidence, or try another image."
    assert [row[4] for row in visitor.table()] == forward  # a network run would have taken another time


def test_one_slider_moves_every_method_at_once_and_the_server_says_the_same(visit):
    visitor = visit(methods=FEW)
    visitor.pick_sample(BUS)
    before = visitor.people()
    for confidence in (0.1, 0.9, 0.35):
        shown = visitor.move_confidence(confidence)
        assert shown != before, confidence
        visitor.page.wait_for_function("() => !document.querySelector('#viewer .pv.ahead')")
        visitor.settle()
        assert visitor.people() == shown
        before = shown
    assert float(visitor.slider("yolo11n-pose-pose_confidence").input_value()) == 0.35
    assert visitor.page.inner_text("#viewer .pv-confidence output") == "0.35"


def test_presets_set_all_sliders(visit):
    visitor = visit(methods=REFERENCES)
    visitor.pick_sample(BUS)
    before = visitor.people()
    visitor.page.click("#preset-evaluation")
    visitor.wait_for_people(f"n['{YOLO}'] > {before[YOLO]}")
    assert float(visitor.slider("yolo11n-pose-pose_confidence").input_value()) == 0.005
    visitor.page.click("#preset-demo")
    visitor.wait_for_people(f"n['{YOLO}'] === {before[YOLO]}")


def test_an_upload_runs_and_a_broken_file_is_refused_in_one_sentence_with_nothing_lost(visit, tmp_path, artefacts):
    visitor = visit(methods=REFERENCES)
    visitor.page.set_input_files("#image input[type=file]", samples()[0].path)
    visitor.wait_for_people(f"n['{YOLO}'] >= 3")
    before = visitor.people()
    broken = tmp_path / "holiday.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500))
    visitor.page.set_input_files("#image input[type=file]", broken)
    notice = visitor.page.locator("#notice .notice")
    notice.wait_for(state="visible")
    sentence = notice.inner_text()
    assert len(sentence) < 250
    assert sentence.endswith(".")
    assert "Traceback" not in sentence
    assert visitor.people() == before
    visitor.screenshot(artefacts / "compare-broken-file.png")
    visitor.set_slider("yolo11n-pose-pose_confidence", 0.02)  # the earlier image still answers
    visitor.wait_for_people(f"n['{YOLO}'] > {before[YOLO]}")
    notice.wait_for(state="hidden")


def test_a_pasted_picture_runs(visit):
    visitor = visit(methods=REFERENCES, permissions=["clipboard-read", "clipboard-write"])
    slow = visitor.page.context.new_cdp_session(visitor.page)
    slow.send("Emulation.setCPUThrottlingRate", {"rate": 5})  # a slow phone showed that the image could get lost
    image = base64.b64encode(png_of(samples()[0].path)).decode()
    visitor.page.evaluate(
        "async data => { const bytes = Uint8Array.from(atob(data), letter => letter.charCodeAt(0));"
        " const item = new ClipboardItem({ 'image/png': new Blob([bytes], { type: 'image/png' }) });"
        " await navigator.clipboard.write([item]); }",
        image,
    )
    visitor.page.get_by_label("Paste from clipboard").click()
    visitor.wait_for_people(f"n['{YOLO}'] >= 3")


def test_the_webcam_runs_and_an_empty_picture_says_what_to_try(visit):
    visitor = visit(methods=REFERENCES, permissions=["camera"])
    visitor.page.get_by_label("Capture from camera").click()
    visitor.page.get_by_text("Click to Access Webcam").click()
    visitor.page.wait_for_function("() => document.querySelector('#image video').readyState >= 3")
    visitor.page.get_by_label("capture photo").click()
    visitor.wait_for_people("Object.keys(n).length === 2")  # Chromium's test camera shows a clock and nobody
    notes = [visitor.page.inner_text(f"[data-method={name}] .pv-note") for name in REFERENCES]
    assert all(note.startswith("No person above 0.") and "lower pose confidence" in note for note in notes), notes


def test_the_panels_stay_in_sight_while_settings_scroll(visit, offered):
    shown = offered[:4]
    visitor = visit(methods=shown)
    visitor.pick_sample(MEN)
    for name in shown:  # all settings unfolded are longer than the screen
        visitor.slider(f"{name}-pose_confidence")
    visitor.page.evaluate("() => scrollTo(0, 0)")
    visitor.page.set_viewport_size({"width": 1440, "height": 950})
    visitor.page.mouse.move(200, 800)
    visitor.page.mouse.wheel(0, 200)
    visitor.page.wait_for_function("() => document.querySelector('.area-settings').scrollTop > 150")
    assert visitor.page.locator("#viewer .pv-toolbar").bounding_box()["y"] >= 0
    assert visitor.page.locator("#viewer .pv-panel").first.bounding_box()["y"] < 600


def test_unticking_a_method_takes_its_panel_away_and_ticking_brings_it_back(visit):
    visitor = visit(methods=FEW)
    visitor.pick_sample(ASTRONAUT)
    box = visitor.page.locator("#methods").get_by_label(MOVENET)
    box.uncheck()
    visitor.wait_for_people("Object.keys(n).length === 2")
    box.check()
    visitor.wait_for_people("Object.keys(n).length === 3")
    assert list(visitor.people()) == FEW


def test_results_download_as_json_csv_and_png(visit, artefacts):
    visitor = visit(methods=FEW)
    visitor.pick_sample(BUS)
    saved = {}
    for kind in ("JSON", "CSV", "PNG"):
        with visitor.page.expect_download() as download:
            visitor.page.get_by_role("button", name=f"Download {kind}").click()
        saved[kind] = artefacts / download.value.suggested_filename
        download.value.save_as(saved[kind])
    assert [path.name for path in saved.values()] == ["bus-poses.json", "bus-poses.csv", "bus-poses.png"]
    methods = json.loads(saved["JSON"].read_text())["methods"]
    assert {name: len(found["results"]) for name, found in methods.items()} == visitor.people()
    assert all(len(person["keypoints"]) == 51 for found in methods.values() for person in found["results"])
    header, *rows = saved["CSV"].read_text().splitlines()
    assert header.startswith("method,person,same_person,score,keypoint,x,y,keypoint_score")
    assert len(rows) == 17 * sum(visitor.people().values())
    assert saved["PNG"].read_bytes().startswith(b"\x89PNG")


def test_dark_mode(visit, artefacts):
    visitor = visit(dark=True, methods=FEW)
    visitor.pick_sample(BUS)
    light = visitor.page.evaluate(
        "() => getComputedStyle(document.body).backgroundColor.match(/[0-9]+/g).slice(0, 3).map(Number)"
    )
    assert max(light) < 60
    visitor.screenshot(artefacts / "compare-dark.png", full_page=True)


def test_names_from_data_cannot_become_markup(visit):
    visitor = visit(methods=REFERENCES)
    visitor.page.set_input_files(
        "#image input[type=file]",
        {"name": "<img src=x onerror=document.title='taken'>.png", "mimeType": "image/png", "buffer": b"no image"},
    )
    visitor.page.wait_for_selector("#notice .notice", state="visible")
    assert visitor.page.locator("#notice .notice *").count() == 0
    assert visitor.page.title() == "Pose workbench"
