"""The tab Visibility: the metamodel's filter over every method."""

import pytest

pytestmark = pytest.mark.browser

BUS = "Pedestrians and a bus"
KEYPOINTS = "#visibility-viewer [data-method='{}'] [data-keypoint]"


@pytest.fixture
def metamodel(offered):
    name = next((each for each in offered if each.startswith("visibility-")), None)
    if name is None:
        pytest.skip("no weights of the metamodel come with the workbench")
    return name


def test_one_switch_filters_every_method_and_the_threshold_decides_how_much(visit, metamodel, artefacts):
    chosen = [metamodel, "movenet-multipose", "yolo11n-pose"]
    visitor = visit(methods=chosen)
    visitor.pick_sample(BUS)
    visitor.page.get_by_role("tab", name="Visibility").click()
    visitor.page.wait_for_selector("#visibility-viewer .pv-panel", state="visible")
    names = visitor.page.locator("#visibility-viewer .pv-panel").evaluate_all("all => all.map(p => p.dataset.method)")
    assert names == [each for name in chosen[1:] for each in (name, f"{name}, filtered")]
    before = visitor.page.locator(KEYPOINTS.format("yolo11n-pose")).count()
    field = visitor.page.locator("#visibility-threshold input[type=number]")
    field.fill("0.3")
    field.press("Enter")
    visitor.page.wait_for_function(
        "([selector, before]) => document.querySelectorAll(selector).length < before",
        arg=[KEYPOINTS.format("yolo11n-pose, filtered"), before],
    )
    assert visitor.page.locator(KEYPOINTS.format("yolo11n-pose")).count() == before
    visitor.screenshot(artefacts / "visibility.png", full_page=True)
    visitor.page.locator("#visibility-on input").uncheck()
    visitor.page.wait_for_selector("#visibility-viewer [data-method='yolo11n-pose, filtered']", state="detached")
    assert visitor.complaints == []
