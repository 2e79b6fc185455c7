"""Names of results files as names of methods."""

from collections.abc import Container
from pathlib import Path

from methods.importers.image_results import shown_name


def method_name(file: str | Path, taken: Container[str] = ()) -> str:
    """What the results in a file are called: after the file, and with a number where that name is taken."""
    return free_name(shown_name(Path(file).stem), taken)


def free_name(name: str, taken: Container[str]) -> str:
    """The name, with a number behind it where it is taken."""
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name} ({number})"
    return free
