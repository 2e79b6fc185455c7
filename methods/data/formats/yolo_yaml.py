"""data.yaml of an Ultralytics set: which keypoints and classes there are, and where the images of each split lie."""

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from methods.data.coco_entries import problem_in
from methods.data.formats.files import TEXT, YAML, Files
from methods.data.yaml_text import load_yaml
from methods.errors import DataError, FieldError, FormField
from methods.skeletons import assumed
from methods.writing import write_text

MOST_PLACES = 100  # of a split
USUAL_NAME = "data.yaml"
LOOKED_AT = 20  # YAML files of a folder, of which one may be the set's
SPLITS = ("val", "train", "test")  # that which Ultralytics measures on comes first


def _by_number(given: Any) -> Any:
    return dict(enumerate(given)) if isinstance(given, list) else given


def _as_list(given: Any) -> Any:
    return [given] if isinstance(given, str) else given or []


# Each place is looked for among all files.
Places = Annotated[list[str], BeforeValidator(_as_list), Field(max_length=MOST_PLACES)]


class DataYaml(BaseModel):
    """What is read of the file. `names` are those of the classes, `kpt_names` those of each class's keypoints."""

    path: str | None = None
    train: Places = []
    val: Places = []
    test: Places = []
    kpt_shape: tuple[Annotated[int, Field(ge=1, le=1000)], Annotated[int, Field(ge=2, le=3)]]
    names: Annotated[dict[Annotated[int, Field(ge=0)], str], BeforeValidator(_by_number)] = {}
    flip_idx: list[int] | None = None
    kpt_names: dict[int, list[str]] | list[str] | None = None

    def categories(self) -> list[dict[str, Any]]:
        """The classes as COCO's categories, with the names of their keypoints where these are known."""
        return [{"id": one, "name": name, "keypoints": self._keypoints(one)} for one, name in self.names.items()]

    def _keypoints(self, one: int) -> list[str] | None:
        count = self.kpt_shape[0]
        found = self.kpt_names.get(one) if isinstance(self.kpt_names, dict) else self.kpt_names
        if found is None and self.flip_idx not in (None, [], list(assumed(count).flip_order)):
            # As many keypoints as another skeleton has, but mirrored otherwise: they are not that skeleton's.
            return [f"keypoint {each}" for each in range(1, count + 1)]
        return found


@dataclass(frozen=True)
class Split:
    """One part of a set: `files` with its images, of which `images` are the names, in the order of these."""

    name: str
    files: Files
    images: list[str]
    unknown: list[str]  # names in a list of images that are no file's


def find_yaml(files: Files) -> str | None:
    """The file that describes a set, the one highest up; None where there is none.

    A data.yaml beside images does so whatever it holds: what is wrong with it is then said.
    """
    return next((each for each in sorted(files.ending(YAML), key=_depth)[:LOOKED_AT] if _describes(files, each)), None)


def _depth(entry: str) -> int:
    return entry.count("/")


def _describes(files: Files, entry: str) -> bool:
    if posixpath.basename(entry).lower() == USUAL_NAME and files.under(""):
        return True
    try:
        value = _load(files, entry)
    except DataError:
        return False
    return isinstance(value, dict) and (
        "kpt_shape" in value or ("names" in value and not {"train", "val"}.isdisjoint(value))
    )


def _load(files: Files, entry: str) -> Any:
    try:
        return load_yaml(files.text(entry))
    except yaml.YAMLError as error:
        reason = " ".join(str(error).split())
        raise DataError(f"{files.called(entry)} is not YAML ({reason}); correct it.") from None


def read_yaml(files: Files, entry: str) -> DataYaml:
    """The checked description; raises DataError naming the field, its value and what to do."""
    value = _load(files, entry)
    if not isinstance(value, dict) or "kpt_shape" not in value:
        raise DataError(
            f"{files.called(entry)} has no kpt_shape, so it is no YOLO set of keypoints; add kpt_shape: [17, 3] for"
            " seventeen keypoints with x, y and visibility."
        )
    if "val" not in value and "validation" in value:
        value = value | {"val": value["validation"]}
    try:
        found = DataYaml.model_validate(value)
    except ValidationError as error:
        raise DataError(f"{files.called(entry)}: {problem_in(error, '')}; correct it.") from None
    wrong = [one for one in found.categories() if one["keypoints"] and len(one["keypoints"]) != found.kpt_shape[0]]
    if wrong:
        raise DataError(
            f"{files.called(entry)}: kpt_names has {len(wrong[0]['keypoints'])} names for class {wrong[0]['id']},"
            f" kpt_shape says {found.kpt_shape[0]} keypoints; correct one of them."
        )
    return found


