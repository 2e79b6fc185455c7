"""Photos by name, wherever they lie: in folders, inside uncompressed tar files or inside zip files."""

import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from methods.data.zip_photos import ZippedPhoto, ZipSource, list_photos
from methods.errors import DataError

INNER_FOLDER = "images/"  # where shards, and many folders of photos, keep them


@dataclass(frozen=True)
class _Tarred:
    path: Path
    offset: int  # of the photo's first byte in the tar file
    size: int

    def read(self) -> bytes:
        with self.path.open("rb") as file:
            file.seek(self.offset)
            return file.read(self.size)


_Member = _Tarred | ZippedPhoto


@dataclass(frozen=True)
class ImageFiles:
    """Where each photo is. Holds no open file, so threads and worker processes may share it."""

    folders: tuple[Path, ...]
    members: dict[str, _Member]

    @classmethod
    def open(cls, paths: Path | Sequence[Path | ZipSource]) -> "ImageFiles":
        """Look into folders of photos, folders of tar shards, tar files and zip files, one or several.

        A photo NAME lies in a folder, tar or zip file as NAME or images/NAME; in a zip file also as FOLDER/NAME, where
        everything lies in that folder. Headers are read once, nothing is extracted. Raises DataError where a path is
        missing, a tar file is unreadable or compressed, a zip file is refused (`list_photos`), or two files hold the
        same name.
        """
        folders: list[Path] = []
        members: dict[str, _Member] = {}
        for path in [paths] if isinstance(paths, Path) else paths:
            if not isinstance(path, Path):
                _add_members(members, path, _zipped(path))
                continue
            if not path.exists():
                raise DataError(
                    f"There are no images at {path}; give a folder of photos or of tar files, or a tar or zip file."
                )
            shards = sorted(path.glob("*.tar")) if path.is_dir() else [path]
            if not shards:
                folders.append(path)
            for shard in shards:
                _add_members(members, shard, _zipped(shard) if shard.suffix.lower() == ".zip" else _tarred(shard))
        return cls(tuple(folders), members)

    def __contains__(self, name: str) -> bool:
        return self._find(name) is not None

    def require(self, names: Sequence[str]) -> None:
        """Raise DataError, naming the first and counting the rest, unless every photo is there."""
        missing = [name for name in names if name not in self]
        if missing:
            raise DataError(
                f"{len(missing)} of {len(names)} annotated images are missing, the first is {missing[0]};"
                f" looked in {self.where}. Give the images that belong to these annotations."
            )

    @property
    def where(self) -> str:
        """The folders, tar and zip files, for messages."""
        files = sorted({str(member.path) for member in self.members.values()})
        return ", ".join([*map(str, self.folders), *files]) or "no file"

    def locate(self, name: str) -> Path | bytes:
        """The photo's file, or its bytes where it lies in a tar or zip file; raises DataError where there is none."""
        found = self._find(name)
        if found is None:
            raise DataError(f"There is no image {name} in {self.where}; give the images of these annotations.")
        return found if isinstance(found, Path) else found.read()

    def _find(self, name: str) -> Path | _Member | None:
        _check_name(name)
        for inner in (name, INNER_FOLDER + name):
            if inner in self.members:
                return self.members[inner]
            for folder in self.folders:
                if (folder / inner).is_file():
                    return folder / inner
        return None


def _check_name(name: str) -> None:
    """Raise DataError for a name that leads out of the folder it is looked for in, on any kind of computer."""
    paths = PurePosixPath(name), PureWindowsPath(name)
    if any(path.anchor or ".." in path.parts for path in paths) or "\0" in name:
        raise DataError(
            f"The annotations name the image {name!r}, which leads out of the folder of photos; give annotations whose"
            " file names lie inside it."
        )


def _add_members(members: dict[str, _Member], shard: Path | ZipSource, found: Mapping[str, _Member]) -> None:
    for name, member in found.items():
        if name in members and members[name].path != shard:
            raise DataError(f"{name} is both in {members[name].path} and in {shard}; give each image once.")
        members[name] = member


def _zipped(path: ZipSource) -> dict[str, ZippedPhoto]:
    """Photos by name; where all lie in one folder, which zipping a folder makes, the name is without it."""
    found = list_photos(path)
    tops = {name.partition("/")[0] + "/" for name in found}
    top = next(iter(tops)) if len(tops) == 1 else ""
    return {name.removeprefix(top): photo for name, photo in found.items()}


def _tarred(shard: Path) -> dict[str, _Tarred]:
    try:
        with tarfile.open(shard, "r:") as tar:
            infos = [info for info in tar if info.isfile()]
    except (tarfile.TarError, OSError) as error:
        raise DataError(
            f"{shard} is not a readable uncompressed tar file ({error}); give a folder or a .tar."
        ) from None
    return {info.name.removeprefix("./"): _Tarred(shard, info.offset_data, info.size) for info in infos}
