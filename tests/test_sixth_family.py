"""A family that workbench knows nothing of, installed as a package of its own, is found everywhere without an edit."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from methods.analysis.run import Evaluation

pytestmark = pytest.mark.xdist_group("sixth family")  # so that one of several test processes installs and uses it
ROOT = Path(__file__).resolve().parents[1]

FAMILY = '''
"""A toy: one person, who fills the image."""

from pathlib import Path

from methods.family import Family, Variant

HERE = Path(__file__).parent
WEIGHTS = HERE / "toy.safetensors"
TOY = Variant("toy-one", "toy", "Sees one person in every image.", "toypose.method:Toy", weights=WEIGHTS)
FAMILY = Family("toy", "Toy", 900, HERE, (TOY,), page="toypose.page")
'''

METHOD = '''
"""One person in every image, as sure as its only weight."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from methods.method import Method
from methods.ops.letterbox import letterbox
from methods.settings import Settings, setting
from methods.types import Poses


@dataclass(frozen=True)
class ToyIntermediate:
    middle: np.ndarray  # [2], px


class ToySettings(Settings):
    pose_confidence: float = setting(0.5, 0.0, 1.0, "people with a lower score are left out")

    @classmethod
    def evaluation(cls):
        return cls(pose_confidence=0.01)


class ToyNetwork(nn.Module):
    def __init__(self):
        super().__init__()
        self.score = nn.Parameter(torch.zeros(1))

    def forward(self, batch):
        return self.score.expand(len(batch), 1)


class Toy(Method):
    Settings = ToySettings
    Network = ToyNetwork
    default_input_size = 64

    def preprocess(self, image):
        return letterbox(image, self.input_size, stride=32)

    def forward(self, batch):
        return {"score": self.network(batch)}

    def decode_outputs(self, outputs, frame, settings):
        size = np.float32([frame.width, frame.height])
        score = outputs["score"].numpy().reshape(1)
        keypoints = (np.linspace(0.1, 0.9, 17, dtype=np.float32)[:, None] * size)[None]
        poses = Poses(np.float32([[0, 0, *size]]), score, keypoints, np.full((1, 17), score[0]))
        return poses[score >= settings.pose_confidence], ToyIntermediate(size / 2)
'''

PAGE = '''
"""What the page draws of the toy: where the middle is."""

from app.colours import person_colour
from app.outputs.marks import Layer, Mark, pixels
from app.outputs.step import Step
from toypose.method import ToyIntermediate


def middle(intermediate, poses, numbers):
    return [Mark("point", pixels(intermediate.middle), person_colour(0), 1.0, "middle", [])]


INTERMEDIATE = ToyIntermediate
LAYERS = (Layer("Middle", "Where the middle of the image is.", middle),)
STEPS = (Step("Looking at the middle", "The toy looks there.", "Toy et al., section 1", ("Middle",), poses=True),)
'''

COMMANDS = [
    ["variants"],
    ["predict", "toy-one", "one.png", "-f", "json", "-o", "out"],
    ["evaluate", "toy-one", "--annotations", "ground_truth.json", "-o", "numbers.json"],
]

# The commands, then what the page does, by its own functions; prints what came of that as JSON in the last line.
USE = (
    f"""
from methods.__main__ import app

for words in {COMMANDS}:
    app(words, standalone_mode=False)
"""
    + """
import json
from pathlib import Path

import numpy as np

from app import kept_predictions
from app.analysis.operating import operating_points
from app.components.steps import panels
from app.models import methods_of, offered
from app.outputs.layers import layers
from app.page import build
from app.samples import offers
from app.server.gate import Upload
from app.state.uploads import DatasetForm, read_dataset
from methods.figures.style import COLOURS
from methods.images import read_image

blocks = {each.elem_id: each for each in build().blocks.values() if getattr(each, "elem_id", None)}
method = offered()["toy-one"]
found = method.predict([read_image(Path("one.png"))])[0]
files = [Upload(Path("ground_truth.json")), Upload(Path("images.zip"))]
dataset = read_dataset(DatasetForm(files), methods_of(["toy-one"]))
kept_predictions.write({offers()[0]: {"toy-one": found}}, {"toy-one": method}, Path("predictions.json.gz"))
again = kept_predictions.predictions_of(offers()[0], {"toy-one": method}, Path("predictions.json.gz"))["toy-one"]
print(json.dumps({
    "compared": [name for _, name in blocks["methods"].choices],
    "inside": [name for _, name in blocks["inside-method"].choices],
    "steps": [step["name"] for step in panels("toy-one", found, np.arange(1))],
    "kept": [layer["name"] for layer in layers(again, np.arange(1), ["Middle"])],
    "found": {name: point.recall for name, point in operating_points(dataset, 0.5, "score", 0.1).items()},
    "colour": dataset.colours["toy-one"] not in COLOURS,
}))
"""
)


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """A folder with the toy as an installed package in `site`, and an annotated image; commands run there."""
    folder = tmp_path_factory.mktemp("sixth")
    package, about = folder / "site" / "toypose", folder / "site" / "toypose-1.0.dist-info"
    for each in (package, about):
        each.mkdir(parents=True)
    for name, text in {"__init__": FAMILY, "method": METHOD, "page": PAGE}.items():
        (package / f"{name}.py").write_text(text)
    save_file({"score": torch.tensor([0.9])}, package / "toy.safetensors")
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: toypose\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[pose_workbench.families]\ntoy = toypose:FAMILY\n")
    Image.fromarray(np.full((60, 80, 3), 120, np.uint8)).save(folder / "one.png")
    keypoints = [value for share in np.linspace(0.1, 0.9, 17) for value in (80 * share, 60 * share, 2)]
    person = {"image_id": 1, "bbox": [0, 0, 80, 60], "keypoints": keypoints}
    images = [{"id": 1, "file_name": "one.png", "width": 80, "height": 60}]
    (folder / "ground_truth.json").write_text(json.dumps({"images": images, "annotations": [person]}))
    with zipfile.ZipFile(folder / "images.zip", "w") as archive:
        archive.write(folder / "one.png", "one.png")
    return folder


@pytest.fixture(scope="module")
def printed(installed) -> list[str]:
    """What USE prints where the toy is installed, line by line."""
    paths = os.pathsep.join([str(installed / "site"), str(ROOT)])
    environment = os.environ | {"PYTHONPATH": paths, "OMP_NUM_THREADS": "1", "COLUMNS": "200"}
    done = subprocess.run(
        [sys.executable, "-c", USE], cwd=installed, env=environment, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


def test_commands_know_it(installed, printed):
    listed = "\n".join(printed)
    assert "Sees one person in every image." in listed
    assert listed.index("yolo11n-pose") < listed.index("toy-one")
    (found,) = json.loads((installed / "out" / "predictions.json").read_text())
    assert found["score"] == pytest.approx(0.9)
    numbers = Evaluation.model_validate_json((installed / "numbers.json").read_bytes())
    assert numbers.ap.ap == pytest.approx(1)


def test_the_page_offers_it_draws_it_and_compares_it(printed):
    seen = json.loads(printed[-1])
    assert seen["compared"][-1] == seen["inside"][-1] == "toy-one"
    assert seen["steps"] == ["1. Looking at the middle"]
    assert seen["kept"] == ["Middle"]
    assert seen["found"] == {"toy-one": 1.0}
    assert seen["colour"]
