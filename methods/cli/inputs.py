"""Files, folders and patterns from the command line as a list of image files."""

import glob
from collections.abc import Sequence
from pathlib import Path

from methods.images import SUFFIXES


def find_images(inputs: Sequence[str], leave_out: Path) -> list[Path]:
    """Every file once, in the order given; of a folder the images in it and below, sorted, less those in `leave_out`.

    A pattern (`*`, `**`, `?`, `[...]`) that is nobody's name is expanded to the files that fit. What does not exist
    or holds no image stays in the list, so that reading it says so.
    """
    found = (path for given in inputs for path in _expand(given, leave_out.resolve()) or [Path(given)])
    return list({path.resolve(): path for path in found}.values())


def _expand(given: str, leave_out: Path) -> list[Path]:
    path = Path(given)
    if path.is_dir():
        inside = sorted(file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())
        return [file for file in inside if not file.resolve().is_relative_to(leave_out)]
    if not path.exists() and glob.has_magic(given):
        return [match for match in map(Path, sorted(glob.glob(given, recursive=True))) if match.is_file()]
    return []
