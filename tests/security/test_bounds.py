"""Rows 2, 3, 4, 5, 10, 11 and 18: what would take too long or too much memory is refused or cut before the work."""

import io
import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.analysis.instances import ORDERS, difference_cards, error_cards, error_rows
from app.components import cards
from app.limits import CARD_PEOPLE
from app.outputs.layers import NAMES
from app.server.event_data import names_by
from app.server.gate import Upload
from app.state import given_files, uploads
from app.state.uploads import DatasetForm
from app.tabs.several import FORGOTTEN
from methods.data.formats.files import Files
from methods.errors import DataError, ImageError
from methods.importers.image_results import MAX_COMPARED, MAX_METHODS, read_image_results
from methods.video import read_frames
from tests.security.served import Answer, Visitor

KEYPOINTS = [10, 10, 2] * 17


def result(image_id: Any = 1, score: Any = 0.5, keypoints: Any = KEYPOINTS, **more: Any) -> dict[str, Any]:
    return {"image_id": image_id, "score": score, "keypoints": keypoints, **more}


def person(image_id: Any = 1, keypoints: Any = KEYPOINTS, **more: Any) -> dict[str, Any]:
    return {"image_id": image_id, "bbox": [1, 1, 9, 9], "keypoints": keypoints, **more}


def ground_truth(people: list[dict[str, Any]], **image: Any) -> dict[str, Any]:
    return {"images": [{"id": 1, "file_name": "a.jpg", "width": 640, "height": 480, **image}], "annotations": people}


def give(visitor: Visitor, **contents: Any) -> Answer:
    """Hand over JSON files: values, or text as it is."""
    texts = {name: each if isinstance(each, str) else json.dumps(each) for name, each in contents.items()}
    return visitor.ask(
        "give", {"trade-files": [visitor.upload(f"{name}.json", text.encode()) for name, text in texts.items()]}
    )


def imported(content: Any) -> Any:
    return read_image_results(Files.of_bytes("theirs.json", json.dumps(content).encode()), "a.jpg", (640, 480)).poses


def read(folder: Path, **contents: Any) -> Any:
    for name, content in contents.items():
        (folder / f"{name}.json").write_text(json.dumps(content))
    files = [Upload(folder / f"{name}.json") for name in contents]
    return uploads.read_dataset(DatasetForm(files), {})


def test_a_field_that_nobody_reads_costs_nothing(visitor):
    """Row 2: 22 MB of {} in an extra field took 610 MB and kept it."""
    text = json.dumps([result()])[:-2] + ', "extra": [' + "{}," * 2_500_000 + "{}]}]"
    before = visitor.server.memory
    assert (
        "found.json holds too many numbers and lists"
        in give(visitor, ground_truth=ground_truth([person()]), found=text).text
    )
    assert visitor.server.memory < before + 75  # MB; parsed it would be 200


def test_fields_that_nobody_reads_are_dropped(tmp_path):
    """Row 2, where they are small enough to be parsed: what is kept is counted as it lies in memory."""
    extra = {"extra": [{}] * 1000, "segmentation": [[1.5] * 1000]}
    dataset = read(tmp_path, ground_truth=ground_truth([person(**extra)]), found=[result(**extra)])
    assert set(dataset.runs["found"].detections[0]) == {"image_id", "score", "keypoints"}
    assert set(dataset.data[0].people.annotations[0]) == {"bbox", "keypoints"}


def test_many_images_are_refused_before_they_are_read(visitor):
    """Row 2: 450,000 images."""
    images = ",".join(f'{{"id":{i},"file_name":"{i}","width":9,"height":9}}' for i in range(450_000))
    before = visitor.server.memory
    answer = give(visitor, ground_truth=f'{{"images":[{images}],"annotations":[]}}', found=[])
    assert "ground_truth.json holds too many numbers and lists" in answer.text
    assert visitor.server.memory < before + 150


def test_files_are_summed_before_any_is_parsed(tmp_path, monkeypatch):
    """Row 2: five files at once."""
    monkeypatch.setattr(given_files, "detect", lambda files: pytest.fail("this file was parsed"))
    monkeypatch.setattr(given_files, "DATASET_JSON", 2000)
    with pytest.raises(DataError, match="images left aside; give at most"):
        read(tmp_path, ground_truth=ground_truth([person()]), **{f"found{i}": [result()] * 2 for i in range(5)})
    monkeypatch.setattr(given_files, "DATASET_JSON", 10**9)
    monkeypatch.setattr(given_files, "DATASET_METHODS", 4)
    with pytest.raises(DataError, match="6 files were given"):
        read(tmp_path, ground_truth=ground_truth([person()]), **{f"found{i}": [result()] for i in range(5)})


