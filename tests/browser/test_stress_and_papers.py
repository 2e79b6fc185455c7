"""The tabs Stress and Papers."""

import re

import pytest

pytestmark = pytest.mark.browser

BUS = "Pedestrians and a bus"
CHOSEN = ["kapao-n", "movenet-multipose", "yolo11n-pose"]


def test_stress_runs_every_method_and_draws_curves(visit, artefacts):
    visitor = visit(methods=CHOSEN)
    visitor.pick_sample(BUS)
    visitor.page.get_by_role("tab", name="Stress").click()
    visitor.page.locator("#stress-kind").get_by_label("Cover a region").check()
    image = visitor.page.locator("#region svg")
    image.wait_for(state="visible")
    visitor.settle()  # the image stays where it is from now on
    box = image.bounding_box()
    visitor.page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.4)
    visitor.page.mouse.down()
    visitor.page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.8, steps=3)
    visitor.page.mouse.up()
    frame = visitor.page.locator("#region rect")
    dragged = [float(frame.get_attribute(name)) for name in ("x", "y", "width", "height")]
    assert all(side > 50 for side in dragged[2:])
    visitor.page.click("#stress-run")
    visitor.page.wait_for_selector("#stress-viewer .pv-panel", state="visible")
    panels = visitor.page.locator("#stress-viewer .pv-panel")
    assert panels.count() == len(CHOSEN)
    # Plotly drew a line of five points for each method, in colour.
    for plot in ("#stress-shift", "#stress-lost"):
        visitor.page.wait_for_selector(f"{plot} .scatterlayer .trace", state="attached")
        assert visitor.page.locator(f"{plot} .scatterlayer .trace").count() == len(CHOSEN)
    assert visitor.page.locator("#stress-lost .scatterlayer .trace >> nth=0").locator(".point").count() == 5
    visitor.screenshot(artefacts / "stress.png", full_page=True)
    worst = panels.first.locator("image").get_attribute("href")
    visitor.page.locator("#stress-level input[type=number]").fill("0")
    visitor.page.locator("#stress-level input[type=number]").press("Enter")
    visitor.page.wait_for_function(
        "before => document.querySelector('#stress-viewer image').getAttribute('href') !== before", arg=worst
    )
    assert visitor.page.locator("#stress-viewer [data-method=yolo11n-pose] .pv-person").count() >= 3
    assert visitor.complaints == []


def test_papers_shows_published_tables_that_sort_and_our_numbers(visit, offered, artefacts):
    visitor = visit(methods=CHOSEN)
    visitor.page.get_by_role("tab", name="Papers").click()
    measured = visitor.page.get_by_role("region", name="Measured here")
    assert set(offered) <= set(measured.locator("tbody td:first-child").all_inner_texts())
    visitor.page.locator("#paper-kapao button").first.click()
    table = visitor.page.get_by_role("region", name=re.compile("Table 1, as published: COCO val2017, accuracy"))
    table.wait_for(state="visible")
    column = [head.strip() for head in table.locator("thead th").all_inner_texts()].index("AP")
    table.get_by_role("button", name="AP", exact=True).click()
    values = [float(row.locator("td").nth(column).inner_text()) for row in table.locator("tbody tr").all()]
    assert len(values) > 10
    assert values == sorted(values, reverse=True)
    visitor.page.get_by_text("Model card of kapao-n").click()
    visitor.page.get_by_text("Of 4 epochs the best").or_(visitor.page.get_by_text("Measured").first).first.wait_for()
    visitor.screenshot(artefacts / "papers.png", full_page=True)
    assert visitor.complaints == []