def find_split(files: Files, entry: str, data: DataYaml, wanted: str | None) -> Split:
    """The images of the split that is wanted, else of the first of SPLITS that the file has.

    Raises DataError where there is no such split, or its images are not there.
    """
    given = {name: places for name in SPLITS if (places := getattr(data, name))}
    if not given or (wanted is not None and wanted not in given):
        raise DataError(
            f"{files.called(entry)} has no {'split ' + repr(wanted) if wanted else 'train, val or test'}; it has"
            f" {', '.join(given) or 'none'}."
        )
    name = wanted or next(iter(given))
    found = [_images_at(files, posixpath.dirname(entry), data.path or "", place, name) for place in given[name]]
    folders = {each.folder for each, _, _ in found}
    if len(folders) > 1:
        raise DataError(
            f"{files.called(entry)} has {name} images in folders apart ({', '.join(map(str, folders))}); give them as"
            " a set each."
        )
    images = sorted({image for _, images, _ in found for image in images})
    return Split(name, found[0][0], images, [lost for _, _, unknown in found for lost in unknown])


def _images_at(files: Files, base: str, path: str, place: str, split: str) -> tuple[Files, list[str], list[str]]:
    """The files among which a place's images are, their names, and those listed that are not there."""
    place, path = place.replace("\\", "/"), path.replace("\\", "/")
    for root, one in ((path, place), ("", place), ("", place.removeprefix("../"))):  # as Ultralytics looks for them
        target = posixpath.normpath(posixpath.join(base, root, one))
        among = files
        if files.folder:
            on_disk = (files.folder / target).resolve()
            if on_disk.is_dir():
                among = Files.open(_anchor(on_disk))
            elif on_disk.is_file():
                among = Files.open(on_disk.parent)
            else:
                continue
            assert among.folder
            target = on_disk.relative_to(among.folder).as_posix()
        if target in among.entries and target.lower().endswith(TEXT):
            return among, *_listed(among, target, root if among is files else "")
        if found := among.under("" if target == "." else target):
            return among, found, []
    raise FieldError(
        f"{files.name} has no images at {place}, where its {split} images should be; labels are shares of the size of"
        " their image, so give the whole set, or choose another split",
        FormField.SPLIT,
    )


def _anchor(folder: Path) -> Path:
    """The folder that holds both the images in a folder and their labels."""
    parts = folder.parts
    return Path(*parts[: len(parts) - 1 - parts[::-1].index("images")]) if "images" in parts else folder


def _listed(files: Files, entry: str, root: str) -> tuple[list[str], list[str]]:
    """The images that a text file lists, one a line, by paths from itself or from the set's folder."""
    found: list[str] = []
    unknown: list[str] = []
    for line in filter(None, (line.strip().replace("\\", "/") for line in files.text(entry).splitlines())):
        names = [posixpath.normpath(posixpath.join(start, line)) for start in (posixpath.dirname(entry), root)]
        known = [name for name in names if name in files.entries]
        (found if known else unknown).append(known[0] if known else line)
    return found, unknown


def write_yaml(path: Path, category: str, keypoints: Sequence[str], flip_order: Sequence[int]) -> None:
    """A description of one class whose images all lie in images/, where Ultralytics wants two splits named."""
    content = {
        "train": "images",
        "val": "images",
        "kpt_shape": [len(keypoints), 3],
        "flip_idx": list(flip_order),
        "names": {0: category},
        "kpt_names": {0: list(keypoints)},
    }
    write_text(path, yaml.safe_dump(content, sort_keys=False, allow_unicode=True, default_flow_style=None))
