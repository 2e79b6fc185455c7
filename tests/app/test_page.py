"""The page as a whole: what it promises about networks, names and licence."""

import re

import gradio as gr
import httpx
import pytest

from app import page
from app.components import viewer
from app.messages import why_empty
from app.theme import theme
from app.views import PURPOSES, tab_id
from methods import __version__


@pytest.fixture
def serving():
    with gr.Blocks() as empty:
        pass
    return page.serving(empty)


def test_nothing_is_fetched_for_fonts_or_styles(serving):
    assert theme()._stylesheets == []
    assert theme()._font_css == []
    asked = set(re.findall(r"https?://[^\s\"')]+|@import", serving["head"]))
    assert asked == {"http://www.w3.org/2000/svg"}  # a name, which nobody fetches


def test_history_and_telemetry_are_off_and_uploads_bounded(serving):
    assert serving["run_history"] is False
    assert serving["enable_monitoring"] is False
    assert serving["max_file_size"]


def test_every_tab_says_what_it_is_for(page_url):
    components = httpx.get(f"{page_url}/config").json()["components"]
    tabs = {each["props"]["label"]: each["props"]["id"] for each in components if each["type"] == "tabitem"}
    assert tabs == {name: tab_id(name) for name in PURPOSES}
    said = {str(each["props"].get("value")) for each in components}
    assert {f'<p class="purpose">{purpose}</p>' for purpose in PURPOSES.values()} <= said


def test_only_events_that_show_progress_have_gradio_copy_what_their_outputs_hold(page_url):
    config = httpx.get(f"{page_url}/config").json()
    kinds = {each["id"]: each["type"] for each in config["components"]}
    shown = {hidden: set() for hidden in (True, False)}
    for event in config["dependencies"]:
        progress = event["show_progress_on"] or event["outputs"]
        shown[event["show_progress"] == "hidden"] |= {kinds[each] for each in progress}
    assert shown[True] == {"state"}
    assert shown[False].isdisjoint({"tabs", "tabitem", "row", "column", "accordion", "form"})


def test_the_foot_names_version_and_licence(page_url):
    components = httpx.get(f"{page_url}/config").json()["components"]
    (foot,) = (text for text in (str(each["props"].get("value")) for each in components) if "<footer" in text)
    assert f"Pose workbench {__version__}" in foot
    assert "Affero" in foot


def test_an_empty_result_says_why_and_what_to_try(fakes):
    settings = fakes["first"].Settings
    assert why_empty(settings(pose_confidence=0.3)).startswith("No person above 0.30; lower pose confidence")
    assert "lower" not in why_empty(settings(pose_confidence=0.0)).split(";")[1]


@pytest.mark.parametrize("name", ["viewer.html", *viewer.SCRIPTS, "cards.js", "clicks.js"])
def test_the_viewers_files_cannot_be_taken_for_templates_and_set_no_markup(name):
    text = (page.STATIC / name).read_text(encoding="utf-8")
    assert "innerHTML" not in text
    if name.endswith(".html"):  # Gradio runs Handlebars and a template literal over it
        assert not re.search(r"\{\{|\$\{|`", text)
