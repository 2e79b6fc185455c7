"""Rows 1, 6 and 14: no payload of any event reads a file that was not uploaded, or fetches an address."""

import json
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.server import gate
from app.server.gate import NOT_UPLOADED, Upload, UploadError, admit
from methods.samples import samples
from tests.security.served import Answer, Server, Visitor

META = {"meta": {"_type": "gradio.FileData"}}
# Every event that takes files: by the name of its input, and whether that takes a list.
TAKERS = [
    ("open_upload", "image", False),
    ("compare", "image", False),
    ("import_results", "import", False),
    ("take_folder", "batch-folder", True),
    ("run_images", "batch", True),
    ("run_video", "video", False),
    ("offer_fields", "trade-files", True),
    ("give", "trade-files", True),
]
IMAGE = samples()[0].path


class Site:
    """A web site on this machine that counts what is asked of it."""

    def __init__(self) -> None:
        asked = self.asked = list[str]()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(IMAGE.read_bytes())

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.server.shutdown()
    site.server.server_close()


def ask(visitor: Visitor, event: str, name: str, several: bool, payload: Any) -> Answer:
    return visitor.ask(event, {name: [payload] if several else payload})


def refused(server: Server, answer: Answer) -> None:
    """One sentence, the same for whatever is or is not there, and no path of the server."""
    assert not answer.success, answer
    assert answer.output["error"] in (NOT_UPLOADED, gate.NO_FILE)
    assert "Traceback" not in server.log.read_text()


@pytest.mark.parametrize(("event", "name", "several"), TAKERS)
def test_no_event_reads_a_path_of_the_server(server, visitor, event, name, several):
    """Row 1: with `meta` and without, what is there and what is not, straight and around corners."""
    uploaded = Path(visitor.image()["path"])
    linked = uploaded.parent.with_name("0" * 64)
    linked.mkdir(exist_ok=True)
    if not (linked / "link.png").is_symlink():
        (linked / "link.png").symlink_to(IMAGE)
    unfinished = server.uploads / "tmpslow"  # as Gradio calls an upload that is still coming
    for unfinished in server.uploads.glob("page-*/uploads"):
        (unfinished / "tmpslow").write_bytes(IMAGE.read_bytes())
    paths = [
        IMAGE,
        "/etc/hostname",
        "/no/such/file",
        f"/proc/{server.process.pid}/environ",
        *(f"/proc/self/fd/{number}" for number in (0, 3, 10)),
        uploaded.parent,
        f"{uploaded.parent}/../{uploaded.parent.name}/{uploaded.name}",
        f"{uploaded.parents[1]}/../../../../../../..{IMAGE}",
        uploaded.parents[1] / "tmpslow",
        linked / "link.png",
        os.path.relpath(IMAGE),
        f"{uploaded}\0.png",
        "",
    ]
    for path in paths:
        for more in (META, {}, {"orig_name": "a.json", "mime_type": "image/png", "is_stream": True}):
            if path == uploaded.parent and event == "take_folder":
                continue  # names are laid ready and nothing is read; whoever reads it is asked below
            refused(server, ask(visitor, event, name, several, {"path": str(path), **more}))


@pytest.mark.parametrize(("event", "name", "several"), TAKERS)
def test_no_event_fetches_an_address(server, visitor, site, event, name, several):
    """Row 6: an address in place of a path, beside one, as data, and of other kinds."""
    for payload in (
        {"path": f"{site.url}/a.png"},
        {"path": None, "url": f"{site.url}/b.png"},
        {"url": f"{site.url}/c.png"},
        {"path": "", "url": "data:image/png;base64,iVBORw0KGgo="},
        {"path": f"file://{IMAGE}"},
        {"path": "ftp://127.0.0.1/a.png"},
    ):
        for more in (META, {}):
            refused(server, ask(visitor, event, name, several, {**payload, **more}))
    assert site.asked == []


def test_no_other_input_reads_or_fetches(server, visitor, site):
    """Gradio fetches what looks like a file in any input: settings, names, numbers."""
    image = visitor.image()
    for file in ({"path": f"{site.url}/a.png", **META}, {"path": str(IMAGE), **META}):
        for deep in (file, [file], {"yolo11n-pose": {"pose_confidence": file}}):
            given = {"image": image, "methods": ["yolo11n-pose"], "Settings by method": deep}
            refused(server, visitor.ask("compare", given))
        refused(server, visitor.ask("show", {"visibility-threshold": file}))
    assert site.asked == []


