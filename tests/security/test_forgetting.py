"""Forgetting is true: what a visitor gave is gone from memory and disk when they leave or after the stated time."""

import io
import json
import socket
import threading
from typing import Any

import pytest
from PIL import Image

from app.messages import NO_IMAGE
from tests.security.conftest import Held
from tests.security.held import MARK
from tests.security.served import Visitor, until

METHODS = {"methods": ["movenet-multipose", "yolo11n-pose"]}
SELDOM = 0.3  # s between questions for all that is in memory, each of which takes 0.1 s


def png(width: int = 300, height: int = 200, noise: bool = False) -> bytes:
    """A picture; with `noise` of three bytes a pixel."""
    picture = Image.effect_noise((width, height), 90).convert("RGB") if noise else Image.new("RGB", (width, height))
    file = io.BytesIO()
    picture.save(file, "BMP" if noise else "PNG")
    return file.getvalue()


def own_data() -> tuple[bytes, bytes]:
    """Annotations of one image, and results on it."""
    keypoints = [value for keypoint in range(17) for value in (20 + keypoint, 30 + 2 * keypoint, 2)]
    person = {
        "id": 1,
        "image_id": 1,
        "category_id": 1,
        "bbox": [10, 10, 100, 100],
        "area": 5000,
        "keypoints": keypoints,
    }
    annotations = {
        "images": [{"id": 1, "file_name": f"{MARK}.png", "width": 300, "height": 200}],
        "annotations": [person | {"iscrowd": 0, "num_keypoints": 17}],
    }
    results = [{"image_id": 1, "category_id": 1, "keypoints": keypoints, "score": 0.9}]
    return json.dumps(annotations).encode(), json.dumps(results).encode()


def give_everything(visitor: Visitor) -> None:
    """Use the page in every way that keeps something."""
    image = {"image": visitor.upload(f"{MARK}.png", png()), **METHODS}
    annotations, results = own_data()
    files = [visitor.upload(f"{MARK}.json", annotations), visitor.upload(f"{MARK}-results.json", results)]
    batch = [visitor.upload(f"{MARK}-{number}.png", png(300 + number)) for number in range(2)]
    asked = [
        visitor.ask("open_upload", image),
        *(visitor.ask(f"export_{kind}") for kind in ("JSON", "CSV", "PNG", "HTML")),  # the downloads
        visitor.ask("stress"),
        visitor.ask("run_images", {"batch": batch, **METHODS}),
        visitor.ask("give", {"trade-files": files, **METHODS}),
    ]
    assert all(answer.success for answer in asked), asked


def program(server: Held) -> None:
    """Use the page's interface for programs."""
    visitor = server.visitor()
    image = visitor.upload(f"{MARK}-program.png", png(301))
    server.hold.touch()
    event = visitor.client.post("/call/compare", json={"data": [image, METHODS["methods"], {}]}).json()["event_id"]
    answer: list[Any] = []
    asking = threading.Thread(target=lambda: answer.append(visitor.client.get(f"/call/compare/{event}").text))
    asking.start()
    until(lambda: server.runs())
    server.hold.unlink()
    asking.join()
    assert "event: complete" in answer[0]
    visitor.leave()


def test_of_who_left_nothing_is_in_memory_or_on_disk(held):
    """Row 8."""
    server = held(LEFT=1, DISK=2_000_000)
    visitor = server.visitor().stay()
    give_everything(visitor)
    alive = server.alive()
    assert alive["PhotoSession"] > 0
    assert alive["DatasetUpload"] > 0
    assert alive["marked"] > 0
    assert server.files()
    visitor.leave()
    program(server)
    until(lambda: set(server.alive().values()) == {0}, SELDOM)
    assert server.files() == []


def test_files_that_no_open_page_uses_make_room_for_others(held):
    server = held(LEFT=1, DISK=2_000_000)
    visitor, other = server.visitor().stay(), server.visitor().stay()
    used = visitor.upload("used.bmp", png(500, 500, noise=True))  # 750 kB
    assert visitor.ask("open_upload", {"image": used, "methods": []}).success
    for width in (501, 502, 503):
        other.upload("unused.bmp", png(width, 500, noise=True))
    assert {path.parent.name for path in server.files() if path.name == "used.bmp"} == {used["path"].split("/")[-2]}
    assert len([path for path in server.files() if path.name == "unused.bmp"]) == 1
    refused = other.client.post("/upload", files={"files": ("large.bmp", png(1000, 1000, noise=True))})
    assert refused.status_code == 503
    assert "as many files as it can" in refused.text
    for each in (visitor, other):
        each.leave()


def test_an_idle_page_is_forgotten_too(held):
    server = held(IDLE=2, FILE_AGE=1)
    visitor = server.visitor().stay()
    assert "panels" in visitor.ask("open_sample", METHODS, event_data={"index": 0, "value": None}).text
    until(lambda: server.alive()["PhotoSession"] == 0, SELDOM)
    assert NO_IMAGE in visitor.ask("show_when_run").text
    visitor.leave()


def test_files_go_after_their_time_also_those_that_were_never_used_or_never_came(held):
    """Rows 8 and 16."""
    server = held(IDLE=2, FILE_AGE=1)
    half = socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])))
    half.sendall(
        b"POST /gradio_api/upload HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000\r\n"
        b"Content-Type: multipart/form-data; boundary=x\r\n\r\n"
        b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.png"\r\n\r\n' + 4000 * b"a"
    )
    until(server.files)
    half.close()
    until(lambda: server.files() == [])
    server.visitor().upload("never-used.png", png())
    until(lambda: server.files() == [])


@pytest.mark.parametrize(
    "path", ["deep_link?session_hash={}", "process_recording", "vibe-code/", "proxy=https://a.hf.space/"]
)
def test_what_would_write_or_fetch_for_nobody_is_closed(held, path):
    """Rows 8 and 16."""
    server = held()
    visitor = server.visitor().stay()
    assert visitor.ask("open_sample", METHODS, event_data={"index": 0, "value": None}).success
    before = server.files()
    address = path.format(visitor.session)
    replies = [visitor.client.get(f"/{address}"), visitor.client.post(f"/{address}", files={"video": ("a.mp4", b"a")})]
    assert [reply.status_code for reply in replies] == [404, 404]
    assert server.files() == before
    visitor.leave()


def test_a_page_that_starts_clears_what_a_killed_one_left(held):
    """Row 16; that a page that ends leaves nothing is looked at whenever a server of these tests ends."""
    assert not held().left.exists()
