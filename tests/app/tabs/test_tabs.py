"""The tabs' answers to their events, without a browser."""

import json
from pathlib import Path
from types import SimpleNamespace

import gradio as gr
import pytest
from PIL import Image

from app.models import offered
from app.server.gate import Upload
from app.state import finding
from app.state.controls import Controls
from app.state.finding import find
from app.state.store import STORE
from app.state.visitor import VisitorState
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
        state = gr.State(None)
        with gr.Tab("Compare"):
            compare = CompareTab(state)
        made = {"compare": compare}
        for name, kind in (("inside", InsideTab), ("stress", StressTab), ("visibility", VisibilityTab)):
            with gr.Tab(name) as tab:
                made[name] = kind(state, tab)
        with gr.Tab("several"):
            made["several"] = SeveralTab(state, compare.panel, tabs)
        compare.open_links(page)
        compare.open_after(made["several"].opened, made["several"].picked)
    return SimpleNamespace(**made)


@pytest.fixture(scope="module")
def shown(tabs):
    """What a page shows that one method is ticked on: the values that an event with all controls sends."""
    return [YOLO, *tabs.compare.panel.values(tabs.compare.panel.preset("demo"))]


@pytest.fixture
def visitor():
    """Somebody who has just opened the page."""
    visitor = VisitorState(Controls.initial(offered()))
    yield visitor
    for key in (visitor.photo, visitor.video):
        STORE.drop(key)


@pytest.fixture
def looking(tabs, shown, visitor):
    """Somebody who looks at a sample."""
    _, notice = open_bus(tabs, visitor, shown)
    assert notice == ""
    return visitor


def open_bus(tabs, visitor, shown):
    index = [offer.name for offer in tabs.compare.samples].index("bus")
    return tabs.compare.open_sample(SimpleNamespace(index=index), visitor, *shown)


def panels(update):
    return [panel["name"] for panel in update["value"]["panels"]]


def people(value):
    return [person["id"] for person in value["panels"][0]["people"]]


def test_without_a_photo_or_a_method_each_tab_says_so(tabs, shown, visitor, looking):
    nobody = VisitorState(visitor.controls)
    assert tabs.inside.walk(nobody, YOLO[0])[1] == NO_PHOTO
    assert tabs.stress.stress(nobody, "Blur", None, [], Silent())[-1] == NO_PHOTO
    assert tabs.compare.run_again(nobody)[-1] == NO_PHOTO
    assert tabs.compare.import_results(None, nobody)[-2] == NO_PHOTO
    looking.choose([])
    assert tabs.stress.stress(looking, "Blur", None, [], Silent())[-1] == NO_METHOD
    assert tabs.compare.show_again(looking)[1] == NO_METHOD
    assert tabs.several.run_photos(None, *shown[:1], Silent(), *shown[1:])[-1] == "Give some photos first."


def test_a_sample_opens_without_a_network_and_is_measured_afterwards(tabs, shown, visitor, monkeypatch):
    monkeypatch.setattr(finding, "RAWS", {})
    opened, notice = open_bus(tabs, visitor, shown)
    assert notice == ""
    (panel,) = opened["value"]["panels"]
    assert (len(panel["people"]), panel["timing"], panel["imported"]) == (3, None, False)
    assert visitor.session.raws == {}
    assert tabs.compare.measure(visitor) != gr.skip()
    assert tabs.compare.measure(visitor) == gr.skip()
    layers = {YOLO[0]: [layer["name"] for layer in panel["layers"]]}
    value, *_ = tabs.compare.change_layers(SimpleNamespace(layers=layers), visitor)
    (again,) = value["panels"]
    assert people(value) == people(opened["value"])
    assert again["timing"]["forward"] > 0
    assert all(layer["marks"] for layer in again["layers"])
    assert open_bus(tabs, visitor, shown)[0]["value"]["panels"][0]["timing"]
    assert tabs.compare.measure(visitor) == tabs.compare.measure(VisitorState(visitor.controls)) == gr.skip()


