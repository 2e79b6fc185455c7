"""Images by name, wherever they lie: in folders, inside uncompressed tar files or inside zip files."""

import os
import tarfile
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import NoReturn, TypeVar

from methods.data.zip_images import ZippedImage, ZipSource, list_images
from methods.errors import DataError

Thing = TypeVar("Thing")
INNER_FOLDER = "images/"  # where shards, and many folders of images, keep them
NOT_THERE = "that are not there"


@dataclass(frozen=True)
class _Tarred:
    path: Path
    offset: int  # of the image's first byte in the tar file
    size: int

    def read(self) -> bytes:
        with self.path.open("rb") as file:
            file.seek(self.offset)
            return file.read(self.size)


_Member = _Tarred | ZippedImage


@dataclass(frozen=True)
class ImageFiles:
    """Where each image is. Holds no open file, so threads and worker processes may share it."""

    folders: tuple[Path, ...]
    members: dict[str, _Member]

    @classmethod
    def open(cls, paths: Path | Sequence[Path | ZipSource]) -> "ImageFiles":
        """Look into folders of images, folders of tar shards, tar files and zip files, one or several.

        An image NAME lies in a folder, tar or zip file as NAME or images/NAME; else it is the only file whose name is
        that in another spelling, or with other folders in front. Headers are read once, nothing is extracted.

        Raises DataError where a path is missing, a tar file is unreadable or compressed, a zip file is refused
        (`list_images`), or two files hold the same name.
        """
        folders: list[Path] = []
        members: dict[str, _Member] = {}
        for path in [paths] if isinstance(paths, Path) else paths:
            if not isinstance(path, Path):
                _add_members(members, path, list_images(path))
                continue
            if not path.exists():
                raise DataError(
                    f"There are no images at {path}; give a folder of images or of tar files, or a tar or zip file."
                )
            shards = sorted(path.glob("*.tar")) if path.is_dir() else [path]
            if not shards:
                folders.append(path)
            for shard in shards:
                _add_members(members, shard, list_images(shard) if shard.suffix.lower() == ".zip" else _tarred(shard))
        return cls(tuple(folders), members)

    def __contains__(self, name: str) -> bool:
        return self._find(name) is not None

    def absent(self, names: Sequence[str]) -> dict[str, str]:
        """Which images cannot be told: those that are not there, and those that several files or names fit."""
        found = {name: self._find(name) for name in names}
        shared = Counter(str(place) for place in found.values() if place)
        absent = {name: NOT_THERE for name, place in found.items() if not place}
        for name in absent:
            if len(self._like(name)) > 1:
                absent[name] = "that several files could be"
        exact = {name for name in names if self._exact(name)}
        doubtful = (name for name, place in found.items() if place and shared[str(place)] > 1 and name not in exact)
        return absent | dict.fromkeys(doubtful, "whose only likely file is another one's too")

    def require(self, names: Sequence[str]) -> None:
        """Raise DataError, naming the first and counting the rest, unless every image is there."""
        absent = self.absent(names)
        if absent:
            self.refuse(absent, len(names))

    def refuse(self, absent: Mapping[str, str], count: int) -> NoReturn:
        """Raise DataError for some images out of `count` that are not there, and why: see `absent`."""
        name, reason = next(iter(absent.items()))
        why = "" if reason == NOT_THERE else f" ({reason})"
        raise DataError(
            f"{len(absent)} of {count} annotated images are missing, the first is {name}{why};"
            f" looked in {self.where}. Give the images that belong to these annotations."
        )

    @property
    def where(self) -> str:
        """The folders, tar and zip files, for messages."""
        files = sorted({str(member.path) for member in self.members.values()})
        return ", ".join([*map(str, self.folders), *files]) or "no file"

    def locate(self, name: str) -> Path | bytes:
        """The image's file, or its bytes where it lies in a tar or zip file; raises DataError where there is none."""
        found = self._find(name)
        if found is None:
            raise DataError(f"There is no image {name} in {self.where}; give the images of these annotations.")
        return found if isinstance(found, Path) else found.read()

    def _find(self, name: str) -> Path | _Member | None:
        exact = self._exact(name)
        if exact:
            return exact
        like = self._like(name)
        return like[0] if len(like) == 1 else None

    def _exact(self, name: str) -> Path | _Member | None:
        _check_name(name)
        for inner in (name, INNER_FOLDER + name):
            if inner in self.members:
                return self.members[inner]
            for folder in self.folders:
                if (folder / inner).is_file():
                    return folder / inner
        return None

    def _like(self, name: str) -> list[Path | _Member]:
        """The files whose name is this one but for its spelling, and the folders in front of either."""
        wanted = normal_path(name)
        return likeliest(wanted, dict(self._by_name.get(wanted[-1], [])).items())

    @cached_property
    def _by_name(self) -> dict[str, list[tuple[tuple[str, ...], Path | _Member]]]:
        """All files by the last part of their name in normal form, as parts of their path and where they are."""
        found: dict[str, list[tuple[tuple[str, ...], Path | _Member]]] = {}
        for entry, member in self.members.items():
            found.setdefault(normal_path(entry)[-1], []).append((normal_path(entry), member))
        for folder in self.folders:
            for path in files_below(folder):
                parts = normal_path(path.relative_to(folder).as_posix())
                found.setdefault(parts[-1], []).append((parts, path))
        return found


