"""Ultralytics' sets of keypoints: data.yaml, images, and a text file of labels for each image with people."""

import posixpath
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Any

from methods.data.coco import AnnotatedImage, CocoKeypoints
from methods.data.coco_content import CocoContent, Odd
from methods.data.formats.files import TEXT, Files
from methods.data.formats.format import AnnotationFormat
from methods.data.formats.shares import box_pixels, box_shares, number, pixels, share_of
from methods.data.formats.yolo_yaml import DataYaml, Split, find_split, find_yaml, read_yaml, write_yaml
from methods.data.image_files import NOT_THERE
from methods.errors import DataError, ImageError
from methods.images import MAX_BYTES, image_size
from methods.writing import write_bytes, write_text

OUTSIDE = Decimal("0.01")  # how far a share may lie beyond 0 or 1, as Ultralytics has it
LONGEST_ID = 18  # digits, which 64 bits hold
ODD = "that cannot be read"
BOX = ("class", "centre x", "centre y", "width", "height")


def fits(files: Files) -> bool:
    """Whether there is a YAML file that describes a data set."""
    return find_yaml(files) is not None


def read(files: Files, split: str | None) -> CocoContent:
    """One split, by default val. An image without a label file is one without people; its size is the upright one.

    A keypoint at 0, 0, or of two numbers one that is negative, is not labelled. Raises DataError where there is no
    description, no image, or nothing that can be used.
    """
    entry = find_yaml(files)
    if entry is None:
        raise DataError(f"{files.name} holds no data.yaml; give the whole YOLO set, or its data.yaml.")
    data = read_yaml(files, entry)
    chosen = find_split(files, entry, data, split)
    reader = _LabelReader(data, chosen)
    for name, image_id in zip(chosen.images, _ids(chosen.images), strict=True):
        reader.add(name, image_id)
    raw: dict[str, Any] = {"images": [*reader.images, *(Odd(NOT_THERE, name) for name in chosen.unknown)]}
    raw |= {"annotations": reader.annotations, "categories": data.categories() or None}
    content = CocoContent.of(raw, files.called(entry))
    source = chosen.files.folder or chosen.files.source
    return replace(
        content, called=reader.called, images_at=(source,) if source else (), notes=reader.notes(len(content.images))
    )


def label_file(image: str) -> str:
    """Where an image's labels lie: in labels/ where it lies in images/, else beside it."""
    start, images, end = f"/{image}".rpartition("/images/")
    return f"{f'{start}/labels/{end}' if images else start + end}".lstrip("/").rpartition(".")[0] + TEXT[0]


class _LabelReader:
    """Collects images and annotations as COCO has them, with what each line is called."""

    def __init__(self, data: DataYaml, split: Split) -> None:
        self.split = split
        self.count, self.each = data.kpt_shape
        self.classes = set(data.names)
        self.images: list[Any] = []
        self.annotations: list[Any] = []
        self.called: list[str] = []
        self.read_labels: set[str] = set()
        self.without = 0

    def add(self, name: str, image_id: int) -> None:
        """One image with its labels."""
        files, labels = self.split.files, label_file(name)
        try:
            place = files.entries[name]
            width, height = image_size(place if isinstance(place, Path) else files.read(name, MAX_BYTES), name)
            lines = files.text(labels).splitlines() if labels in files.entries else None
        except (ImageError, DataError) as error:
            self.images.append(Odd(ODD, str(error).rstrip(".")))
            self.read_labels.add(labels)
            return
        self.images.append({"id": image_id, "file_name": name, "width": width, "height": height})
        self.without += lines is None
        self.read_labels.add(labels)
        for position, line in enumerate(lines or (), 1):
            if words := line.split():
                called = f"{labels}, line {position}"
                found = self._annotation(words, image_id, width, height)
                self.annotations.append(Odd(ODD, f"{called}: {found}") if isinstance(found, str) else found)
                self.called.append(called)

    def _annotation(self, words: Sequence[str], image_id: int, width: int, height: int) -> dict[str, Any] | str:
        """An annotation, or what is wrong with the line."""
        expected = len(BOX) + self.count * self.each
        if len(words) != expected:
            return f"it has {len(words)} numbers, kpt_shape [{self.count}, {self.each}] needs {expected}"
        numbers = [number(word) for word in words]
        if None in numbers:
            return f"number {numbers.index(None) + 1} is {words[numbers.index(None)][:40]!r}, which is none"
        known = [each for each in numbers if each is not None]
        if known[0] != int(known[0]) or (self.classes and int(known[0]) not in self.classes):
            return f"the class is {words[0]}, which data.yaml does not name"
        triples = [known[len(BOX) + self.each * k :][: self.each] for k in range(self.count)]
        labelled = [self._is_labelled(each) for each in triples]
        places = [one for each, here in zip(triples, labelled, strict=True) if here for one in each[:2]]
        beyond = [one for one in (*known[1:3], *places) if not -OUTSIDE <= one <= 1 + OUTSIDE]
        beyond += [side for side in known[3:5] if not 0 <= side <= 1 + OUTSIDE]
        if beyond:
            return f"it has {beyond[0]:g}, where shares of the image's size are needed, from 0 to 1"
        keypoints: list[float] = []
        for each, here in zip(triples, labelled, strict=True):
            flag = float(each[2]) if self.each == 3 else 2
            keypoints += [pixels(each[0], width), pixels(each[1], height), flag] if here else [0, 0, 0]
        box = box_pixels(known[1 : len(BOX)], width, height)
        return {"image_id": image_id, "category_id": int(known[0]), "bbox": box, "keypoints": keypoints}

    def _is_labelled(self, keypoint: Sequence[Decimal]) -> bool:
        if self.each == 3:
            return keypoint[2] != 0
        return min(keypoint) >= 0 and any(keypoint)

    def notes(self, images: int) -> tuple[str, ...]:
        """Sentences on how the set was read."""
        said = [f"Read as an Ultralytics YOLO set, its split {self.split.name}."]
        if self.without:
            said.append(f"{self.without} of {images} images have no label file: nobody is in them.")
        folders = {posixpath.dirname(each) for each in self.read_labels}
        alone = [each for each in self.split.files.ending(TEXT) if posixpath.dirname(each) in folders]
        alone = [each for each in alone if each not in self.read_labels]
        if alone:
            said.append(f"{len(alone)} label files have no image and are left out (the first: {alone[0]}).")
        return tuple(said)


