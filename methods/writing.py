"""Files are written whole or not at all: beside their place, then onto the disk, then put in place by one rename."""

import os
from collections.abc import Callable
from pathlib import Path


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` make a file beside `path`, then put it in place at once.

    Whatever stops the program or the machine, `path` is the old file or the whole new one.
    """
    path = path.resolve()  # what a link leads to is replaced, not the link
    if path.exists() and not path.is_file():  # such as /dev/stdout
        write(path)
        return
    beside = path.with_name(f"{path.name}.part")
    try:
        write(beside)
        with beside.open("rb+") as file:
            os.fsync(file.fileno())
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    _sync_folder(path.parent)


def write_text(path: Path, text: str) -> None:
    """Write a text in UTF-8, as `write_whole`."""
    write_whole(path, lambda beside: beside.write_text(text, encoding="utf-8"))


def write_bytes(path: Path, content: bytes) -> None:
    """Write bytes, as `write_whole`."""
    write_whole(path, lambda beside: beside.write_bytes(content))


def _sync_folder(folder: Path) -> None:
    """Make the rename itself last; only systems that let a folder be opened need it."""
    if hasattr(os, "O_DIRECTORY"):
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