def files_below(folder: Path) -> Iterator[Path]:
    """Regular files in a folder and below, in no order; opening others, as pipes, may never end."""
    for parent, _, names in os.walk(folder):
        yield from filter(Path.is_file, (Path(parent, name) for name in names))


def normal_path(name: str) -> tuple[str, ...]:
    """The parts of a file's name in one spelling: composed letters (NFC), small ones, whatever the slashes."""
    parts = unicodedata.normalize("NFC", name).casefold().replace("\\", "/").split("/")
    return tuple(part for part in parts if part not in ("", ".")) or ("",)


def likeliest(wanted: tuple[str, ...], found: Iterable[tuple[tuple[str, ...], Thing]]) -> list[Thing]:
    """Of things by the parts of their paths, those whose path ends as the wanted one does, by as many parts as any."""
    alike = [(_common(path, wanted), thing) for path, thing in found if _ends_alike(path, wanted)]
    best = max((common for common, _ in alike), default=0)
    return [thing for common, thing in alike if common == best]


def _common(first: tuple[str, ...], second: tuple[str, ...]) -> int:
    """How many parts two paths share at their end."""
    pairs = zip(reversed(first), reversed(second), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _ends_alike(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    """Whether one of two paths ends with all of the other."""
    return _common(first, second) == min(len(first), len(second))


def _check_name(name: str) -> None:
    """Raise DataError for a name that leads out of the folder it is looked for in, on any kind of computer."""
    paths = PurePosixPath(name), PureWindowsPath(name)
    if any(path.anchor or ".." in path.parts for path in paths) or "\0" in name:
        raise DataError(
            f"The annotations name the image {name!r}, which leads out of the folder of images; give annotations whose"
            " file names lie inside it."
        )


def _add_members(members: dict[str, _Member], shard: Path | ZipSource, found: Mapping[str, _Member]) -> None:
    for name, member in found.items():
        if name in members and members[name].path != shard:
            raise DataError(f"{name} is both in {members[name].path} and in {shard}; give each image once.")
        members[name] = member


def _tarred(shard: Path) -> dict[str, _Tarred]:
    try:
        with tarfile.open(shard, "r:") as tar:
            infos = [info for info in tar if info.isfile()]
    except (tarfile.TarError, OSError) as error:
        raise DataError(
            f"{shard} is not a readable uncompressed tar file ({error}); give a folder or a .tar."
        ) from None
    return {info.name.removeprefix("./"): _Tarred(shard, info.offset_data, info.size) for info in infos}
