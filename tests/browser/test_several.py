"""The tab Several: a batch of images and a short video."""

import re
import shutil

import pytest
from PIL import Image

from methods.samples import samples

pytestmark = pytest.mark.browser

_, YOLO = REFERENCES = "movenet-multipose", "yolo11n-pose"


def test_a_folder_is_sorted_by_disagreement_and_opens_in_compare(visit, tmp_path, artefacts):
    visitor = visit(methods=REFERENCES)
    for sample in samples():
        shutil.copy(sample.path, tmp_path)
    (tmp_path / "broken.jpg").write_text("no image")
    (tmp_path / "notes.txt").write_text("no image at all")
    visitor.page.get_by_role("tab", name="Several").click()
    visitor.page.set_input_files("input[type=file][webkitdirectory]", tmp_path)
    visitor.page.wait_for_function("() => document.querySelectorAll('#batch tr').length === 4")
    visitor.page.click("#batch-run")
    visitor.page.wait_for_selector("#batch-grid .thumbnail-item")
    captions = visitor.page.locator("#batch-grid .caption-label").all_inner_texts()
    assert len(captions) == len(samples())
    values = [float(re.search(r"disagreement ([\d.]+)", caption).group(1)) for caption in captions]
    assert values == sorted(values, reverse=True)
    assert "broken.jpg" in visitor.page.inner_text("#several-notice .notice")
    visitor.screenshot(artefacts / "batch.png")
    visitor.page.locator("#batch-grid .thumbnail-item").first.click()
    visitor.page.wait_for_selector("#viewer .pv-panel", state="visible")
    assert visitor.complaints == []


def test_a_long_run_is_stopped_and_shows_what_was_found_until_then(visit, tmp_path):
    visitor = visit()
    for number in range(12):
        shutil.copy(samples()[0].path, tmp_path / f"{number}.jpg")
    visitor.page.get_by_role("tab", name="Several").click()
    visitor.page.set_input_files("#batch input[type=file]", sorted(tmp_path.iterdir()))
    visitor.page.wait_for_function("() => document.querySelectorAll('#batch tr').length === 12")
    visitor.page.click("#batch-run")
    visitor.page.get_by_text("1/12").first.wait_for()  # what runs is told
    visitor.page.click("#stop")
    visitor.page.locator("#several-notice .notice", has_text="Stopped; what was found until then is shown.").wait_for()
    assert 1 <= visitor.page.locator("#batch-grid .thumbnail-item").count() < 12
    assert visitor.complaints == []


def test_a_gif_is_run_frame_by_frame(visit, tmp_path, artefacts):
    image = Image.open(samples()[0].path).convert("RGB").resize((405, 540))
    moved = [image.crop((shift, 0, shift + 360, 540)) for shift in (0, 20, 40)]
    moved[0].save(tmp_path / "walk.gif", save_all=True, append_images=moved[1:], duration=400)
    visitor = visit(methods=REFERENCES)
    visitor.page.get_by_role("tab", name="Several").click()
    visitor.page.set_input_files("#video input[type=file]", tmp_path / "walk.gif")
    visitor.page.wait_for_selector("#video-viewer .pv-panel", state="visible")
    visitor.page.wait_for_selector("#video-curve .scatterlayer .trace", state="attached")
    assert visitor.page.locator("#video-curve .scatterlayer .trace").count() == len(REFERENCES)
    before = visitor.page.locator("#video-viewer image").first.get_attribute("href")
    visitor.page.locator("#video-frame input[type=number]").fill("2")
    visitor.page.locator("#video-frame input[type=number]").press("Enter")
    visitor.page.wait_for_function(
        "before => document.querySelector('#video-viewer image').getAttribute('href') !== before", arg=before
    )
    assert visitor.page.locator(f"#video-viewer [data-method={YOLO}] .pv-person").count() >= 2
    visitor.page.click("#video-next")  # after the last frame comes the first
    frame = "document.querySelector('#video-frame input[type=number]').value"
    visitor.page.wait_for_function(f"() => {frame} === '0'")
    visitor.page.click("#video-play")
    visitor.page.wait_for_function(f"() => {frame} === '2'")
    visitor.page.click("#video-play")
    visitor.page.locator("#video-play", has_text="Play").wait_for()
    visitor.page.locator("#motion .scatterlayer .trace").first.wait_for(state="attached")
    assert visitor.page.locator("#motion .scatterlayer .trace").count() == 3 * len(REFERENCES)
    visitor.page.locator("#motion-keypoint input").click()
    visitor.page.get_by_role("option", name="Left wrist").click()
    visitor.page.locator("#motion .gtitle", has_text="Left wrist").wait_for()
    with visitor.page.expect_download() as saved:
        visitor.page.click("#motion-csv")
    assert saved.value.suggested_filename == "motion.csv"
    visitor.screenshot(artefacts / "video.png", full_page=True)
    assert visitor.complaints == []
