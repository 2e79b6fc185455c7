"""Files, folders and patterns from the command line as a list of image files."""

import glob
from collections.abc import Collection, Sequence
from pathlib import Path

from methods.images import SUFFIXES

DRAWN = "-poses.png"  # ends the name of an image that `predict` drew


def find_images(inputs: Sequence[str], outputs: Collection[Path]) -> list[Path]:
    """Every file once, in the order given; of a folder the images in it and below, sorted.

    Of a folder's, those images are left out that lie in one of the folders `outputs` and are called as `predict`
    calls what it draws: most likely an earlier run drew them. A pattern (`*`, `**`, `?`, `[...]`) that is nobody's name
    is expanded to the files that fit. What does not exist or holds no image stays in the list, so that reading it says
    so.
    """
    folders = {folder.resolve() for folder in outputs}
    found = (path for given in inputs for path in _expand(given, folders) or [Path(given)])
    return list({path.resolve(): path for path in found}.values())


def _expand(given: str, outputs: Collection[Path]) -> list[Path]:
    path = Path(given)
    if path.is_dir():
        inside = sorted(file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())
        return [file for file in inside if not (file.name.endswith(DRAWN) and file.resolve().parent in outputs)]
    if not path.exists() and glob.has_magic(given):
        return [match for match in map(Path, sorted(glob.glob(given, recursive=True))) if match.is_file()]
    return []