def test_what_is_kept_is_counted(tmp_path, monkeypatch):
    dataset = read(tmp_path, ground_truth=ground_truth([person()] * 100), found=[result()] * 15)
    assert uploads.DatasetUpload(dataset).nbytes > 100 * 51 * 8 + 15 * 51 * 32
    monkeypatch.setattr(uploads, "DATASET_MEMORY", 100_000)
    with pytest.raises(DataError, match="would take 0 MB of memory"):
        read(tmp_path, ground_truth=ground_truth([person()] * 100), found=[result()] * 15)


def test_many_imported_methods_are_refused(visitor):
    """Row 3: 400 names took 36 s, and threshold changes of others waited."""
    assert visitor.ask("open_upload", {"image": visitor.image(), "methods": ["yolo11n-pose"]}).success
    content = {"methods": {f"method {i}": {"results": [result(score=0.5)]} for i in range(400)}}
    answer = visitor.ask("import_results", {"import": visitor.upload("theirs.json", json.dumps(content).encode())})
    assert f"theirs.json names 400 methods; give results of at most {MAX_METHODS} at once." in answer.text


def test_people_of_all_imported_methods_together_are_bounded():
    many = {"methods": {f"method {i}": {"results": [result()] * 300} for i in range(MAX_METHODS)}}
    found = imported(many)
    assert sum(len(poses) for poses in found.values()) <= MAX_COMPARED


def test_a_methods_name_is_short_and_seen():
    (name,) = imported({"methods": {"a\u202e\n" * 99: {"results": []}}})
    assert name == "a" * 60 + "..."
    (name,) = imported({"methods": {"<a href=x>": {"results": []}}})
    assert name == "(a href=x)"


def test_a_card_draws_the_nearest_people_only(tmp_path):
    """Row 4: 5,000 people and 20 false results took 37 s and 0.9 GB."""
    rng = np.random.default_rng(0)
    places = rng.uniform(0, 600, (5000, 1, 2)) + rng.uniform(0, 30, (5000, 17, 2))
    people = [person(keypoints=[*np.column_stack([each, np.full(17, 2)]).ravel()]) for each in places.round(1)]
    false = [n for x, y in rng.uniform(5000, 5100, (17, 2)) for n in (x, y, 1)]
    dataset = read(
        tmp_path, ground_truth=ground_truth(people), first=[result(keypoints=false)] * 20, second=[result()] * 20
    )
    rows, count = error_rows(dataset.runs["first"], "background", ORDERS[0])
    assert count == 20
    drawn = error_cards(dataset, "first", "background", rows)
    assert {len(card.people) for card in drawn} == {CARD_PEOPLE + 1}
    pictures, _ = difference_cards(dataset, "second", "first", whole=True)
    assert all(len(card.people) <= 3 * CARD_PEOPLE for card in [*drawn, *pictures])
    assert len(json.dumps(cards.shown(drawn, dataset.data.skeleton))) < 1_000_000


class Told:
    """An event's data."""

    def __init__(self, **fields: Any) -> None:
        vars(self).update(fields)


def test_layers_that_do_not_exist_are_dropped(visitor):
    """Row 5: any number of names of layers in one event were kept in the session."""
    names = [f"layer {i}" for i in range(100_000)]
    asked = names_by(
        Told(layers={"a": [*names, NAMES[0], 3, None], "b": [NAMES[1]] * 9, "c": []}), "layers", "ab", NAMES
    )
    assert asked == {"a": [NAMES[0]], "b": [NAMES[1]]}
    assert visitor.ask("open_upload", {"image": visitor.image(), "methods": ["yolo11n-pose"]}).success
    assert visitor.ask("change_layers", event_data={"layers": {"yolo11n-pose": names}}).success


def gif(frames: int, side: int) -> bytes:
    """Flat frames of 10 ms, all of them the same block of bytes."""
    file = io.BytesIO()
    Image.new("P", (side, side)).save(file, "GIF", duration=10)
    content = file.getvalue()
    start = content.index(b"\x21\xf9") if b"\x21\xf9" in content else content.index(b"\x2c")
    return content[:start] + content[start:-1] * frames + b";"


