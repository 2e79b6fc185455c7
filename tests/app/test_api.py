"""The page's interface for programs, used through gradio_client against the real page."""

import httpx
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from app.models import offered
from methods.samples import samples

METHODS = ["movenet-multipose", "yolo11n-pose"]


@pytest.fixture(scope="module")
def client(page_url):
    return Client(page_url, verbose=False)


def compare(client, image, methods=METHODS, settings=None):
    return client.predict(handle_file(image), methods, settings or {}, api_name="/compare")


def test_the_only_public_endpoint_has_a_readable_signature(client):
    endpoints = client.view_api(return_format="dict")["named_endpoints"]
    assert list(endpoints) == ["/compare"]
    labels = [parameter["label"] for parameter in endpoints["/compare"]["parameters"]]
    assert labels == ["Your image", "Methods", "Settings by method"]
    assert "keypoints in an image with several methods" in endpoints["/compare"]["description"]
    types = [parameter["type"] for parameter in endpoints["/compare"]["parameters"]]
    assert types[1]["items"]["enum"] == list(offered())
    assert set(types[2]) == {"type", "properties", "description"}


def test_the_viewers_script_is_sent_once_however_many_viewers_there_are(client):
    sent = httpx.get(f"{client.src}config").text
    assert sent.count("mountViewer(element, props") > 5
    assert sent.count("function nearestKeypoint") == 1


def test_it_answers_with_coco_results_for_each_method(client):
    answer = compare(client, samples()[0].path)
    assert answer["image"] == {"file_name": "bus.jpg", "id": 1, "width": 810, "height": 1080}
    assert list(answer["methods"]) == METHODS
    for found in answer["methods"].values():
        assert found["people"] == len(found["results"]) >= 3
        assert found["milliseconds"] is None  # one run would say little


def test_settings_reach_their_method(client):
    answer = compare(client, samples()[0].path, ["yolo11n-pose"], {"yolo11n-pose": {"pose_confidence": 0.99}})
    assert answer["methods"]["yolo11n-pose"]["people"] == 0


@pytest.mark.parametrize(
    ("methods", "settings", "message"),
    [
        (METHODS, {"yolo11n-pose": {"pose_confidence": 7}}, "pose_confidence is 7; give a number from"),
        (METHODS, {"yolo11n-pose": {"courage": 1}}, "There is no setting 'courage'"),
        (METHODS, {"openpose": {}}, "openpose, which is not among the methods"),
        (METHODS, [1, 2], "Settings are a list; give"),
        (METHODS, {"yolo11n-pose": 0.3}, "Settings of yolo11n-pose are"),
        ([], {}, "Tick at least one method"),
        (["openpose"], {}, "openpose"),
    ],
)
def test_wrong_input_is_answered_by_one_sentence(client, methods, settings, message):
    with pytest.raises(AppError, match=message):
        compare(client, samples()[0].path, methods, settings)


def test_a_file_that_is_no_picture_is_answered_by_one_sentence(client, tmp_path):
    fake = tmp_path / "fake.png"
    fake.write_text("no image")
    with pytest.raises(AppError) as caught:
        compare(client, fake)
    assert "JPEG, PNG" in str(caught.value)


@pytest.mark.parametrize(
    "image",
    [
        {"path": str(samples()[0].path)},  # an image that lies on the server but was never uploaded
        {"path": None, "url": "data:image/png;base64,iVBORw0KGgo="},
        {"path": None, "url": "http://127.0.0.1/image.png"},
    ],
    ids=["server file", "data url", "web address"],
)
def test_only_an_uploaded_file_is_read(client, image):
    # gradio_client would upload the file by itself, so this speaks to the server directly.
    call = f"{client.src}gradio_api/call/compare"
    image = {**image, "meta": {"_type": "gradio.FileData"}}
    event = httpx.post(call, json={"data": [image, METHODS, {}]}).json()["event_id"]
    answer = httpx.get(f"{call}/{event}", timeout=60).text
    assert "event: error" in answer
    assert "results" not in answer
