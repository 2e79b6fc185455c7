"""The tabs' answers to their events, without a browser."""

import json
from pathlib import Path
from types import SimpleNamespace

import gradio as gr
import pytest
from PIL import Image

from app.pictures import look
from app.samples import find_offer
from app.server.gate import Upload
from app.state.store import STORE
from app.tabs import compare as compare_tab
from app.tabs import several
from app.tabs.compare import CompareTab
from app.tabs.inside import InsideTab
from app.tabs.several import SeveralTab
from app.tabs.stress import StressTab
from app.tabs.visibility import VisibilityTab
from app.wording import NO_METHOD, NO_PHOTO
from methods.samples import samples

YOLO = ["yolo11n-pose"]


class Silent:
    """Stands in for gr.Progress."""

    def tqdm(self, steps, total, desc):
        return steps


@pytest.fixture(scope="module")
def tabs():
    with gr.Blocks(analytics_enabled=False) as page, gr.Tabs() as tabs:
        with gr.Tab("Compare"):
            compare = CompareTab()
        made = {"compare": compare}
        for name, kind in (("inside", InsideTab), ("stress", StressTab), ("visibility", VisibilityTab)):
            with gr.Tab(name) as tab:
                made[name] = kind(compare, tab)
        with gr.Tab("several"):
            made["several"] = SeveralTab(compare, tabs)
        compare.open_links(page)
    return SimpleNamespace(**made)


@pytest.fixture(scope="module")
def fields(tabs):
    return tabs.compare.panel.preset("demo")


@pytest.fixture
def key(tabs, fields):
    key, _, notice = tabs.compare._open_offer(find_offer("bus"), None, YOLO, [{}, *fields])
    assert notice == ""
    yield key
    STORE.drop(key)


def panels(update):
    return [panel["name"] for panel in update["value"]["panels"]]


def test_without_a_photo_or_a_method_each_tab_says_so(tabs, fields, key):
    assert tabs.inside.walk(None, YOLO[0], *fields)[1] == NO_PHOTO
    assert tabs.stress.stress(None, YOLO, "Blur", None, [], Silent(), *fields)[-1] == NO_PHOTO
    assert tabs.stress.stress(key, [], "Blur", None, [], Silent(), *fields)[-1] == NO_METHOD
    assert tabs.several.run_photos(None, YOLO, Silent(), *fields)[-1] == "Give some photos first."
    assert tabs.compare.import_results(None, None, YOLO, {}, *fields)[-2] == NO_PHOTO


def test_a_sample_opens_without_a_network_and_is_measured_afterwards(tabs, fields, monkeypatch):
    monkeypatch.setattr(compare_tab, "RAWS", {})
    key, shown, notice = tabs.compare._open_offer(find_offer("bus"), None, YOLO, [{}, *fields])
    assert notice == ""
    (panel,) = shown["value"]["panels"]
    assert (len(panel["people"]), panel["timing"], panel["imported"]) == (3, None, False)
    assert STORE.get(key).raws == {}
    assert tabs.compare.measure(key, YOLO) != gr.skip()
    assert tabs.compare.measure(key, YOLO) == gr.skip()
    asked = {YOLO[0]: [layer["name"] for layer in panel["layers"]]}
    (again,) = tabs.compare.change_settings(key, YOLO, asked, *fields)[1]["panels"]
    assert [person["id"] for person in again["people"]] == [person["id"] for person in panel["people"]]
    assert again["timing"]["forward"] > 0
    assert all(layer["marks"] for layer in again["layers"])
    assert tabs.compare._open_offer(find_offer("bus"), key, YOLO, [{}, *fields])[1]["value"]["panels"][0]["timing"]
    assert tabs.compare.measure(key, YOLO) == tabs.compare.measure("forgotten", YOLO) == gr.skip()
    STORE.drop(key)


def test_stress_keeps_its_steps_with_the_photo_and_shows_any_of_them(tabs, fields, key):
    region, box, _, notice = tabs.stress.prepare(key, "Cover a region")
    assert notice == ""
    assert region["box"] == box
    shift, lost, table, level, shown, notice = tabs.stress.stress(key, YOLO, "JPEG", box, [], Silent(), *fields)
    assert notice == ""
    assert len(lost["value"].data[0].x) == 5
    assert shift["visible"]
    assert len(table["value"]["data"]) == 5
    assert level["maximum"] == 4
    assert panels(shown) == YOLO
    clean, worst = (look(key, step) for step in (0, 4))
    assert clean["photo"]["src"] != worst["photo"]["src"]
    assert len(clean["value"]["panels"][0]["people"]) >= 3
    assert STORE.get(key).nbytes > 5 * 800 * 600 * 3


