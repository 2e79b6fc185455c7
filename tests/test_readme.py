"""README: a valid Space, and an example that runs."""

import re
from pathlib import Path

from huggingface_hub import SpaceCard
from packaging.requirements import Requirement

from methods.samples import samples

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
COLOURS = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}


def test_front_matter_makes_a_space():
    card = SpaceCard(TEXT).data
    assert card.sdk == "gradio"
    assert (ROOT / card.app_file).is_file()
    assert card.license == "agpl-3.0"
    assert {card.colorFrom, card.colorTo} <= COLOURS
    assert len(card.short_description) <= 60
    # A Space installs this version before requirements.txt, so both must agree.
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    allowed = [Requirement(line) for line in lines if not line.startswith("#")]
    assert next(each for each in allowed if each.name == "gradio").specifier.contains(card.sdk_version)


def test_pictures_and_links_exist():
    links = re.findall(r"\]\(((?!http)[^)#]+)\)", TEXT)
    assert "app/static/screenshots/compare.webp" in links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_library_example_finds_the_people(tmp_path, monkeypatch, capsys):
    (example,) = re.findall(r"```python\n(.*?)```", TEXT, flags=re.S)
    bus = next(sample for sample in samples() if "bus" in sample.path.name)
    (tmp_path / "image.jpg").write_bytes(bus.path.read_bytes())
    monkeypatch.chdir(tmp_path)
    exec(compile(example, "README.md", "exec"), {})
    printed = capsys.readouterr().out
    people = int(re.match(r"\((\d+), 17, 2\)", printed)[1])
    assert people >= 3
    assert "left_shoulder" in printed
