"""Reading COCO-format keypoint annotations; pixels are read only when asked for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import AllowInfNan, BaseModel, FailFast, Field, Strict, ValidationError
from pydantic_core import from_json

from methods.data.image_files import ImageFiles
from methods.data.zip_photos import ZipSource
from methods.errors import DataError, ImageError
from methods.images import read_image
from methods.skeletons import COCO17, SKELETONS, Skeleton

# Area over box area where an annotation gives no area: what CrowdPose's evaluation uses (crowdposetools, computeOks).
AREA_OF_BOX = 0.53


@dataclass(frozen=True, eq=False)
class People:
    """N annotated people of one image, in the file's order; read-only arrays.

    boxes        [N, 4]     float32, x1, y1, x2, y2 in pixels
    keypoints    [N, K, 2]  float32, x, y in pixels; meaningless where visibility is 0
    visibility   [N, K]     uint8, COCO's flag: 0 absent, 1 occluded, 2 visible
    areas        [N]        float64, square pixels, as annotated
    is_crowd     [N]        bool; a region to ignore, not a person
    annotations  N          the file's own dictionaries, with whatever other fields they have
    """

    boxes: np.ndarray
    keypoints: np.ndarray
    visibility: np.ndarray
    areas: np.ndarray
    is_crowd: np.ndarray
    annotations: tuple[dict[str, Any], ...]

    def __post_init__(self) -> None:
        for array in (self.boxes, self.keypoints, self.visibility, self.areas, self.is_crowd):
            array.flags.writeable = False

    def __len__(self) -> int:
        return len(self.annotations)

    def __getitem__(self, index: np.ndarray | slice) -> "People":
        """People chosen by a boolean mask [N], an array of indices or a slice."""
        chosen = np.arange(len(self))[index]
        return People(
            self.boxes[chosen],
            self.keypoints[chosen],
            self.visibility[chosen],
            self.areas[chosen],
            self.is_crowd[chosen],
            tuple(self.annotations[i] for i in chosen),
        )

    @property
    def labelled(self) -> np.ndarray:
        """Which people count in COCO's evaluation, bool [N]: no crowd, at least one joint with a flag above 0."""
        return ~self.is_crowd & (self.visibility > 0).any(axis=1)


@dataclass(frozen=True, eq=False)
class AnnotatedImage:
    """One photo of a data set, `width` x `height` pixels, and its people."""

    image_id: int
    file_name: str
    width: int
    height: int
    people: People
    files: ImageFiles
    crowd_index: float | None = None  # where the file gives it, as CrowdPose's do
    note: str = ""  # what the picture shows, where the file says so, as the sample scenes' does

    def read(self) -> np.ndarray:
        """The pixels, RGB uint8 [H, W, 3]; raises DataError where they cannot be read or have another size."""
        try:
            image = read_image(self.files.locate(self.file_name))
        except ImageError as error:
            raise DataError(f"The image {self.file_name} cannot be read: {error}") from None
        height, width = image.shape[:2]
        if (width, height) != (self.width, self.height):
            raise DataError(
                f"The image {self.file_name} is {width} x {height} px, but annotated as"
                f" {self.width} x {self.height}; give the images that were annotated."
            )
        return image


@dataclass(frozen=True, eq=False)
class CocoKeypoints(Sequence[AnnotatedImage]):
    """A data set: annotated images in the file's order. `name` is for people: the file and its folder."""

    name: str
    images: tuple[AnnotatedImage, ...]
    skeleton: Skeleton = COCO17

    @classmethod
    def read(
        cls, annotations: Path, images: Path | Sequence[Path] | None, skeleton: Skeleton | None = COCO17
    ) -> "CocoKeypoints":
        """Read a COCO keypoint file; `images` are folders of photos, folders of tar shards, tar or zip files.

        Without images (None) annotations can be compared, but no photo read. Without a skeleton (None) it is the one of
        SKELETONS that has as many joints as the first annotation; COCO's where there is none. Raises DataError where a
        file is missing or malformed, an image is not there, or an annotation does not have three numbers for each joint
        of `skeleton`.
        """
        if not annotations.is_file():
            raise DataError(f"There is no annotation file at {annotations}; check the path.")
        name = f"{annotations.resolve().parent.name}/{annotations.name}"
        return replace(cls.parse(annotations.read_bytes(), str(annotations), images, skeleton), name=name)

    @classmethod
    def parse(
        cls,
        text: bytes,
        annotations: str,
        images: Path | Sequence[Path | ZipSource] | None,
        skeleton: Skeleton | None = COCO17,
    ) -> "CocoKeypoints":
        """What a COCO keypoint file holds, as `read`; `annotations` is its name."""
        raw, content = _load(text, annotations)
        skeleton = skeleton or _skeleton_of(content, annotations)
        files = ImageFiles.open(images or ())
        if images is not None:
            files.require([entry.file_name for entry in content.images])
        by_image: dict[int, list[int]] = {entry.id: [] for entry in content.images}
        if len(by_image) < len(content.images):
            raise DataError(f"{annotations} lists an image id twice; each image needs an id of its own.")
        for position, annotation in enumerate(content.annotations):
            if annotation.image_id not in by_image:
                raise DataError(f"{annotations} annotates image {annotation.image_id}, which is not among its images.")
            _check(annotation, position, annotations, skeleton)
            by_image[annotation.image_id].append(position)
        found = tuple(
            AnnotatedImage(
                entry.id,
                entry.file_name,
                entry.width,
                entry.height,
                _people(
                    [content.annotations[i] for i in by_image[entry.id]],
                    tuple(raw["annotations"][i] for i in by_image[entry.id]),
                    len(skeleton),
                ),
                files,
                entry.crowd_index,
                entry.note,
            )
            for entry in content.images
        )
        return cls(annotations, found, skeleton)

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: Any) -> Any:
        """One AnnotatedImage by position; or, by a slice, a smaller data set."""
        return replace(self, images=self.images[index]) if isinstance(index, slice) else self.images[index]

    def __iter__(self) -> Iterator[AnnotatedImage]:
        return iter(self.images)


