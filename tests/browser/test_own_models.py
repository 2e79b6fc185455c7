"""Models of others, imported by README's commands and then beside the workbench's own on the page."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from playwright.sync_api import Browser
from torch import nn
from typer.testing import CliRunner

from methods.__main__ import app
from methods.samples import samples
from methods.skeletons import CROWDPOSE14
from methods.weights import load, published, resolve
from methods.yolo.network import YoloPose
from tests.browser.conftest import PATIENCE, ROOT, SIZES, Visitor, serve
from tests.tiny_models import save_onnx, save_vitpose

pytest.importorskip("transformers", reason="the library transformers is not installed")
pytest.importorskip("onnx", reason="the library onnx is not installed")
pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
pytestmark = pytest.mark.browser

OWN = ["mine", "my-vitpose", "my-onnx", "one-more", "the-last"]  # with the seven that come along they are twelve


def checkpoint(file: Path) -> None:
    """What Ultralytics' training writes: a module object, here with the weights that it published."""
    network = YoloPose("n")
    network.load_state_dict(load(resolve("yolo11n-pose")))
    model = nn.Module()
    model.model = network.half().model
    torch.save({"model": model, "train_args": {"imgsz": 640}}, file)


@pytest.fixture(scope="module")
def own_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a page whose owner imported five models, the first three by README's lines."""
    folder = tmp_path_factory.mktemp("own")
    checkpoint(folder / "best.pt")
    save_vitpose(folder / "vitpose", CROWDPOSE14.keypoints)
    save_onnx(folder / "rtmpose.onnx", "simcc")
    save_onnx(folder / "more.onnx", "heatmaps")
    save_onnx(folder / "last.onnx", "poses")
    lines = re.findall(r"^python -m methods weights import .*?(?= +#|$)", (ROOT / "README.md").read_text(), flags=re.M)
    known = [line for line in lines if any(f"--name {name}" in line for name in OWN[:3])]
    assert len(known) == 3, lines
    known[1] = known[1].replace("usyd-community/vitpose-base-simple", "vitpose")
    further = zip(("more.onnx", "last.onnx"), OWN[3:], strict=True)
    known += [f"python -m methods weights import {file} --name {name}" for file, name in further]
    configuration = {"XDG_CONFIG_HOME": str(folder / "configuration")}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for line in known:
            arguments = [*shlex.split(line)[3:], "--models", "models"]
            done = CliRunner().invoke(app, arguments, env=configuration)
            assert done.exit_code == 0, done.output
    with serve(folder / "app.log", **configuration) as url:
        yield url


def test_twelve_methods_side_by_side(own_page: str, chromium: Browser, artefacts: Path):
    """Among them a checkpoint of Ultralytics', a folder of transformers' and ONNX files, each by README's line."""
    context = chromium.new_context(viewport=SIZES["desk"])
    context.set_default_timeout(PATIENCE)
    visitor = Visitor(context.new_page(), own_page)
    visitor.page.set_input_files("#image input[type=file]", samples()[0].path)
    everybody = [*published(), *OWN]
    visitor.page.wait_for_function(
        "count => document.querySelectorAll('.pv-panel').length === count", arg=len(everybody)
    )
    visitor.settle()
    people = visitor.people()
    assert set(people) == set(everybody)
    assert list(people)[-5:] == OWN
    assert min(people["mine"], people["yolo11n-pose"]) >= 3, "the same network, which sees images scaled otherwise"
    assert min(people[name] for name in OWN[:3]) >= 1
    assert people["the-last"] == 2
    assert "12 of its 14 keypoints (CrowdPose-14)" in visitor.page.locator("[data-method=my-vitpose]").inner_html()
    for name, size in SIZES.items():
        visitor.page.set_viewport_size(size)
        visitor.settle()
        wide = visitor.page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"the page is {wide} px wider than the {name}'s window"
        visitor.screenshot(artefacts / f"twelve-methods-{name}.png", full_page=True)
    assert visitor.complaints == []
    assert visitor.strangers == []
    context.close()
