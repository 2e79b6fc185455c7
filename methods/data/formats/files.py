"""What somebody gives to be read: one file, or the files of a folder or zip file, by name."""

import weakref
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from methods.data.image_files import files_below
from methods.data.json_text import MAX_UNPACKED, read_json
from methods.data.zip_images import ZippedImage, ZipSource, list_images
from methods.errors import DataError
from methods.images import SUFFIXES

JSON, TEXT, YAML = (".json", ".json.gz"), (".txt",), (".yaml", ".yml")
MAX_FILES = 1_000_000  # of a folder; COCO's images and labels are a quarter as many
MAX_TEXT = 100_000_000  # bytes of one file of labels; a million people's are as many


@dataclass(frozen=True, eq=False)
class Files:
    """Files by their names, with slashes, in the order of these; nothing is read before it is asked for.

    `name` is for messages: the path that was given. `folder` is where on this computer the names begin; None where
    they lie in a zip file, or are bytes.
    """

    name: str
    entries: Mapping[str, Path | ZippedImage | bytes]
    source: Path | ZipSource | None = None
    folder: Path | None = None
    is_file: bool = False
    _parsed: dict[str, Any] = field(default_factory=dict)  # the last JSON file, which is asked for twice
    _opened: list[zipfile.ZipFile] = field(default_factory=list)  # the zip file, once something in it was read

    @classmethod
    def open(cls, source: Path | ZipSource) -> "Files":
        """A file, a folder with all below it, or a zip file; raises DataError where there is none, or a bad zip file.

        Names that lead out of a zip file, links, and more than methods.data.zip_images allows are refused.
        """
        if not isinstance(source, Path):
            return cls(source.name, dict(sorted(list_images(source).items())), source)
        if source.is_dir():
            return cls(str(source), _below(source), source, source)
        if not source.is_file():
            raise DataError(f"There is no file or folder at {source}; check the path.")
        if source.suffix.lower() == ".zip":
            return cls(str(source), dict(sorted(list_images(source).items())), source)
        return cls(str(source), {source.name: source}, source, source.parent, is_file=True)

    @classmethod
    def of_bytes(cls, name: str, content: bytes) -> "Files":
        """One file that was read already."""
        return cls(name, {name: content}, is_file=True)

    @classmethod
    def of_value(cls, name: str, value: Any) -> "Files":
        """One JSON file that was parsed already."""
        return cls(name, {name: b""}, is_file=True, _parsed={name: value})

    def ending(self, suffixes: Sequence[str]) -> list[str]:
        """Names of the files that end so, whatever their case; without what systems hide."""
        return [each for each in self.entries if each.lower().endswith(tuple(suffixes)) and not _hidden(each)]

    def under(self, folder: str) -> list[str]:
        """Names of the images in a folder, which "" means all, and below."""
        start = f"{folder}/" if folder else ""
        return [each for each in self.ending(tuple(SUFFIXES)) if each.startswith(start)]

    @property
    def texts(self) -> list[str]:
        """Names of all files that any format may read beside images, hidden ones too."""
        if self.is_file:
            return list(self.entries)
        return [each for each in self.entries if each.lower().endswith((*JSON, *TEXT, *YAML))]

    def called(self, entry: str) -> str:
        """What a file is called in messages."""
        return self.name if self.is_file else f"{entry} in {self.name}"

    def size(self, entry: str) -> int:
        """How many bytes a file has; raises OSError where it is gone."""
        place = self.entries[entry]
        if isinstance(place, Path):
            return place.stat().st_size
        return len(place) if isinstance(place, bytes) else place.size

    def read(self, entry: str, most: int = MAX_TEXT) -> bytes:
        """The bytes of a file; raises DataError where they are more than `most`, or cannot be read."""
        place = self.entries[entry]
        if isinstance(place, bytes):
            return place
        try:
            size = self.size(entry)
            if size > most:
                raise DataError(f"{self.called(entry)} has {size / 1e6:,.0f} MB; give at most {most / 1e6:,.0f} MB.")
            return place.read_bytes() if isinstance(place, Path) else place.read(self._archive())
        except OSError as error:
            raise DataError(
                f"{self.called(entry)} cannot be opened ({error.strerror}); check the permissions."
            ) from None

    def _archive(self) -> zipfile.ZipFile:
        if not self._opened:
            assert self.source is not None
            file = self.source.open("rb")
            self._opened.append(zipfile.ZipFile(file))
            weakref.finalize(self, file.close)
        return self._opened[0]

    def text(self, entry: str) -> str:
        """A file of UTF-8, with or without a mark in front; raises DataError where it is none."""
        try:
            return self.read(entry).decode("utf-8-sig")
        except UnicodeDecodeError:
            raise DataError(f"{self.called(entry)} is no text in UTF-8; save it as that.") from None

    def json(self, entry: str, expected: str = "a JSON file") -> Any:
        """The value in a JSON file of any encoding, packed by gzip too; raises DataError where it is none."""
        if entry not in self._parsed:
            value = read_json(self.read(entry, MAX_UNPACKED), self.called(entry), expected)
            self._parsed.clear()
            self._parsed[entry] = value
        return self._parsed[entry]

    @property
    def only_json(self) -> str | None:
        """The file that is meant: the one given, whatever its name, or the only JSON file; None where there is none."""
        if self.is_file:
            return next(iter(self.entries))
        found = self.ending(JSON)
        return found[0] if len(found) == 1 else None


def _hidden(entry: str) -> bool:
    return any(part.startswith(".") for part in entry.split("/"))


def _below(folder: Path) -> dict[str, Path]:
    found: list[Path] = []
    for path in files_below(folder):
        found.append(path)
        if len(found) > MAX_FILES:
            raise DataError(f"{folder} holds more than {MAX_FILES:,} files; name the folder of the data set alone.")
    return {each.relative_to(folder).as_posix(): each for each in sorted(found)}