def test_a_video_is_kept_as_a_visit_of_its_own(tabs, fields, tmp_path):
    photo = Image.open(samples()[0].path).convert("RGB").resize((405, 540))
    frames = [photo.crop((shift, 0, shift + 360, 540)) for shift in (0, 20, 40)]
    frames[0].save(tmp_path / "walk.gif", save_all=True, append_images=frames[1:], duration=400)
    key, curve, slider, shown, notice = tabs.several.run_video(
        Upload(tmp_path / "walk.gif"), None, YOLO, Silent(), *fields
    )
    assert notice == ""
    assert list(curve["value"].data[0].x) == pytest.approx([0, 0.4, 0.8])
    assert slider["maximum"] == 2
    first, last = shown["value"]["panels"][0]["people"], look(key, 2)["value"]["panels"][0]["people"]
    assert {person["id"] for person in first} & {person["id"] for person in last}
    STORE.drop(key)
    assert look(key, 0) == gr.skip()


def test_a_batch_is_laid_out_and_a_photo_of_it_opens(tabs, fields, tmp_path):
    broken = tmp_path / "broken.jpg"
    broken.write_text("no picture")
    files = [*(Upload(sample.path) for sample in samples()), Upload(broken)]
    paths, grid, notice = tabs.several.run_photos(files, [*YOLO, "movenet-multipose"], Silent(), *fields)
    assert len(paths) == len(grid["value"]) == len(samples())
    assert notice.startswith("broken.jpg is not a JPEG")
    event = SimpleNamespace(index=0)
    _, key, shown, notice = tabs.several.open_photo(event, paths, None, YOLO, {}, *fields)
    assert notice == ""
    assert panels(shown) == YOLO
    STORE.drop(key)


def test_of_a_folder_the_photos_are_taken_and_of_too_many_the_first(tabs, fields, tmp_path, monkeypatch):
    files = [tmp_path / name for name in ("b.JPG", "notes.txt", "a.jpg")]
    for file in files:
        file.write_bytes(samples()[0].path.read_bytes())
    ready, button, notice = tabs.several.take_folder([Upload(file) for file in files])
    assert ([Path(file).name for file in ready], button, notice) == (["a.jpg", "b.JPG"], None, "")
    nothing, _, notice = tabs.several.take_folder([Upload(files[1])])
    assert nothing == gr.skip()
    assert notice.startswith("The folder holds no JPEG, PNG")
    monkeypatch.setattr(several, "BATCH", 1)
    files, _, notice = tabs.several.run_photos([Upload(Path(each)) for each in ready], YOLO, Silent(), *fields)
    assert [file.name for file in files] == ["a.jpg"]
    assert notice == "2 photos were given; only the first 1 were run."


def test_results_are_imported_and_refused_with_one_sentence(tabs, fields, key, tmp_path):
    path = tmp_path / "theirs.json"
    path.write_text(json.dumps(STORE.get(key).decode(*_yolo(tabs, fields))["yolo11n-pose"].poses.to_coco(1)[:1]))
    emptied, _, shown, notice, _ = tabs.compare.import_results(Upload(path), key, YOLO, {}, *fields)
    assert (emptied, notice) == (None, "")
    assert [(panel["name"], len(panel["people"])) for panel in shown["panels"]][1] == ("theirs.json", 1)
    assert shown["panels"][1]["timing"] is None
    path.write_text("{")
    assert "is not JSON" in tabs.compare.import_results(Upload(path), key, YOLO, {}, *fields)[-2]


def _yolo(tabs, fields):
    from app.models import offered

    return {YOLO[0]: offered()[YOLO[0]]}, tabs.compare.panel.read(fields)


def test_a_link_opens_its_sample_and_a_wrong_one_is_answered_in_one_sentence(tabs):
    request = SimpleNamespace(query_params={"sample": "bus", "methods": YOLO[0], f"{YOLO[0]}.pose_confidence": "0.02"})
    chosen, *values, key, shown, notice = tabs.compare.open_link(None, request)
    assert chosen == YOLO
    assert notice == ""
    assert values[tabs.compare.panel.names.index((YOLO[0], "pose_confidence"))] == 0.02
    assert shown["value"]["link"] == f"?sample=bus&methods={YOLO[0]}&{YOLO[0]}.pose_confidence=0.02"
    STORE.drop(key)
    assert "moon" in tabs.compare.open_link(None, SimpleNamespace(query_params={"sample": "moon"}))[-1]


def test_steps_and_maps_are_panels(tabs, fields, key):
    shown, notice = tabs.inside.walk(key, YOLO[0], *fields)
    assert notice == ""
    assert panels(shown) == ["1. Many answers", "2. The answer"]
    found = tabs.visibility.show_map(key, "left wrist", "Map of the large people", *fields)
    assert panels(found) == ["hybridpose-n: left wrist"]
    (layer,) = found["value"]["panels"][0]["always"]
    assert {mark["name"] for mark in layer["marks"]} == {"left wrist"}
