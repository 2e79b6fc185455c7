"""Which of Gradio's files a page needs."""

import pytest

from app.server.gradio_files import FRONTEND, announced, needed

TABLE = "const __vite__mapDeps=(i,m=__vite__mapDeps,d=(m.f||(m.f=[{}])))=>i.map(i=>d[i]);"
LATER = "v(()=>import(`./{}`){},__vite__mapDeps([{}]),import.meta.url)"


def table(*names):
    return TABLE.format(",".join(f'"./{name}"' for name in names))


@pytest.fixture
def frontend(tmp_path):
    """As Vite builds it: the page's script asks for two others, one of them for the blocks, one for components."""
    (tmp_path / "assets").mkdir()
    files = {
        "index-12345678.js": table("Index-a.js", "core-b.js", "core-b.css")
        + LATER.format("Index-a.js", "", "0,1,2") + LATER.format("core-b.js", "", "1,2"),
        "Index-a.js": table("Blocks-c.js", "logo-d.js", "Login-e.js")
        + LATER.format("Blocks-c.js", "", "0,1") + LATER.format("Login-e.js", "", "2"),
        "HTML-h.css": ".a { color: red }",
        "core-b.css": ".b { color: blue }",
        "core-b.js": table("Audio-f.js", "Example-g.js", "HTML-h.js", "HTML-h.css")
        + "V={audio:{example:()=>" + LATER.format("Example-g.js", "", "1")
        + ",component:()=>" + LATER.format("Audio-f.js", "", "0,1") + "},html:{component:()=>"
        + LATER.format("HTML-h.js", ".then(e=>e.t)", "2,3") + "}}",
    }  # fmt: skip
    for name, text in files.items():
        (tmp_path / "assets" / name).write_text(text)
    (tmp_path / "index.html").write_text('<script type="module" crossorigin src="./assets/index-12345678.js"></script>')
    return tmp_path


def test_told_are_the_pages_own_scripts_and_those_of_its_kinds_of_components(frontend):
    own = ["Index-a.js", "core-b.js", "core-b.css", "Blocks-c.js", "logo-d.js"]
    assert needed([], frontend) == own
    assert needed(["html"], frontend) == [*own, "HTML-h.js", "HTML-h.css"]
    assert needed(["audio", "html"], frontend) == [*own, "Audio-f.js", "Example-g.js", "HTML-h.js", "HTML-h.css"]
    assert needed(["no such kind"], frontend) == own


@pytest.mark.parametrize("text", ["", '<script src="./assets/main.js"></script>'])
def test_of_a_page_of_another_form_none_are_told(frontend, text):
    (frontend / "index.html").write_text(text)
    assert needed(["html"], frontend) == []


def test_scripts_are_asked_for_at_once_and_styles_are_in_the_page_where_vite_does_not_load_them_again(frontend):
    head = announced(["html"], frontend)
    assert head.startswith('<link rel="modulepreload" crossorigin href="./assets/Index-a.js">')
    assert head.count("modulepreload") == 5
    assert '<link rel="stylesheet" disabled href="./assets/HTML-h.css"><style>' in head
    assert head.endswith("<style>.b { color: blue }\n.a { color: red }</style>")


def test_a_page_without_the_files_that_it_names_starts_all_the_same(frontend, tmp_path):
    for name in ("index.html", "assets/Index-a.js", "assets/core-b.css"):
        (frontend / name).unlink()
    assert announced(["html"], frontend) == announced(["html"], tmp_path / "nowhere") == "<style></style>"
    (frontend / "index.html").write_text('<script src="./assets/index-12345678.js"></script>')
    assert "core-b.css" in announced(["html"], frontend)


def test_of_scripts_without_tables_none_are_told(frontend):
    (frontend / "assets" / "index-12345678.js").write_text("import(`./Index-a.js`)")
    assert needed(["html"], frontend) == []


def test_what_is_told_of_the_installed_version_is_there():
    told = needed(["html", "slider"])
    assert len(told) > 10
    assert all((FRONTEND / "assets" / name).is_file() for name in told)
    assert set(needed(["html"])) < set(told)
