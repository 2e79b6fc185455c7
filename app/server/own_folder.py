"""A folder for the files of this process alone: gone when it ends, or when the next one starts after it was killed."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK = "lock"  # locked by the process whose folder it is; the system unlocks it whatever ends the process
FOLDERS: list[Path] = []  # where this process keeps visitors' files, once it has claimed them
_held: list[int] = []  # locks of this process, which last as long as their files are open


def claim() -> Path:
    """Make the folder, have Gradio and `tempfile` write there from now on, and clear what killed processes left.

    It lies in GRADIO_TEMP_DIR or else in the system's folder for temporary files. Call this before Gradio is imported.
    """
    base = Path(os.environ.get("GRADIO_TEMP_DIR") or _users_folder())
    base.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _locked(base / LOCK):
        for folder in base.glob("page-*"):
            _clear_unless_alive(folder)
        own = Path(tempfile.mkdtemp(prefix="page-", dir=base))
        _held.append(_lock(own / LOCK))
    FOLDERS[:] = own / "uploads", own / "temporary"
    for folder in FOLDERS:
        folder.mkdir()
    os.environ["GRADIO_TEMP_DIR"], tempfile.tempdir = map(str, FOLDERS)
    return own


def _users_folder() -> Path:
    """Where only this user's folders are; a new one where somebody else was there first."""
    folder = Path(tempfile.gettempdir()) / f"pose-workbench-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    safe = not folder.is_symlink() and found.st_uid == os.getuid() and not found.st_mode & 0o077
    return folder if safe else Path(tempfile.mkdtemp(prefix="pose-workbench-"))


def _clear_unless_alive(folder: Path) -> None:
    try:
        lock = _lock(folder / LOCK)
    except BlockingIOError:
        return
    shutil.rmtree(folder, ignore_errors=True)
    os.close(lock)


def _lock(path: Path, wait: bool = False) -> int:
    file = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        raise
    return file


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    lock = _lock(path, wait=True)
    try:
        yield
    finally:
        os.close(lock)