def test_what_is_clicked_reads_nothing(server, visitor, site):
    """What an event tells is no input; whatever comes back of it as an output must be no file."""
    for file in ({"path": f"{site.url}/a.png", **META}, {"path": str(IMAGE), **META}):
        clicks = (
            "click_bar",
            "choose_box",
            "repair",
            "change_layers",
            "open_image",
            "change_confidence",
            "send_candidates",
        )
        for event in clicks:
            fields = ("row", "name", "box", "card", "layers", "index", "value", "selected", "confidence", "methods")
            answer = visitor.ask(event, event_data=dict.fromkeys(fields, file))
            assert str(IMAGE) not in answer.text
            assert "a.png" not in answer.text
            assert answer.success or answer.output["error"]
    assert site.asked == []


def test_what_others_upload_cannot_be_named_without_having_it(server, visitor):
    """The folder of an upload is a digest of its content, so that only who has a file can name it."""
    theirs = Path(server.visitor().image(1)["path"])
    listed = httpx.get(f"{server.url}/gradio_api/file={theirs.parents[1]}")
    assert listed.status_code in (403, 404)
    assert gate.DIGEST.fullmatch(theirs.parent.name)


@pytest.mark.parametrize(("event", "name", "several"), TAKERS)
def test_an_upload_that_is_gone_is_told_by_its_own_name(server, visitor, event, name, several):
    """Row 18: an expired file."""
    payload = visitor.upload("holiday.json", json.dumps([event]).encode())
    Path(payload["path"]).unlink()
    if event == "import_results":
        assert visitor.ask("open_upload", {"image": visitor.image()}).success
    answer = ask(visitor, event, name, several, payload)
    assert str(Path(payload["path"]).parent) not in answer.text
    if event != "take_folder":  # which looks for images by their names and reads none
        assert "holiday.json was given too long ago and is forgotten; give it again." in answer.text


def test_a_image_of_a_folder_that_is_gone_is_told(visitor):
    payload = visitor.upload("holiday.png", IMAGE.read_bytes())
    Path(payload["path"]).unlink()
    answer = visitor.ask("take_folder", {"batch-folder": [payload]})
    assert answer.output["error"] == "holiday.png was given too long ago and is forgotten; give it again."


def test_uploads_are_read_with_and_without_meta(visitor):
    payload = visitor.image()
    for given in (payload, {"path": payload["path"]}, {**payload, "url": f"{visitor.server.url}/x", "size": 3}):
        answer = visitor.ask("compare", {"image": given, "methods": ["yolo11n-pose"], "Settings by method": {}})
        assert answer.success, answer
        assert answer.data[0]["image"]["file_name"] == IMAGE.name


def test_a_image_is_taken_after_the_zone_was_emptied(visitor):
    """Gradio puts another component in the zone's place then, which has to pass the gate as the first one."""
    chosen = {"methods": ["yolo11n-pose"]}
    assert visitor.ask("open_upload", {"image": None, **chosen}).success
    for number in range(2):
        assert "panels" in visitor.ask("open_upload", {"image": visitor.image(number), **chosen}).text


def test_a_link_that_takes_an_uploads_place_is_not_followed(tmp_path, monkeypatch):
    """Between the gate and the opening."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    folder = tmp_path / ("a" * 64)
    folder.mkdir()
    file = folder / "image.png"
    file.write_bytes(b"mine")
    upload = admit(str(file))
    with upload.open() as opened:
        assert opened.read() == b"mine"
    file.unlink()
    file.symlink_to(IMAGE)
    with pytest.raises(UploadError, match=r"image\.png was given too long ago"):
        upload.open()
    file.unlink()
    os.mkfifo(file)
    with pytest.raises(UploadError, match="Only files that were uploaded"):
        Upload(file).open()


@pytest.mark.parametrize("file_name", ["/etc/hostname", "../secret.png", "a/../../secret.png", "C:\\secret.png"])
def test_annotations_name_no_picture_outside_their_folder(visitor, tmp_path, file_name):
    """Row 14: `file_name` absolute, or with dots."""
    folder = tmp_path / "images"
    folder.mkdir()
    (tmp_path / "secret.png").write_bytes(IMAGE.read_bytes())
    keypoints = [10, 10, 2] * 17
    content = {
        "images": [{"id": 1, "file_name": file_name, "width": 810, "height": 1080}],
        "annotations": [{"image_id": 1, "bbox": [1, 1, 9, 9], "keypoints": keypoints}],
    }
    files = [visitor.upload("ground_truth.json", json.dumps(content).encode())]
    files.append(
        visitor.upload("found.json", json.dumps([{"image_id": 1, "score": 1, "keypoints": keypoints}]).encode())
    )
    answer = visitor.ask("give", {"trade-files": files, "trade-folder": str(folder)})
    assert "leads out of the folder of images" in answer.text
