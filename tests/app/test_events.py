"""How events of the page are queued."""

from app.page import build

STARTERS = {"Button", "File"}  # "Run", or a video's upload: once more while it runs would be too much


def test_a_choice_that_is_made_while_another_is_answered_is_not_dropped():
    page = build()
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
