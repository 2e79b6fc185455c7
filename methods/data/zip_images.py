"""Images inside a zip file from anybody: listed and read one by one, never unpacked, and refused where it is a trap."""

import stat
import zipfile
import zlib
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO, Literal, Protocol

from methods.errors import DataError
from methods.images import MAX_BYTES

MAX_ENTRIES = 20_000  # four times COCO val2017
MAX_LISTING = 8_000_000  # bytes of the list of entries, which is read as a whole: 400 of each
MAX_TOTAL = 2_000_000_000  # bytes of all entries unpacked
MAX_RATIO = 200  # how much smaller than unpacked an entry may be; images hardly shrink, flat drawings to a hundredth

MAC_FOLDER = "__MACOSX/"  # what a Mac keeps about files, beside them and under their names

_END, _END_SIZE, _LONGEST_COMMENT = b"PK\x05\x06", 22, 65_535
_LOCATOR_SIZE = 20  # of the record before the end that only archives above 4 GB need


class ZipSource(Protocol):
    """A zip file that can be opened: a Path, or whatever else stands for a file; as text it is what messages say."""

    @property
    def name(self) -> str: ...

    def open(self, mode: Literal["rb"]) -> BinaryIO: ...


@dataclass(frozen=True)
class ZippedImage:
    """One entry of a zip file, `size` bytes when unpacked."""

    path: ZipSource
    entry: str
    size: int

    def read(self, opened: zipfile.ZipFile | None = None) -> bytes:
        """Its bytes; raises DataError where they are damaged, or more than the file says.

        Whoever reads many gives the zip file `opened`: opening one reads its whole list of entries.
        """
        try:
            with ExitStack() as stack:
                archive = opened or stack.enter_context(zipfile.ZipFile(stack.enter_context(self.path.open("rb"))))
                content = stack.enter_context(archive.open(self.entry)).read(self.size + 1)
        except (OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            raise DataError(
                f"{self.entry} in {self.path.name} cannot be unpacked ({_reason(error)}); zip the images again."
            ) from None
        if len(content) != self.size:
            raise DataError(
                f"{self.entry} in {self.path.name} is not as long as the zip file says; zip the images again."
            )
        return content


def list_images(path: ZipSource) -> dict[str, ZippedImage]:
    """All files in a zip file by name, which has slashes whatever the zip file has; none of those that macOS adds.

    Raises DataError, one sentence, where it is no zip file, is encrypted, holds links or names that lead elsewhere, or
    is larger than this module's bounds.
    """
    try:
        with path.open("rb") as file:
            _check_listing(file, path.name)
            with zipfile.ZipFile(file) as archive:
                entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    except (OSError, zipfile.BadZipFile) as error:
        raise DataError(f"{path.name} is not a readable zip file ({_reason(error)}); zip the images again.") from None
    if len(entries) > MAX_ENTRIES:
        raise DataError(f"{path.name} holds {len(entries)} files; give a zip file of at most {MAX_ENTRIES}.")
    total = sum(entry.file_size for entry in entries)
    if total > MAX_TOTAL:
        raise DataError(
            f"{path.name} holds {total / 1e9:.1f} GB unpacked; give a zip file of at most {MAX_TOTAL / 1e9:.0f} GB."
        )
    found: dict[str, ZippedImage] = {}
    for entry in entries:
        name = entry.filename.replace("\\", "/")  # old programs on Windows write their own slashes
        _check_entry(path, entry, name)
        if name in found:
            raise DataError(f"{path.name} holds {name} twice; give each image once.")
        if not name.startswith(MAC_FOLDER):
            found[name] = ZippedImage(path, entry.filename, entry.file_size)
    return found


def _reason(error: Exception) -> str:
    """What went wrong, without the path that an error of the system names."""
    return error.strerror or "" if isinstance(error, OSError) else str(error)


def _check_listing(file: BinaryIO, name: str) -> None:
    """Refuse a list of entries that would fill the memory before anything of it can be looked at."""
    length = file.seek(0, 2)
    file.seek(max(0, length - _END_SIZE - _LONGEST_COMMENT - _LOCATOR_SIZE))
    tail = file.read()
    # The end without a comment comes first, as zipfile itself looks for it.
    plain = tail[-_END_SIZE:]
    at = len(tail) - _END_SIZE if plain.startswith(_END) and plain.endswith(b"\0\0") else tail.rfind(_END)
    if at < 0 or at + _END_SIZE > len(tail):
        raise zipfile.BadZipFile("it has no list of entries")
    listing = int.from_bytes(tail[at + 12 : at + 16], "little")
    larger = tail[max(0, at - _LOCATOR_SIZE) : at].startswith(b"PK\x06\x07")
    if listing > MAX_LISTING or larger:
        raise DataError(f"{name} lists too many files; give a zip file of at most {MAX_ENTRIES}.")


def _check_entry(path: ZipSource, entry: zipfile.ZipInfo, name: str) -> None:
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts or ":" in name.partition("/")[0]:
        raise DataError(f"{path.name} holds {name!r}, a name that leads out of it; zip the folder of images itself.")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise DataError(f"{path.name} holds {name!r}, a link and no image; zip the images themselves.")
    if entry.flag_bits & 1 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise DataError(f"{path.name} is encrypted or packed in an unusual way; give a plain zip file.")
    if entry.file_size > MAX_BYTES or entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
        raise DataError(
            f"{name!r} in {path.name} has {entry.compress_size} bytes that unpack to {entry.file_size};"
            " that is no image, leave it out."
        )
