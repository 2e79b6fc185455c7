"""A folder for the files of this process alone: gone when it ends, or when the next one starts after it was killed."""

import os
import shutil
import tempfile
from pathlib import Path

from filelock import FileLock, Timeout

LOCK = "lock"  # locked by the process whose folder it is; the system unlocks it whatever ends the process
FOLDERS: list[Path] = []  # where this process keeps visitors' files, once it has claimed them
_held: list[FileLock] = []  # of this process; dropped, they would unlock


def claim() -> Path:
    """Make the folder, have Gradio and `tempfile` write there from now on, and clear what killed processes left.

    It lies in GRADIO_TEMP_DIR or else in the system's folder for temporary files. Call this before Gradio is imported.
    """
    base = Path(os.environ.get("GRADIO_TEMP_DIR") or _users_folder())
    base.mkdir(mode=0o700, parents=True, exist_ok=True)
    with FileLock(base / LOCK, mode=0o600):
        for folder in base.glob("page-*"):
            _clear_unless_alive(folder)
        own = Path(tempfile.mkdtemp(prefix="page-", dir=base))
        lock = FileLock(own / LOCK, mode=0o600, thread_local=False)
        lock.acquire()
        _held.append(lock)
    FOLDERS[:] = own / "uploads", own / "temporary"
    for folder in FOLDERS:
        folder.mkdir()
    os.environ["GRADIO_TEMP_DIR"], tempfile.tempdir = map(str, FOLDERS)
    return own


def _users_folder() -> Path:
    """Where only this user's folders are; a new one where somebody else was there first."""
    if not hasattr(os, "getuid"):
        return Path(tempfile.gettempdir()) / "pose-workbench"  # Windows: the folder for temporary files is the user's
    folder = Path(tempfile.gettempdir()) / f"pose-workbench-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    safe = not folder.is_symlink() and found.st_uid == os.getuid() and not found.st_mode & 0o077
    return folder if safe else Path(tempfile.mkdtemp(prefix="pose-workbench-"))


def _clear_unless_alive(folder: Path) -> None:
    """Call it while nobody else clears: between unlocking and deleting, another could lock."""
    try:
        FileLock(folder / LOCK, timeout=0).acquire().lock.release()
    except Timeout:
        return
    shutil.rmtree(folder, ignore_errors=True)