# Strict, for the file's own dictionaries are used later on: a number written as a string must not pass.
Number = Annotated[float, Strict(), AllowInfNan(False)]
Id = Annotated[int, Strict(), Field(ge=-(2**63), lt=2**63)]  # as NumPy holds them
Side = Annotated[int, Field(gt=0, le=1_000_000)]  # px; no picture is longer


class _Image(BaseModel):
    id: Id
    file_name: str
    width: Side
    height: Side
    crowd_index: float | None = Field(default=None, alias="crowdIndex")
    note: str = ""


class _Annotation(BaseModel):
    image_id: Id
    bbox: list[Number] = Field(min_length=4, max_length=4)
    keypoints: list[Number]
    area: Number | None = None
    iscrowd: bool = False
    num_keypoints: Annotated[Number, Field(ge=0, le=1_000_000)] = 0  # what the file says is used; this only checks it


class _File(BaseModel):
    images: Annotated[list[_Image], FailFast()]
    annotations: Annotated[list[_Annotation], FailFast()]


def _load(text: bytes, path: str) -> tuple[dict[str, Any], _File]:
    """The file as it is, and its checked part."""
    try:
        raw = from_json(text)
    except ValueError as error:
        raise DataError(f"{path} is not JSON ({error}); give a COCO keypoint annotation file.") from None
    try:
        return raw, _File.model_validate(raw)
    except ValidationError as error:
        problem = error.errors()[0]
        place = ".".join(str(part) for part in problem["loc"]) or "the file"
        raise DataError(
            f"{path} is not a COCO keypoint annotation file: {place}: {problem['msg']}; it needs images and annotations"
            " with bbox and keypoints."
        ) from None


def _skeleton_of(content: _File, path: str) -> Skeleton:
    counts = [len(annotation.keypoints) / 3 for annotation in content.annotations if annotation.keypoints]
    if counts and counts[0] not in SKELETONS:
        known = ", ".join(f"{skeleton.name} ({count})" for count, skeleton in SKELETONS.items())
        raise DataError(f"{path} has people of {counts[0]:g} joints; give annotations of {known}.")
    return SKELETONS[int(counts[0])] if counts else COCO17


def _check(annotation: _Annotation, position: int, path: str, skeleton: Skeleton) -> None:
    expected = 3 * len(skeleton)
    if len(annotation.keypoints) != expected:
        raise DataError(
            f"Annotation {position} of {path} has {len(annotation.keypoints)} keypoint numbers, {skeleton.name} needs"
            f" {expected} (x, y and flag of {len(skeleton)} joints); give annotations of that skeleton."
        )
    if not set(annotation.keypoints[2::3]) <= {0, 1, 2}:
        raise DataError(
            f"Annotation {position} of {path} has visibility flags other than 0 (absent), 1 (occluded), 2 (visible)."
        )


def _people(annotations: list[_Annotation], raw: tuple[dict[str, Any], ...], joints: int) -> People:
    boxes = np.array([a.bbox for a in annotations], dtype=np.float64).reshape(-1, 4)
    areas = [AREA_OF_BOX * a.bbox[2] * a.bbox[3] if a.area is None else a.area for a in annotations]
    keypoints = np.array([a.keypoints for a in annotations], dtype=np.float32).reshape(-1, joints, 3)
    return People(
        np.concatenate([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]], axis=1).astype(np.float32),
        keypoints[..., :2].copy(),
        keypoints[..., 2].astype(np.uint8),
        np.array(areas, dtype=np.float64),
        np.array([a.iscrowd for a in annotations], dtype=bool),
        raw,
    )