def test_a_slider_tells_its_own_value_and_the_next_one_adds_to_it(tabs, looking):
    tabs.compare.measure(looking)
    nobody, _, _ = tabs.compare.change_setting(YOLO[0], "pose_confidence", looking, 0.99)
    assert (people(nobody), nobody["panels"][0]["note"][:21]) == ([], "No person above 0.99;")
    more, notice, _ = tabs.compare.change_setting(YOLO[0], "pose_confidence", looking, 0.02)
    again, _, _ = tabs.compare.change_setting("kapao-n", "pose_confidence", looking, 0.9)
    assert notice == ""
    assert len(people(more)) > 3
    assert people(again) == people(more)
    assert looking.controls.settings["kapao-n"].pose_confidence == 0.9


def test_a_preset_moves_every_slider_and_decodes_once(tabs, looking):
    tabs.compare.measure(looking)
    *values, found, notice, _ = tabs.compare.change_preset("evaluation", looking)
    assert notice == ""
    assert values == tabs.compare.panel.values(looking.controls.settings)
    assert len(people(found)) > 3


def test_a_forgotten_page_is_answered_with_what_it_shows_as_soon_as_a_photo_is_opened(tabs, shown):
    """The server was started anew, or the visitor was away for long: a new state under an old page."""
    new = VisitorState(Controls.initial(offered()))
    place = 1 + tabs.compare.panel.names.index((YOLO[0], "pose_confidence"))
    assert tabs.compare.change_setting("kapao-n", "pose_confidence", new, 0.9)[1] == NO_PHOTO
    opened, notice = open_bus(tabs, new, [*shown[:place], 0.3, *shown[place + 1 :]])
    assert notice == ""
    assert panels(opened) == YOLO
    assert opened["value"]["link"] == f"?sample=bus&methods={YOLO[0]}&{YOLO[0]}.pose_confidence=0.3"
    assert new.controls.settings["kapao-n"].pose_confidence == 0.9
    STORE.drop(new.photo)


def test_stress_keeps_its_steps_with_the_photo_and_shows_any_of_them(tabs, looking):
    region, box, _, notice = tabs.stress.prepare(looking, "Cover a region")
    assert notice == ""
    assert region["box"] == box
    shift, lost, table, level, shown, notice = tabs.stress.stress(looking, "JPEG", box, [], Silent())
    assert notice == ""
    assert len(lost["value"].data[0].x) == 5
    assert shift["visible"]
    assert len(table["value"]["data"]) == 5
    assert level["maximum"] == 4
    assert panels(shown) == YOLO
    clean, worst = (tabs.stress.look(looking, step) for step in (0, 4))
    assert clean["photo"]["src"] != worst["photo"]["src"]
    assert len(clean["value"]["panels"][0]["people"]) >= 3
    assert looking.session.nbytes > 5 * 800 * 600 * 3


def test_a_person_keeps_number_and_colour_in_every_tab(tabs, looking):
    in_compare = from_left(tabs.compare.show_again(looking)[0]["panels"][0])
    stressed = tabs.stress.stress(looking, "Darken", None, [], Silent()) and tabs.stress.look(looking, 0)
    filtered, _ = tabs.visibility.show(looking, True, 0.0, 0.0)  # next to nothing is left of anybody
    steps, _ = tabs.inside.walk(looking, YOLO[0])
    for value in (stressed["value"], filtered["value"], {"panels": steps["value"]["panels"][-1:]}):
        for panel in value["panels"]:
            assert from_left(panel) == in_compare, panel["name"]


def from_left(panel):
    """Numbers and colours of the people from left to right."""
    return [(person["id"], person["colour"]) for person in sorted(panel["people"], key=lambda one: one["box"][0])]


def test_a_video_is_kept_beside_the_photo(tabs, shown, visitor, tmp_path):
    photo = Image.open(samples()[0].path).convert("RGB").resize((405, 540))
    frames = [photo.crop((shift, 0, shift + 360, 540)) for shift in (0, 20, 40)]
    frames[0].save(tmp_path / "walk.gif", save_all=True, append_images=frames[1:], duration=400)
    curve, slider, shown, notice = tabs.several.run_video(
        Upload(tmp_path / "walk.gif"), visitor, *shown[:1], Silent(), *shown[1:]
    )
    assert notice == ""
    assert list(curve["value"].data[0].x) == pytest.approx([0, 0.4, 0.8])
    assert slider["maximum"] == 2
    first, last = shown["value"]["panels"][0]["people"], tabs.several.look(visitor, 2)["value"]["panels"][0]["people"]
    assert {person["id"] for person in first} & {person["id"] for person in last}
    STORE.drop(visitor.video)
    assert tabs.several.look(visitor, 0) == gr.skip()


