"""The tab Visibility: the metamodel's filter over every method, and HybridPose's maps."""

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


def test_one_switch_filters_every_method_and_the_threshold_decides_how_much(visit, offered, metamodel, artefacts):
    visitor = visit()
    visitor.pick_sample(BUS)
    visitor.page.get_by_role("tab", name="Visibility").click()
    visitor.page.wait_for_selector("#visibility-viewer .pv-panel", state="visible")
    names = visitor.page.locator("#visibility-viewer .pv-panel").evaluate_all("all => all.map(p => p.dataset.method)")
    others = [name for name in offered if name != metamodel]
    assert names == [each for name in others for each in (name, f"{name}, filtered")]
    before = visitor.page.locator(KEYPOINTS.format("yolo11n-pose")).count()
    field = visitor.page.locator("#visibility-absent input[type=number]")
    field.fill("0.02")
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


def test_a_map_of_one_keypoint_on_one_scale_is_drawn(visit, offered):
    if "hybridpose-n" not in offered:
        pytest.skip("no weights of HybridPose come with the workbench")
    visitor = visit()
    visitor.pick_sample(BUS)
    visitor.page.get_by_role("tab", name="Visibility").click()
    visitor.page.locator("#map-scale").get_by_label("Map of the large people").check()
    cells = "#map-viewer .pv-mark.cell"
    visitor.page.wait_for_selector(cells, state="attached")
    before = visitor.page.locator(cells).count()
    assert 0 < before < 200
    assert visitor.page.locator("#map-viewer figcaption strong").all_inner_texts() == ["hybridpose-n: left wrist"]
    visitor.page.locator("#map-scale").get_by_label("Map of the smallest people").check()
    visitor.page.wait_for_function(
        "([cells, before]) => document.querySelectorAll(cells).length !== before", arg=[cells, before]
    )
