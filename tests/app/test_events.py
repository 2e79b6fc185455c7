"""How events of the page are queued."""

import gradio as gr
import pytest

from app.models import offered
from app.page import build

STARTERS = {"Button", "File"}  # "Run", or a video's upload: once more while it runs would be too much


@pytest.fixture(scope="module")
def page():
    return build()


def test_a_setting_sends_its_own_value_alone(page):
    settings = {f"{name}-{each.name}" for name, method in offered().items() for each in method.Settings.controls()}
    seen = set()
    for dependency in page.config["dependencies"]:
        senders = {getattr(page.blocks.get(block), "elem_id", None) for block, _ in dependency["targets"]} & settings
        if senders:
            sent = [page.blocks[each] for each in dependency["inputs"]]
            assert {each.elem_id for each in sent if not isinstance(each, gr.State)} == senders
            seen |= senders
    assert seen == settings


def test_a_choice_that_is_made_while_another_is_answered_is_not_dropped(page):
    starters = {
        dependency["id"]: [page.blocks[block] for block, _ in dependency["targets"] if block in page.blocks]
        for dependency in page.config["dependencies"]
    }
    dropping = {
        type(block).__name__
        for dependency in page.config["dependencies"]
        if dependency["trigger_mode"] == "once"
        for block in starters[dependency["id"]]
    }
    assert dropping == STARTERS
    follow_ups = [each for each in page.config["dependencies"] if not starters[each["id"]]]
    assert follow_ups
    assert {each["trigger_mode"] for each in follow_ups} == {"always_last"}