def test_a_batch_is_laid_out_and_a_photo_of_it_opens(tabs, shown, visitor, tmp_path):
    broken = tmp_path / "broken.jpg"
    broken.write_text("no picture")
    files = [*(Upload(sample.path) for sample in samples()), Upload(broken)]
    paths, grid, notice = tabs.several.run_photos(files, [*YOLO, "movenet-multipose"], Silent(), *shown[1:])
    assert len(paths) == len(grid["value"]) == len(samples())
    assert notice.startswith("broken.jpg is not a JPEG")
    _, picked, notice = tabs.several.open_photo(SimpleNamespace(index=0), paths)
    assert (picked, notice) == (paths[0], "")
    opened, notice = tabs.compare.open_chosen(picked, visitor, *shown)
    assert notice == ""
    assert panels(opened) == YOLO
    assert tabs.several.open_photo(SimpleNamespace(index=99), paths)[1:] == (None, several.FORGOTTEN)
    assert tabs.compare.open_chosen(None, visitor, *shown) == (gr.skip(), gr.skip())


def test_of_a_folder_the_photos_are_taken_and_of_too_many_the_first(tabs, shown, tmp_path, monkeypatch):
    files = [tmp_path / name for name in ("b.JPG", "notes.txt", "a.jpg")]
    for file in files:
        file.write_bytes(samples()[0].path.read_bytes())
    ready, button, notice = tabs.several.take_folder([Upload(file) for file in files])
    assert ([Path(file).name for file in ready], button, notice) == (["a.jpg", "b.JPG"], None, "")
    nothing, _, notice = tabs.several.take_folder([Upload(files[1])])
    assert nothing == gr.skip()
    assert notice.startswith("The folder holds no JPEG, PNG")
    monkeypatch.setattr(several, "BATCH", 1)
    files, _, notice = tabs.several.run_photos([Upload(Path(each)) for each in ready], YOLO, Silent(), *shown[1:])
    assert [file.name for file in files] == ["a.jpg"]
    assert notice == "2 photos were given; only the first 1 were run."


def test_results_are_imported_and_refused_with_one_sentence(tabs, looking, tmp_path):
    path = tmp_path / "theirs.json"
    found = find(looking.session, looking.controls)[YOLO[0]]
    path.write_text(json.dumps(found.poses.to_coco(1)[:1]))
    emptied, shown, notice, _ = tabs.compare.import_results(Upload(path), looking)
    assert (emptied, notice) == (None, "")
    assert [(panel["name"], len(panel["people"])) for panel in shown["panels"]][1] == ("theirs.json", 1)
    assert shown["panels"][1]["timing"] is None
    path.write_text("{")
    assert "is not JSON" in tabs.compare.import_results(Upload(path), looking)[-2]


def test_a_link_opens_its_sample_and_a_wrong_one_is_answered_in_one_sentence(tabs, visitor):
    request = SimpleNamespace(query_params={"sample": "bus", "methods": YOLO[0], f"{YOLO[0]}.pose_confidence": "0.02"})
    chosen, *values, shown, notice = tabs.compare.open_link(visitor, request)
    assert chosen == YOLO
    assert notice == ""
    assert values[tabs.compare.panel.names.index((YOLO[0], "pose_confidence"))] == 0.02
    assert shown["value"]["link"] == f"?sample=bus&methods={YOLO[0]}&{YOLO[0]}.pose_confidence=0.02"
    assert "moon" in tabs.compare.open_link(visitor, SimpleNamespace(query_params={"sample": "moon"}))[-1]


def test_steps_and_maps_are_panels(tabs, looking):
    shown, notice = tabs.inside.walk(looking, YOLO[0])
    assert notice == ""
    assert panels(shown) == ["1. Many answers", "2. The answer"]
    found = tabs.visibility.show_map(looking, "left wrist", "Map of the large people")
    assert panels(found) == ["hybridpose-n: left wrist"]
    (layer,) = found["value"]["panels"][0]["always"]
    assert {mark["name"] for mark in layer["marks"]} == {"left wrist"}
