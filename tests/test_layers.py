"""The order of the layers in methods/README.md and of the page's: a module imports from its own layer and those above.

Imports by `importlib.import_module("...")` count like all others.
"""

import ast
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from pathlib import Path

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


def named(node: ast.AST) -> set[str]:
    """Dotted names of what a statement or call imports; none where it imports nothing."""
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    if isinstance(node, ast.ImportFrom) and node.module:
        return {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == "import_module":
        return {arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant)}
    return set()


def imported_modules(source: str) -> set[str]:
    """Dotted names of everything that a source file imports, wherever in the file it does."""
    return set().union(*map(named, ast.walk(ast.parse(source))))


@cache
def imports_of(path: Path) -> set[str]:
    """The same of a file, read once for all rules."""
    return imported_modules(path.read_text())


def first_imports(source: str) -> set[str]:
    """Those that are imported as soon as the file is, outside of functions."""

    def outside(node: ast.AST) -> Iterator[ast.AST]:
        yield node
        for each in ast.iter_child_nodes(node):
            if not isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                yield from outside(each)

    return set().union(*map(named, outside(ast.parse(source))))


def own_modules(
    names: Collection[str], package: str = "methods", known: Collection[str] = frozenset(RANK)
) -> list[list[str]]:
    """Modules of a package among these, as the parts of their names behind the package's."""
    parts = (name.split(".") for name in names)
    return [part[1:] for part in parts if part[0] == package and len(part) > 1 and part[1] in known]


def layers_of(names: Collection[str]) -> set[str]:
    """Layers of `methods` that these modules belong to."""
    return {layer(parts) for parts in own_modules(names)}


def layer(parts: Sequence[str]) -> str:
    """The layer of a module of `methods` by the parts of its name behind that."""
    late = parts[0] in FAMILIES and parts[1:2] and parts[1] in LATE
    return parts[1] if late else parts[0]


def layer_of(path: Path) -> str:
    return layer(path.relative_to(ROOT / "methods").with_suffix("").parts)


def test_no_module_imports_from_a_later_layer():
    wrong = []
    for path in MODULES:
        own = layer_of(path)
        if own == "__init__":
            continue  # the package's front door re-exports from several layers
        assert own in RANK, f"{own} has no place in the order of layers; give it one here and in methods/README.md"
        found = layers_of(imports_of(path))
        if path == ROOT / "methods" / "visibility" / "__init__.py":
            found -= {"filter"}  # which it hands on only when asked for, as README's example does
        later = sorted(name for name in found if RANK[name] > RANK[own])
        wrong += [f"{path}: {own} may not import {name}" for name in later]
        family = path.relative_to(ROOT / "methods").parts[0]
        others = FAMILIES - {family} if family in FAMILIES else set()
        siblings = sorted({parts[0] for parts in own_modules(imports_of(path))} & others)
        wrong += [f"{path}: family {family} may not import family {name}" for name in siblings]
    assert wrong == []


def test_the_skeleton_of_the_rule_catches_a_wrong_import():
    assert layers_of(imported_modules("def f():\n    from methods.catalog import create")) == {"catalog"}
    assert layers_of(imported_modules('import importlib\nimportlib.import_module("methods.kapao.studies")')) == {
        "studies"
    }
    assert RANK["catalog"] > RANK["ops"]
    assert first_imports("import a\nclass B:\n    import c\ndef f():\n    import d") == {"a", "c"}


def test_no_module_of_the_page_imports_from_a_later_layer():
    wrong = []
    for path in PAGES[1:]:
        if path.name == "__init__.py":
            continue
        own = path.relative_to(ROOT / "app").parts[0].removesuffix(".py")
        assert own in APP_RANK, f"{own} has no place in the order of the page's layers; give it one here"
        found = {parts[0] for parts in own_modules(imports_of(path), "app", APP_RANK)}
        later = sorted(name for name in found if APP_RANK[name] > APP_RANK[own] or name in APART.get(own, ()))
        wrong += [f"{path}: {own} may not import {name}" for name in later]
    assert wrong == []


def test_no_tab_imports_another():
    for path in sorted((ROOT / "app" / "tabs").rglob("*.py")):
        own = path.relative_to(ROOT / "app" / "tabs").parts[0].removesuffix(".py")
        tabs = {parts[1] for parts in own_modules(imports_of(path), "app", {"tabs"}) if len(parts) > 1}
        assert tabs <= {own}, path


def file_of(name: str) -> Path | None:
    """The file of a module or package of ours; None where the name is of something in one."""
    place = ROOT.joinpath(*name.split("."))
    return next((path for path in (place.with_suffix(".py"), place / "__init__.py") if path.is_file()), None)


def test_the_pages_analysis_needs_no_gradio():
    """Nor does anything that it imports, and what that imports."""
    names = [f"app.analysis.{path.stem}" for path in (ROOT / "app" / "analysis").glob("[a-z]*.py")]
    imported_by = dict.fromkeys(names, "the test")
    for name in names:  # which grows
        packages = {name[:end] for end, letter in enumerate(name) if letter == "."}
        path = file_of(name)
        for each in packages | (first_imports(path.read_text()) if path else set()):
            if each not in imported_by:
                imported_by[each] = name
                names += [each] if each.split(".")[0] in ("app", "methods") else []
    assert imported_by["methods.types"]
    assert imported_by["torch"]
    gradio = {name: by for name, by in imported_by.items() if name.split(".")[0] == "gradio"}
    assert gradio == {}


def test_no_module_of_the_library_knows_the_page():
    assert [path for path in MODULES if "app" in {name.split(".")[0] for name in imports_of(path)}] == []


def test_the_page_imports_no_torch():
    for path in PAGES:
        roots = {name.split(".")[0] for name in imports_of(path)}
        assert not roots & {"torch", "torchvision", "ultralytics", "timm"}, path


def test_types_and_skeletons_need_no_torch():
    names = ("errors", "skeletons", "types", "settings", "images", "samples", "drawing")
    paths = [path for path in MODULES if path.relative_to(ROOT / "methods").parts[0].removesuffix(".py") in names]
    assert len(paths) > len(names)
    for path in paths:
        name = path.relative_to(ROOT)
        roots = {module.split(".")[0] for module in imports_of(path)}
        assert "torch" not in roots, f"{name} imports torch"
