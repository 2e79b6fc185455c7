"""The tutorial runs from its first cell to its last, and what it registers is found by its name."""

import json
from pathlib import Path

import pytest

from methods import catalog, create, register, variants
from methods.errors import CatalogError

NOTEBOOK = Path(catalog.__file__).with_name("tutorial.ipynb")


@pytest.fixture(autouse=True)
def nothing_registered(monkeypatch):
    monkeypatch.setattr(catalog, "_registered", {})


def test_its_cells_run(capsys, one_thread):
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    assert sum(len(each.splitlines()) for each in code) < 40
    names: dict = {}
    for each in code:
        exec(compile(each, "tutorial.ipynb", "exec"), names)
    assert capsys.readouterr().out.count("AP 0.") == 2
    (mine,) = [variant for variant in variants() if variant.family == "registered"]
    assert mine.summary == "YOLO11 whose people are the mean of all candidates for them, weighted by score."
    assert catalog.family_of("mean-yolo") is catalog.REGISTERED


def test_a_registered_method_is_given_as_it_was_built():
    method = create("movenet-multipose", device="cpu")
    with pytest.raises(CatalogError, match="There is a method 'movenet-multipose' already"):
        register(method)
    method.name = "mine"
    assert register(method) is register(method) is create("mine")
    with pytest.raises(CatalogError, match="is registered as it was built"):
        create("mine", input_size=256)
