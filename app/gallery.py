"""All samples as a folder of HTML files that need no server: `python -m app.gallery FOLDER`.

Any host of files can show it, a static Space too: its README.md says so to Hugging Face.
"""

from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Annotated

import typer
from PIL import Image

from app import standalone
from app.models import offered
from app.samples import offers
from app.state.finding import sample_session
from app.state.photo_session import PhotoSession
from app.state.visibility import judge_people
from methods.method import Method
from methods.writing import write_bytes, write_text

SIDE = 480  # px; the longer side of an image in the list
CARD = """---
title: Pose Workbench Gallery
emoji: 🤸
colorFrom: indigo
colorTo: green
sdk: static
license: agpl-3.0
short_description: Several pose methods on the same images
---

What the methods of the Pose Workbench find in its samples. Open index.html.
"""
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Pose workbench: gallery</title>
<style>{style}
main {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(240px, 1fr)); gap: 20px; }}
a {{ color: inherit; text-decoration: none; }}
a:hover, a:focus {{ text-decoration: underline; }}
img {{ width: 100%; aspect-ratio: 4 / 3; object-fit: cover; border-radius: 8px; display: block; margin-bottom: 6px; }}
small {{ color: var(--body-text-color-subdued); }}
</style>
</head>
<body>
<h1>Pose workbench: gallery</h1>
<p>Several methods that find people's keypoints, side by side on the same images.</p>
<main>
{items}
</main>
</body>
</html>
"""
ITEM = '<a href="{name}.html"><img src="{name}.jpg" alt="">{title}<br><small>{credit}</small></a>'


def write(folder: Path, sessions: Iterable[tuple[str, PhotoSession]], methods: Mapping[str, Method]) -> None:
    """Write a page for each titled session, with the demo presets and every intermediate output, and a list of them."""
    folder.mkdir(parents=True, exist_ok=True)
    items = []
    for title, session in sessions:
        session.infer(methods)
        predictions = session.decode(methods, {name: method.Settings.demo() for name, method in methods.items()})
        judge_people(session, predictions)
        write_bytes(folder / f"{session.sample}.html", standalone.to_html(session, predictions))
        small = Image.fromarray(session.image)
        small.thumbnail((SIDE, SIDE))
        small.save(folder / f"{session.sample}.jpg", quality=85)
        items.append(ITEM.format(name=escape(session.sample), title=escape(title), credit=escape(session.credit)))
    write_text(folder / "index.html", PAGE.format(style=standalone.STYLE, items="\n".join(items)))
    write_text(folder / "README.md", CARD)


def main(folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the gallery goes.")]) -> None:
    """Write a gallery of all samples with every method; takes about a minute."""
    write(folder, ((offer.title, sample_session(offer)) for offer in offers()), offered())
    print(f"{folder / 'index.html'}: open it in a browser, or give the folder to any host of files.")


if __name__ == "__main__":
    typer.run(main)
