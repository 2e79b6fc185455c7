"""The tab Several, by what a visitor sees of its events."""

import base64
import io
import json
from threading import Event

import numpy as np
import pytest
from PIL import Image

from app.messages import STOPPED
from app.state.visitor import VisitorState
from methods.samples import samples
from tests.security.served import PATIENCE, until

YOLO = "yolo11n-pose"
ONLY = {"methods": [YOLO]}


def test_without_images_or_a_method_it_says_so(visitor):
    assert visitor.see("run_images", ONLY) == {"several-notice": {"value": "Give some images first."}}
    nobody = visitor.see("run_images", {"batch": [visitor.image()], "methods": []})
    assert nobody == {"several-notice": {"value": "Tick at least one method."}}


def test_a_batch_is_laid_out_and_a_image_of_it_opens(visitor):
    files = [*map(visitor.image, range(len(samples()))), visitor.upload("broken.jpg", b"no image")]
    seen = visitor.see("run_images", {"batch": files, "methods": [YOLO, "movenet-multipose"]})
    captions = [image["caption"] for image in seen["batch-grid"]["value"]]
    assert len(captions) == len(samples())
    disagreements = [float(caption.split("disagreement ")[1].split(",")[0]) for caption in captions]
    assert disagreements == sorted(disagreements, reverse=True)
    assert seen["several-notice"]["value"].startswith("broken.jpg is not a JPEG")
    picked = visitor.see("open_image", event_data={"index": 0, "value": None, "selected": True})
    assert picked["tabs"]["selected"] == "compare"
    opened = visitor.see("open_chosen", ONLY)  # which the page asks for then
    assert opened["notice"]["value"] == ""
    assert [panel["name"] for panel in opened["viewer"]["value"]["panels"]] == [YOLO]


def test_a_batch_that_is_stopped_shows_what_was_found_until_then(visitor, monkeypatch):
    running, until_stopped = Event(), VisitorState.until_stopped

    def waiting(state, steps):
        def after_stop():
            running.set()
            until(lambda: state.stopping)
            yield from (step for step in steps)  # a Progress cannot be closed

        return until_stopped(state, after_stop())

    monkeypatch.setattr(VisitorState, "until_stopped", waiting)
    files = [*map(visitor.image, range(len(samples())))]
    asked = visitor.join("run_images", {"batch": files, "methods": [YOLO]}).json()["event_id"]
    assert running.wait(PATIENCE)
    assert visitor.join("stop").status_code == 200
    seen = visitor.seen("run_images", visitor.answer(asked).output)
    assert len(seen["batch-grid"]["value"]) == 1
    assert seen["several-notice"]["value"] == STOPPED


def test_of_a_folder_the_images_are_taken_by_name(visitor):
    content = samples()[0].path.read_bytes()
    folder = [visitor.upload(name, content) for name in ("b.JPG", "notes.txt", "a.jpg")]
    seen = visitor.see("take_folder", {"batch-folder": folder})
    assert [file["orig_name"] for file in seen["batch"]["value"]] == ["a.jpg", "b.JPG"]
    assert (seen["batch-folder"]["value"], seen["several-notice"]["value"]) == (None, "")
    nothing = visitor.see("take_folder", {"batch-folder": folder[1:2]})
    assert "batch" not in nothing
    assert nothing["several-notice"]["value"].startswith("The folder holds no JPEG, PNG")


def test_of_too_many_images_the_first_are_run(visitor, monkeypatch):
    monkeypatch.setattr("app.tabs.several.BATCH", 3)
    image = io.BytesIO()
    Image.new("RGB", (32, 32)).save(image, "PNG")
    files = [visitor.upload(f"{number}.png", image.getvalue()) for number in range(4)]
    seen = visitor.see("run_images", {**ONLY, "batch": files})
    assert len(seen["batch-grid"]["value"]) == 3
    assert seen["several-notice"]["value"] == "4 images were given; only the first 3 were run."


def test_a_video_is_shown_frame_by_frame_with_people_who_keep_their_numbers(visitor):
    image = Image.open(samples()[0].path).convert("RGB").resize((405, 540))
    frames = [image.crop((shift, 0, shift + 360, 540)) for shift in (0, 20, 40)]
    video = io.BytesIO()
    frames[0].save(video, "GIF", save_all=True, append_images=frames[1:], duration=400)
    seen = visitor.see("run_video", {**ONLY, "video": visitor.upload("walk.gif", video.getvalue())})
    assert seen["several-notice"]["value"] == ""
    (curve,) = json.loads(seen["video-curve"]["value"]["plot"])["data"]
    assert curve["x"] == pytest.approx([0, 0.4, 0.8])
    assert seen["video-frame"]["maximum"] == 2
    first, last = (
        update["video-viewer"]["value"]["panels"][0]["people"]
        for update in (seen, visitor.see("show_frame", {"video-frame": 2}))
    )
    assert {person["id"] for person in first} & {person["id"] for person in last}
    person = seen["motion-person"]["value"]
    assert person in {each["id"] for each in first}
    motion = visitor.see("show_motion", {"motion-person": person, "motion-keypoint": 0})
    x, y, jitter = json.loads(motion["motion"]["value"]["plot"])["data"]
    # The picture is cut 20 px further to the right each time.
    assert np.diff(x["y"]) == pytest.approx([-20, -20], abs=8)
    assert np.diff(y["y"]) == pytest.approx([0, 0], abs=8)
    assert jitter["y"][0] is None
    assert 0 <= jitter["y"][1] < 8
    assert "3 of 3" in motion["motion-numbers"]["value"]
    saved = visitor.see("export_motion", {"motion-person": person, "motion-keypoint": 0})["motion-download"]["value"]
    assert base64.b64decode(saved["data"]).decode().splitlines()[0] == "method,frame,seconds,x,y,speed,jitter"
    assert visitor.see("step_on", {"video-frame": 2}) == {"video-frame": {"value": 0}}
    assert visitor.see("play_on", {"video-frame": 0}) == {"video-frame": {"value": 1}, "timer": {"value": 0.4}}
    assert visitor.see("step_back", {"video-frame": 0}) == {"video-frame": {"value": 2}}