def test_a_gif_of_a_thousand_large_frames_is_refused_early(visitor):
    """Row 10: 59 s."""
    answer = visitor.ask("run_video", {"video": visitor.upload("long.gif", gif(1000, 3000))})
    assert "long.gif has more than 250 million pixels in its first 10 s" in answer.text


def avi(frames: list[bytes], side: int) -> bytes:
    """Motion JPEG in an AVI file that says its frames are `side` pixels wide and high."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)

    count = len(frames)
    head = chunk(b"avih", struct.pack("<14I", 100_000, 0, 0, 16, count, 0, 1, 0, side, side, 0, 0, 0, 0))
    stream = chunk(
        b"strh", b"vidsMJPG" + struct.pack("<IHHIIIIIIII4H", 0, 0, 0, 0, 1, 10, 0, count, 0, 0, 0, 0, 0, side, side)
    )
    stream += chunk(b"strf", struct.pack("<IiiHH4sIiiII", 40, side, side, 1, 24, b"MJPG", side * side * 3, 0, 0, 0, 0))
    movie = b"".join(chunk(b"00dc", frame) for frame in frames)
    body = b"AVI " + chunk(b"LIST", b"hdrl" + head + chunk(b"LIST", b"strl" + stream)) + chunk(b"LIST", b"movi" + movie)
    return chunk(b"RIFF", body)


def jpeg(side: int) -> bytes:
    file = io.BytesIO()
    Image.new("L", (side, side), 99).save(file, "JPEG", quality=10)
    return file.getvalue()


def test_frames_larger_than_the_file_says_are_never_decoded():
    """Row 11: a header of 64 px and frames of 16,000 px."""
    small, large = jpeg(64), jpeg(8000)
    found = read_frames(io.BytesIO(avi([small] * 3 + [large], 64)), "a.avi", 10, 100, 640)
    assert [frame.image.shape for frame in found] == [(64, 64, 3)] * 3
    with pytest.raises(ImageError, match="more than 9 million pixels"):
        read_frames(io.BytesIO(avi([large] * 3, 64)), "a.avi", 10, 100, 640)


@pytest.mark.parametrize(
    ("annotations", "found", "sentence"),
    [
        ([person(keypoints=[int("9" * 400), 1, 2] * 17)], [result()], "keypoints[0] is 9999"),
        ([person()], [result(keypoints=[int("9" * 400), 1, 2] * 17)], "it should be a valid number"),
        ([person()], [result(score=int("9" * 400))], "it should be a valid number"),
        ([person(image_id=int("9" * 25))], [result()], "it should be less than"),
        ([person()], [result(image_id=int("9" * 25))], "it should be less than"),
        ([person(num_keypoints="many")], [result()], "annotations[0].num_keypoints is 'many': it should be a valid"),
        ([person(num_keypoints=int("9" * 400))], [result()], "annotations[0].num_keypoints is 9999"),
        ([person(area=-(10**30))], [result(visibility=["x"] * 17)], "visibility"),
    ],
)
def test_odd_numbers_are_told_in_one_sentence(visitor, annotations, found, sentence):
    """Row 18: a generic "Error"."""
    answer = give(visitor, ground_truth=ground_truth(annotations), found=found)
    assert answer.success, answer
    assert sentence in answer.data[-1]
    assert str(visitor.server.uploads) not in answer.text


@pytest.mark.parametrize("image", [{"width": int("9" * 400)}, {"id": int("9" * 25)}, {"height": 0}, {"file_name": 3}])
def test_odd_images_are_told_in_one_sentence(visitor, image):
    answer = give(visitor, ground_truth=ground_truth([], **image), found=[])
    assert "ground_truth.json: images[0]." in answer.data[-1]


def test_a_threshold_of_400_digits_is_told_in_one_sentence(visitor):
    assert visitor.ask("open_upload", {"image": visitor.image(), "methods": ["yolo11n-pose"]}).success
    for value in (int("9" * 400), 7, -1):
        answer = visitor.ask("change_yolo11n-pose_pose_confidence", {"yolo11n-pose-pose_confidence": value})
        assert not answer.success
        assert answer.output["error"] not in (None, "", "Error")


def test_a_click_on_images_that_are_forgotten_is_told(visitor):
    """Row 18: a grid click after half an hour."""
    for index in (0, 23, -1, "0", None, [1, 2]):
        answer = visitor.ask("open_image", event_data={"index": index, "value": None, "selected": True})
        assert FORGOTTEN in answer.text
