"""Files of visitors on this machine's disk: whose they are, and when they go."""

import os
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import gradio as gr

from app.limits import DISK, FILE_AGE, LEFT
from app.server.gate import UploadError, admit
from app.server.visitors import is_open

_pages: set[Path] = set()  # files of the page itself, such as small images of its samples
_holders: defaultdict[Path, set[str]] = defaultdict(set)  # sessions whose events named a file or were answered by it


class NoNames(set[str]):
    """Where Gradio notes uploads for a cleaning of its own, which the page does not use: it keeps nothing."""

    def add(self, name: str) -> None:
        """Forget a name at once."""

    def update(self, *names: Iterable[str]) -> None:
        """Forget names at once."""


def note_no_names(page: gr.Blocks) -> None:
    """Let Gradio keep no names of uploads, which it would until the page ends, long after the files are gone."""
    page.temp_file_sets = []
    page.upload_file_set = NoNames()
    for block in page.blocks.values():
        block.temp_files = NoNames()


def keep(folder: Path) -> None:
    """Take what lies in a folder now for the page's own."""
    _pages.update(_files(folder))


def hold(session: str, given: Any) -> None:
    """Note that a session uses the uploads that a piece of JSON names."""
    left = [given]
    while left:
        each = left.pop()
        if isinstance(each, dict):
            if isinstance(each.get("path"), str):
                try:
                    _holders[admit(each["path"]).path].add(session)
                except UploadError:
                    continue  # whoever reads it says so
            left += each.values()
        elif isinstance(each, list | tuple):
            left += each


def forget(session: str) -> None:
    """Delete the files that only this session used."""
    for path, sessions in list(_holders.items()):
        if session not in sessions:
            continue
        sessions.discard(session)
        if not sessions:
            del _holders[path]
            if _age(path) > LEFT:  # else somebody else has just given the same file
                _delete(path)


def sweep(folder: Path) -> None:
    """Delete what has lain in a folder for FILE_AGE, whosesoever it is."""
    for path in _files(folder):
        if _age(path) > FILE_AGE:
            _holders.pop(path, None)
            _delete(path)


def make_room(folder: Path, coming: int) -> bool:
    """Delete uploads that no open page uses, the oldest first, until `coming` bytes fit on DISK; whether they do."""
    sizes = {path: _size(path) for path in _files(folder)}
    free = DISK - sum(sizes.values()) - coming
    for path in sorted(sizes, key=_age, reverse=True):
        if free >= 0:
            break
        if not any(is_open(session) for session in _holders.get(path, ())):
            _delete(path)
            free += sizes[path]
    return free >= 0


def _files(folder: Path) -> list[Path]:
    # Not by rglob, which stops at a folder that is deleted while it looks.
    found = (Path(place, name) for place, _, names in os.walk(folder) for name in names)
    return [path for path in found if path not in _pages]


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0


def _age(path: Path) -> float:
    """Seconds; of a link its own, not those of what it leads to."""
    try:
        return time.time() - path.lstat().st_ctime
    except OSError:
        return 0.0


def _delete(path: Path) -> None:
    path.unlink(missing_ok=True)
    try:
        path.parent.rmdir()  # each upload has a folder of its own
    except OSError:
        return  # which holds another still
