"""The gate through which every file of a visitor comes: uploads to this process are opened, nothing else ever is.

Gradio checks paths only where an input says that it is a file, and fetches addresses that are given in place of paths.
Here no event gets as far as that: what any of its inputs calls a path has to be that of an upload.
"""

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any, BinaryIO, cast

import gradio as gr
from gradio.data_classes import GradioModel, GradioRootModel
from gradio.utils import get_upload_folder

from app.limits import FILES
from app.server import values
from methods.errors import WorkbenchError

NOT_UPLOADED = "Only files that were uploaded to this page are read, no address and no path; give the file itself."
NO_FILE = "The event came without a file where it needs one; drop a file or choose one."
NOTHING_CLICKED = {"index": None, "value": None}  # what Gradio takes out of any click without looking
DIGEST = re.compile("[0-9a-f]{64}")  # Gradio keeps an upload as DIGEST/NAME
# Never through a link, and without waiting for what is no file; where the platform has these.
FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class UploadError(WorkbenchError):
    """A file that was not uploaded here, or is not here any more."""


@dataclass(frozen=True)
class Upload:
    """A file that a visitor uploaded; as text it is its own name, which is all that anybody is told of it."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def stem(self) -> str:
        return self.path.stem

    @property
    def suffix(self) -> str:
        return self.path.suffix

    def open(self, mode: str = "rb") -> BinaryIO:
        """Its bytes, to be read once and closed. Raises UploadError where it is no file or was forgotten."""
        try:
            file = cast(BinaryIO, open(os.open(self.path, FLAGS), mode))  # noqa: SIM115 - the caller closes it
        except OSError:
            raise UploadError(f"{self.name} was given too long ago and is forgotten; give it again.") from None
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            file.close()
            raise UploadError(NOT_UPLOADED)
        return file

    def __str__(self) -> str:
        return self.name


def admit(path: str) -> Upload:
    """The upload at a path that a visitor names; raises UploadError for any other path."""
    folder = Path(get_upload_folder())
    try:
        inside = PurePath(path).relative_to(folder)
        # What links and dots lead to has to be the same place.
        true = Path(path).resolve().relative_to(folder.resolve())
    except (ValueError, OSError, RuntimeError):  # elsewhere; no path at all; a loop of links
        raise UploadError(NOT_UPLOADED) from None
    if inside != true or len(inside.parts) != 2 or not DIGEST.fullmatch(inside.parts[0]):
        raise UploadError(NOT_UPLOADED)
    return Upload(folder / inside)


def upload_of(given: Any) -> Upload | None:
    """The upload that a component for one file was given; None where there is none. Raises gr.Error."""
    found = uploads_of(given)
    return found[0] if found else None


def uploads_of(given: Any) -> list[Upload]:
    """The uploads that a component for files was given. Raises gr.Error."""
    plain = given.model_dump() if isinstance(given, GradioModel | GradioRootModel) else given
    listed = [] if plain is None else plain if isinstance(plain, list) else [plain]
    if not all(isinstance(each, dict) and isinstance(each.get("path"), str) for each in listed):
        raise gr.Error(NO_FILE, print_exception=False)
    if len(listed) > FILES:
        raise gr.Error(f"{len(listed)} files were given; give at most {FILES} at once.", print_exception=False)
    try:
        return [admit(each["path"]) for each in listed]
    except UploadError as error:
        raise gr.Error(str(error), print_exception=False) from None


def check(given: Any) -> None:
    """Raise gr.Error where anything in an event's inputs, of whatever kind, names a file that was not uploaded."""
    left = [given]
    while left:
        each = left.pop()
        if isinstance(each, dict):
            if each.get("path") is not None:
                uploads_of(each)
            if not isinstance(each.get("meta", {}), dict):
                raise gr.Error(NO_FILE, print_exception=False)
            left += each.values()
        elif isinstance(each, list):
            left += each


class GatedBlocks(gr.Blocks):
    """A page of which every event passes the gate before Gradio looks at its inputs; errors are one sentence."""

    async def preprocess_data(self, block_fn: Any, inputs: list[Any], *more: Any, **named: Any) -> list[Any]:
        """As Gradio's, after the gate; whatever it makes of wrong values, the log is told nothing."""
        check(inputs)
        for block, given in zip(block_fn.inputs, inputs, strict=False):
            if isinstance(block, gr.File | gr.UploadButton | gr.Image):
                uploads_of(given)
            values.check(block, given)
        try:
            return await super().preprocess_data(block_fn, inputs, *more, **named)
        except Exception as error:
            told = error.message if isinstance(error, gr.Error) else values.REFUSED
            raise gr.Error(told, print_exception=False) from None

    async def call_function(self, *given: Any, **named: Any) -> Any:
        """As Gradio's, after the gate for what was clicked; errors that are written for visitors reach them."""
        for each in (*given, *named.values()):
            if isinstance(each, gr.EventData):
                check(each._data)
                each._data = NOTHING_CLICKED | (each._data if isinstance(each._data, dict) else {})
        try:
            return await super().call_function(*given, **named)
        except WorkbenchError as error:
            raise gr.Error(str(error), print_exception=False) from None