def _ids(images: Sequence[str]) -> list[int]:
    """An id for each image: the number that it is called, as Ultralytics' own results have it, else the next free."""
    stems = [PurePosixPath(image).stem for image in images]
    counts = Counter(int(stem) for stem in stems if _is_id(stem))
    free = max([*counts, 0])
    ids = []
    for stem in stems:
        if _is_id(stem) and counts[int(stem)] == 1:
            ids.append(int(stem))
        else:
            free += 1
            ids.append(free)
    return ids


def _is_id(stem: str) -> bool:
    return stem.isascii() and stem.isdigit() and len(stem) <= LONGEST_ID


def write(data: CocoKeypoints, path: Path) -> list[str]:
    """A folder with data.yaml, labels/ and, where the data set has images, images/; raises DataError as _written.

    Shares of the image's size have as many digits as it takes to read the same pixels again.
    """
    names = [_inside(image.file_name) for image in data]
    doubled = [name for name, count in Counter(map(label_file, names)).items() if count > 1]
    if doubled:
        raise DataError(f"{data.name} has images whose labels would both be {doubled[0]}; rename one of them.")
    told: Counter[str] = Counter()
    searched = data.reading is None or data.reading.searched
    for image, name in zip(data, names, strict=True):
        if searched:
            _copy_image(image, path / name)
        lines = _lines(image, told)
        if lines:
            target = path / label_file(name)
            target.parent.mkdir(parents=True, exist_ok=True)
            write_text(target, "".join(f"{line}\n" for line in lines))
    # It comes last, so that a set whose writing was stopped is none.
    write_yaml(path / "data.yaml", data.category.name, data.skeleton.keypoints, data.skeleton.flip_order)
    said = [f"{count} {what}" for what, count in told.items()]
    if not searched:
        said.append(f"no images were given: put them into {path / 'images'}, by their names")
    return [f"In YOLO's format: {'; '.join(said)}."] if said else []


def _inside(name: str) -> str:
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
    if ".." in parts or ":" in name:
        raise DataError(f"The annotations name the image {name!r}, which leads out of the set's folder; rename it.")
    return "/".join(["images", *(parts[1:] if parts[0] == "images" and len(parts) > 1 else parts)])


def _copy_image(image: AnnotatedImage, target: Path) -> None:
    source = image.files.locate(image.file_name)
    size = image_size(source, image.file_name)
    if image.width and image.height and size != (image.width, image.height):
        raise DataError(
            f"The image {image.file_name} is {size[0]} x {size[1]} px upright, but annotated as {image.width} x"
            f" {image.height}; YOLO's labels are those of the upright image, give images that are stored so."
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(source, bytes):
        write_bytes(target, source)
    elif not (target.exists() and target.samefile(source)):
        shutil.copyfile(source, target)


def _lines(image: AnnotatedImage, told: Counter[str]) -> list[str]:
    people, lines = image.people, []
    width, height = image.width, image.height
    if len(people) and not (width and height):
        raise DataError(
            f"The annotations do not say the size of {image.file_name}, of which YOLO's labels are shares; add its"
            " width and height."
        )
    for raw, crowd in zip(people.annotations, people.is_crowd, strict=True):
        if crowd:
            told["crowds are left out, which the format does not know"] += 1
            continue
        if raw.get("area"):
            told["areas are left out, that of a person is taken from the box"] += 1
        words = ["0", *box_shares(_clipped(raw["bbox"], width, height, told), width, height)]
        nobody = raw.get("num_keypoints") == 0
        for k in range(0, len(raw["keypoints"]), 3):
            x, y, flag = raw["keypoints"][k : k + 3]
            if flag and not _is_near(x, y, width, height):
                told["keypoints outside their image are left out"] += 1
                flag = 0
            here = flag and not nobody
            words += [share_of(x, width), share_of(y, height), str(int(flag))] if here else ["0", "0", "0"]
        lines.append(" ".join(words))
    return lines


def _is_near(x: float, y: float, width: int, height: int) -> bool:
    most = float(OUTSIDE)
    return -most * width <= x <= (1 + most) * width and -most * height <= y <= (1 + most) * height


def _clipped(box: Sequence[float], width: int, height: int, told: Counter[str]) -> list[float]:
    """The box, or its part inside the image where it reaches out of that."""
    left, top, right, bottom = box[0], box[1], box[0] + box[2], box[1] + box[3]
    near = _is_near((left + right) / 2, (top + bottom) / 2, width, height)
    most = 1 + float(OUTSIDE)
    if near and 0 <= box[2] <= most * width and 0 <= box[3] <= most * height:
        return list(box)
    told["boxes are cut off at the edges of their image"] += 1
    left, right = min(max(left, 0), width), min(max(right, 0), width)
    top, bottom = min(max(top, 0), height), min(max(bottom, 0), height)
    return [left, top, max(right - left, 0), max(bottom - top, 0)]


FORMAT = AnnotationFormat("yolo-pose", "an Ultralytics YOLO set of keypoints", fits, read, write, writes_folder=True)
