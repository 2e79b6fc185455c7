"""The wheel, installed where nothing else of the project is, works from an empty folder."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from methods import __version__
from methods.samples import samples
from tests.security.served import free_port, policy

pytestmark = pytest.mark.xdist_group("wheel")  # so that one of several test processes builds it
ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("app", "methods", "data_samples", "weights")
FILES = ("pyproject.toml", "requirements.txt", "MANIFEST.in", "README.md", "LICENSE")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "records")
LARGEST = 100e6  # bytes
PATIENCE = 900  # s; waiting costs nothing where all is well, and a busy machine takes minutes to import everything
BUILD_SDIST = "from setuptools.build_meta import build_sdist; build_sdist('..')"


def pip(*arguments: str, cwd: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "pip", *arguments], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what is packed, because building writes into its folder."""
    folder = tmp_path_factory.mktemp("packed") / "source"
    for name in PACKAGES:
        shutil.copytree(ROOT / name, folder / name, ignore=LEFT_OUT)
    for name in FILES:
        shutil.copy(ROOT / name, folder)
    return folder


@pytest.fixture(scope="module")
def installed(source: Path) -> Path:
    """The folder into which the wheel, built without a network, is installed without what it depends on."""
    offline = ("--no-deps", "--no-index", "--quiet")
    pip("wheel", *offline, "--no-build-isolation", "-w", "..", ".", cwd=source)
    (wheel,) = source.parent.glob("*.whl")
    target = source.parent / "installed"
    pip("install", *offline, "--no-compile", "--target", str(target), str(wheel), cwd=source.parent)
    return target


@pytest.fixture(scope="module")
def elsewhere(source: Path) -> Path:
    """The folder in which the wheel is used."""
    folder = source.parent / "elsewhere"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def page(installed: Path, elsewhere: Path) -> Iterator[str]:
    """The address of the wheel's page, served as on a host for everybody by a process that predicted and evaluated
    before: each start of Python with all that it imports takes seconds."""
    url = f"http://127.0.0.1:{(port := free_port())}"
    script, scenes = installed / "bin" / "pose-workbench", installed / "data_samples" / "scenes"
    chosen = ["--annotations", f"{scenes}/scenes.json", "--images", str(scenes), "--limit", "2"]
    commands = [
        ["predict", "yolo11n-pose", str(samples()[0].path), "--format", "json", "--output", "."],
        ["evaluate", "yolo11n-pose", *chosen, "--output", "numbers.json"],
    ]
    program = (
        "import runpy, sys; from app.command import main;"
        f" [main(words, standalone_mode=False) for words in {commands}];"
        f" sys.argv = ['pose-workbench', 'app', '--no-open']; runpy.run_path({str(script)!r}, run_name='__main__')"
    )
    own = {"PYTHONPATH": str(installed), "GRADIO_SERVER_PORT": str(port), "SPACE_ID": "someone/pose-workbench"}
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=elsewhere,
        env={**os.environ, "OMP_NUM_THREADS": "1", **own},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        started = time.monotonic()
        while not _answers(url):
            assert process.poll() is None, process.stdout.read().decode()
            assert time.monotonic() - started < PATIENCE
            time.sleep(0.3)
        yield url
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5).is_success
    except httpx.TransportError:
        return False


def test_every_file_of_the_packages_is_in_the_wheel(source, installed):
    packed = [path.relative_to(source) for name in PACKAGES for path in (source / name).rglob("*") if path.is_file()]
    assert len(packed) > 500
    assert [path for path in packed if not (installed / path).is_file()] == []


def test_the_source_archive_is_complete_and_small(source):
    subprocess.run([sys.executable, "-c", BUILD_SDIST], cwd=source, check=True, capture_output=True)
    (archive,) = source.parent.glob("*.tar.gz")
    assert archive.name == f"pose_workbench-{__version__}.tar.gz"
    assert archive.stat().st_size < LARGEST
    shutil.unpack_archive(archive, source.parent / "unpacked", filter="data")
    unpacked = source.parent / "unpacked" / f"pose_workbench-{__version__}"
    for name in (*FILES, "weights/manifest.json", "data_samples/scenes/scenes.json", "app/lab/.streamlit/config.toml"):
        assert (unpacked / name).is_file(), name


def test_predict_and_evaluate_have_weights_and_scenes(page, elsewhere):
    assert len(json.loads((elsewhere / "predictions.json").read_text())) >= 3
    assert json.loads((elsewhere / "numbers.json").read_text())["images"] == 2


def test_the_page_starts_with_every_method_and_sample(page):
    config = httpx.get(f"{page}/config", timeout=PATIENCE).text
    assert f"Pose workbench {__version__}" in config
    assert "detposenet-n" in config
    assert "Rendered: a dense crowd" in config


def test_spaces_may_frame_a_hosted_page(page):
    found = policy(page, "/")
    assert found["frame-ancestors"] == [
        "'self'", "https://huggingface.co", "https://*.huggingface.co", "https://*.hf.space",
    ]  # fmt: skip
    assert found["script-src"] == ["'self'", "'unsafe-inline'", "'unsafe-eval'"]


def test_a_hosted_page_is_asked_under_the_hosts_name(page):
    headers = {"host": "someone-pose-workbench.hf.space", "origin": "https://huggingface.co"}
    assert httpx.get(page, headers=headers, timeout=PATIENCE).status_code == 200
