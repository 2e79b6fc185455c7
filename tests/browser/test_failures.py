"""The tab Failures: a press on a bar shows its instances, one is repaired; a quiz is predicted, then revealed."""

import re

import pytest

pytestmark = pytest.mark.browser


def test_a_bar_leads_to_its_instances_and_one_is_repaired(visit, offered, artefacts):
    visitor = visit()
    page = visitor.page
    page.get_by_role("tab", name="Failures").click()
    page.wait_for_selector("#errors-bars .barlayer .trace", state="attached")
    page.locator("#errors-cards .card").first.wait_for()
    visitor.settle()
    # The bars' second part is what misses cost; the last row of bars is the last method's.
    part = page.locator("#errors-bars .barlayer .trace >> nth=1").locator(".point path").last
    box = part.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.locator("#errors-heading h2", has_text=f"{offered[-1]}: miss").wait_for()
    card = page.locator("#errors-cards .card").first
    assert card.locator(".card-ring").count() >= 1
    visitor.settle()  # method and type both changed, each of which draws the cards
    card.get_by_role("button", name="Repair this one").click()
    page.locator("#errors-cards .card em", has_text="becomes").wait_for()
    assert page.locator("#errors-cards .card").first.locator(".card-ring").count() == 0
    page.get_by_label("Type of error").click()
    page.get_by_role("option", name="missed").click()
    page.locator("#errors-heading h2", has_text="missed").wait_for()
    missed = page.locator("#errors-cards .card", has_text="not found").first
    missed.get_by_role("button", name="Repair this one").click()
    page.locator("#errors-cards .card", has_text="left out of the ground truth").locator(
        "em", has_text="(+0."
    ).wait_for()
    visitor.screenshot(artefacts / "failures.png", full_page=True)
    page.locator("#failure-part").get_by_label("Two methods").check()
    page.locator("#pair-cards .card strong", has_text="difference +").first.wait_for()
    page.locator("#failure-part").get_by_label("Labels").check()
    page.locator("#labels-said", has_text="labels to look at among").wait_for()
    assert visitor.complaints == []


def test_a_quiz_is_predicted_and_then_revealed(visit, offered, artefacts):
    visitor = visit()
    page = visitor.page
    page.get_by_role("tab", name="Failures").click()
    page.locator("#failure-part").get_by_label("Quizzes").check()
    page.locator("#quiz-story h2", has_text=re.compile(r"Quiz 1 of \d+")).wait_for()
    page.locator("#quiz-number").get_by_label(re.compile(r"\d+ far")).check()
    page.locator("#quiz-story", has_text="the same two people far away").wait_for()
    assert page.locator("#quiz-after .card").count() == 0
    page.click("#quiz-reveal")
    page.locator("#quiz-notice .notice", has_text="Predict first").wait_for()
    page.locator("#quiz-guess").get_by_label("Somebody is not found").check()
    page.click("#quiz-reveal")
    page.locator("#quiz-verdict", has_text="Right: you predicted that somebody is not found").wait_for()
    assert page.locator("#quiz-after .card strong").all_inner_texts() == offered
    assert "(KAPAO, Section 3.1)" in page.locator("#quiz-verdict", has_text="Why").inner_text()
    assert page.locator("#quiz-before .card").count() == 2
    visitor.screenshot(artefacts / "quiz.png", full_page=True)
    page.click("#quiz-next")
    page.locator("#quiz-story", has_text="one walks in front of the other").wait_for()
    assert page.locator("#quiz-verdict table").count() == 0
    assert visitor.complaints == []
