"""Which of Gradio's files a page needs, so that a browser need not find out in four rounds.

Read from the tables that Vite writes into Gradio's own scripts; of a version that is built another way none are told,
and its page only opens later.
"""

import re
from collections.abc import Collection, Iterator
from pathlib import Path

import gradio

FRONTEND = Path(gradio.__file__).parent / "templates" / "frontend"
ENTRY = re.compile(r'src="\./assets/(index-[\w-]+\.js)"')
FILES = re.compile(r"m\.f=\[(.*?)\]")
# A script that is asked for when it is needed, and by number those that it needs itself.
LATER = re.compile(r"import\(`\./([\w.-]+)`\)[^\[]*__vite__mapDeps\(\[([\d,]*)\]\)")
COMPONENT = re.compile(
    rf"(\w+):{{(?:\w+:\(\)=>\w+\(\(\)=>import\(`[^{{}}]*?)?component:\(\)=>\w+\(\(\)=>{LATER.pattern}"
)


def needed(kinds: Collection[str], frontend: Path = FRONTEND) -> list[str]:
    """The names of Gradio's scripts and styles for a page with these kinds of components, those needed first first."""
    assets = frontend / "assets"
    entry = ENTRY.search(_text(frontend / "index.html"))
    found: dict[str, None] = {}
    for name, files in _listed(assets / entry[1], LATER) if entry else ():
        found |= dict.fromkeys(files)
        for later, more in _listed(assets / name, LATER):
            if later.startswith("Blocks-"):
                found |= dict.fromkeys(more)
        for kind, more in _listed(assets / name, COMPONENT):
            if kind in kinds:
                found |= dict.fromkeys(more)
    return list(found)


def announced(kinds: Collection[str], frontend: Path = FRONTEND) -> str:
    """HTML for the head of such a page: the scripts are asked for at once, and the styles are there.

    Vite loads no style that a link in the page names already, whatever that link does.
    """
    names = needed(kinds, frontend)
    scripts = [f'<link rel="modulepreload" crossorigin href="./assets/{name}">' for name in names if _is(name, ".js")]
    styles = [name for name in names if _is(name, ".css")]
    links = [f'<link rel="stylesheet" disabled href="./assets/{name}">' for name in styles]
    text = "\n".join(_text(frontend / "assets" / name) for name in styles)
    return "".join([*scripts, *links, f"<style>{text}</style>"])


def _is(name: str, suffix: str) -> bool:
    """Whether a file is of that kind and not the page's own, which its HTML names."""
    return name.endswith(suffix) and not name.startswith("index-")


def _listed(script: Path, pattern: re.Pattern[str]) -> Iterator[tuple[str, list[str]]]:
    """For each match of LATER or COMPONENT in a script its first group and the files that it needs."""
    text = _text(script)
    files = _files(text)
    for name, *_, numbers in pattern.findall(text) if files else ():
        yield name, [files[int(number)] for number in numbers.split(",")]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _files(text: str) -> list[str]:
    table = FILES.search(text)
    return re.findall(r'"\./([^"]+)"', table[1]) if table else []
