"""The order of the layers in methods/README.md and of the page's: a module imports from its own layer and those above.

Imports by `importlib.import_module("...")` count like all others.
"""

import ast
import subprocess
import sys
from collections.abc import Collection, Sequence
from pathlib import Path

import pytest

from methods.catalog import families

ROOT = Path(__file__).resolve().parents[1]
FAMILIES = {family.name for family in families()}
LAYERS = [
    {"errors"}, {"writing"}, {"spreadsheets"}, {"skeletons"}, {"interchange"}, {"overlay"}, {"types"}, {"settings"},
    {"images"}, {"video"}, {"video_writing"}, {"samples"}, {"drawing"}, {"weights"}, {"claims"}, {"ops"}, {"backbones"},
    {"method"}, {"top_down"}, {"imported_top_down"}, {"pose_grid"},
    {"family"}, {"user_models"}, FAMILIES, {"catalog"}, {"filter"}, {"papers"}, {"data"}, {"metrics"},
    {"analysis"}, {"studies"}, {"figures"}, {"training"}, {"importers"}, {"importer"}, {"cli"}, {"commands"},
    {"__main__"},
]  # fmt: skip
RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}
# Parts of a family that lie in layers of their own, so that they may use what knows the family's network.
LATE = {"filter", "studies", "training", "importer", "commands"}
APP_LAYERS = [
    {"limits", "messages", "theme", "samples", "colours", "coco_keypoints"},
    {"events", "links"}, {"outputs"}, {"families"}, {"server"},
    {"kept_predictions", "models"}, {"analysis"}, {"state", "components"}, {"thresholds"},
    {"shown_images", "data_choice", "data_form"}, {"picker", "exports", "standalone", "views"}, {"api"}, {"tabs"},
    {"page"}, {"lab"}, {"precompute"},
    {"start"}, {"command"}, {"space"}, {"gallery"},
]  # fmt: skip
APP_RANK = {name: rank for rank, layer in enumerate(APP_LAYERS) for name in layer}
# Which of the page's layers never import which others, although the order alone would allow it.
APART = {"state": {"components"}, "components": {"state"}, "lab": {"server", "state", "components", "tabs"}}
MODULES = sorted((ROOT / "methods").rglob("*.py"))
PAGES = [ROOT / "app.py", *sorted((ROOT / "app").rglob("*.py"))]


def imported_modules(source: str) -> set[str]:
    """Dotted names of everything that a source file imports, wherever in the file it does."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == "import_module":
            names |= {arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant)}
    return names


def own_modules(source: str, package: str = "methods", known: Collection[str] = frozenset(RANK)) -> list[list[str]]:
    """Modules of a package that a source file imports from, as the parts of their names behind the package's."""
    parts = (name.split(".") for name in imported_modules(source))
    return [part[1:] for part in parts if part[0] == package and len(part) > 1 and part[1] in known]


def layers_imported(source: str) -> set[str]:
    """Layers of `methods` that a source file imports from."""
    return {layer(parts) for parts in own_modules(source)}


def layer(parts: Sequence[str]) -> str:
    """The layer of a module of `methods` by the parts of its name behind that."""
    late = parts[0] in FAMILIES and parts[1:2] and parts[1] in LATE
    return parts[1] if late else parts[0]


def layer_of(path: Path) -> str:
    return layer(path.relative_to(ROOT / "methods").with_suffix("").parts)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_imports_from_a_later_layer(path):
    own = layer_of(path)
    if own == "__init__":
        pytest.skip("the package's front door re-exports from several layers")
    assert own in RANK, f"{own} has no place in the order of layers; give it one here and in methods/README.md"
    found = layers_imported(path.read_text())
    if path == ROOT / "methods" / "visibility" / "__init__.py":
        found -= {"filter"}  # which it hands on only when asked for, as README's example does
    later = sorted(name for name in found if RANK[name] > RANK[own])
    assert not later, f"{own} may not import {', '.join(later)}"
    family = path.relative_to(ROOT / "methods").parts[0]
    others = FAMILIES - {family} if family in FAMILIES else set()
    siblings = sorted({parts[0] for parts in own_modules(path.read_text())} & others)
    assert not siblings, f"family {family} may not import family {', '.join(siblings)}"


def test_the_skeleton_of_the_rule_catches_a_wrong_import():
    assert layers_imported("def f():\n    from methods.catalog import create") == {"catalog"}
    assert layers_imported('import importlib\nimportlib.import_module("methods.kapao.studies")') == {"studies"}
    assert RANK["catalog"] > RANK["ops"]


@pytest.mark.parametrize("path", [path for path in PAGES[1:] if path.name != "__init__.py"], ids=lambda path: path.stem)
def test_no_module_of_the_page_imports_from_a_later_layer(path):
    own = path.relative_to(ROOT / "app").parts[0].removesuffix(".py")
    assert own in APP_RANK, f"{own} has no place in the order of the page's layers; give it one here"
    found = {parts[0] for parts in own_modules(path.read_text(), "app", APP_RANK)}
    later = sorted(name for name in found if APP_RANK[name] > APP_RANK[own] or name in APART.get(own, ()))
    assert not later, f"{own} may not import {', '.join(later)}"


@pytest.mark.parametrize("path", sorted((ROOT / "app" / "tabs").rglob("*.py")), ids=lambda path: path.stem)
def test_no_tab_imports_another(path):
    own = path.relative_to(ROOT / "app" / "tabs").parts[0].removesuffix(".py")
    tabs = {parts[1] for parts in own_modules(path.read_text(), "app", {"tabs"}) if len(parts) > 1}
    assert tabs <= {own}


def test_the_pages_analysis_needs_no_gradio():
    modules = [f"app.analysis.{path.stem}" for path in (ROOT / "app" / "analysis").glob("[a-z]*.py")]
    imports = f"import sys, {', '.join(modules)}; print('gradio' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", imports], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_of_the_library_knows_the_page(path):
    assert "app" not in {name.split(".")[0] for name in imported_modules(path.read_text())}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_page_imports_no_torch(path):
    roots = {name.split(".")[0] for name in imported_modules(path.read_text())}
    assert not roots & {"torch", "torchvision", "ultralytics", "timm"}


def test_types_and_skeletons_need_no_torch():
    names = ("errors", "skeletons", "types", "settings", "images", "samples", "drawing")
    paths = [path for path in MODULES if path.relative_to(ROOT / "methods").parts[0].removesuffix(".py") in names]
    assert len(paths) > len(names)
    for path in paths:
        name = path.relative_to(ROOT)
        roots = {module.split(".")[0] for module in imported_modules(path.read_text())}
        assert "torch" not in roots, f"{name} imports torch"
