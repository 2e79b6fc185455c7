"""The sample images are there, are readable, and cost no import of the packages that bring them."""

import subprocess
import sys
from pathlib import Path

from methods.images import read_image
from methods.samples import samples

ROOT = Path(__file__).resolve().parents[1]


def test_every_sample_is_a_image_with_its_credit():
    shapes = {sample.name: read_image(sample.path).shape for sample in samples()}
    assert shapes == {"bus": (1080, 810, 3), "zidane": (720, 1280, 3), "astronaut": (512, 512, 3)}
    assert all(sample.title and sample.credit for sample in samples())


def test_nothing_heavy_is_imported():
    script = (
        "import sys; from methods.samples import samples; samples();"
        "print([name for name in ('torch', 'ultralytics', 'skimage') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_missing_package_leaves_its_images_out(monkeypatch):
    monkeypatch.setattr("methods.samples.find_spec", lambda package: None)
    assert samples() == []
