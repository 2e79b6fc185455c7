"""Reading COCO-format keypoint annotations; pixels are read only when asked for."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from methods.data.categories import PERSON, Category, choose
from methods.data.coco_content import EXPECTED, OF_LEFT_OUT, CocoContent
from methods.data.coco_entries import ImageEntry
from methods.data.image_files import ImageFiles
from methods.data.json_text import read_json
from methods.data.keypoint_order import KeypointOrder, find_order, with_sigmas
from methods.data.people import People, areas_of, people_of, taking
from methods.data.reading import LeftOut, Reading, Tally
from methods.data.zip_images import ZipSource
from methods.errors import DataError, ImageError
from methods.images import WORKING_PIXELS, Pixels, read_image
from methods.skeletons import COCO17, Skeleton


@dataclass(frozen=True, eq=False)
class AnnotatedImage:
    """One image of a data set, `width` x `height` pixels (0 where the file does not say), and its people."""

    image_id: int
    file_name: str
    width: int
    height: int
    people: People
    files: ImageFiles
    crowd_index: float | None = None  # where the file gives it, as CrowdPose's do
    note: str = ""  # what the image shows, where the file says so, as the sample scenes' does

    def read(self) -> np.ndarray:
        """The annotated pixels, RGB uint8 [H, W, 3]; raises DataError where they cannot be read or have another size.

        The size that is annotated decides whether a large image is shrunk, and whether its EXIF tag turns it.
        """
        whole = self.width * self.height > WORKING_PIXELS
        try:
            source = self.files.locate(self.file_name)
            image = read_image(source, pixels=Pixels(whole=whole))
            if image.shape[:2] == (self.width, self.height) != (self.height, self.width):
                image = read_image(source, pixels=Pixels(upright=False, whole=whole))
        except ImageError as error:
            raise DataError(f"The image {self.file_name} cannot be read: {error}") from None
        height, width = image.shape[:2]
        if self.width and self.height and (width, height) != (self.width, self.height):
            raise DataError(
                f"The image {self.file_name} is {width} x {height} px, but annotated as"
                f" {self.width} x {self.height}; give the images that were annotated."
            )
        return image


@dataclass(frozen=True)
class ReadingOptions:
    """What of a file of annotations to read, and how.

    `category` is one's name or id, by default person or the only one; `sigmas` are one for each keypoint, or one for
    all, in place of the skeleton's own. With `skip_missing` images that are not there are left out and counted, as long
    as one is there. `split` is one of the parts of formats that have some (train, val, test), by default val.
    """

    category: str | None = None
    sigmas: tuple[float, ...] = ()
    skip_missing: bool = False
    split: str | None = None


AS_PERSON = ReadingOptions()


@dataclass(frozen=True, eq=False)
class CocoKeypoints(Sequence[AnnotatedImage]):
    """A data set: annotated images in the file's order. `name` is for people: the file and its folder."""

    name: str
    images: tuple[AnnotatedImage, ...]
    skeleton: Skeleton = COCO17
    category: Category = PERSON
    reading: Reading | None = None  # what was made of the file, where the data set is one's

    @classmethod
    def read(
        cls,
        annotations: Path,
        images: Path | Sequence[Path] | None,
        skeleton: Skeleton | None = COCO17,
        options: ReadingOptions = AS_PERSON,
    ) -> "CocoKeypoints":
        """Read a COCO keypoint file; `images` are folders of images, folders of tar shards, tar or zip files.

        Without images (None) annotations can be compared, but no image read. Without a skeleton (None) it is the one
        whose keypoints the file names; see `find_order`. Single annotations and images that cannot be used are left out
        and counted in `reading`.

        Raises DataError where a file is missing or malformed, no annotation can be used, an image is not there (but see
        ReadingOptions), or the keypoints are not those of `skeleton`.
        """
        if not annotations.is_file():
            raise DataError(f"There is no annotation file at {annotations}; check the path.")
        data = cls.parse(annotations.read_bytes(), str(annotations), images, skeleton, options)
        return data.called(f"{annotations.resolve().parent.name}/{annotations.name}")

    @classmethod
    def parse(
        cls,
        text: bytes,
        annotations: str,
        images: Path | Sequence[Path | ZipSource] | None,
        skeleton: Skeleton | None = COCO17,
        options: ReadingOptions = AS_PERSON,
    ) -> "CocoKeypoints":
        """What a COCO keypoint file holds, as `read`; `annotations` is its name."""
        content = CocoContent.of(read_json(text, annotations, EXPECTED), annotations)
        return cls.of(content, images, skeleton, options)

    @classmethod
    def of(
        cls,
        content: CocoContent,
        images: Path | Sequence[Path | ZipSource] | None,
        skeleton: Skeleton | None,
        options: ReadingOptions,
    ) -> "CocoKeypoints":
        """The chosen category of checked content, as `read`."""
        category = choose(content.categories, options.category, content.path)
        return cls._of(content, category, None if images is None else ImageFiles.open(images), skeleton, options)

    @classmethod
    def each_category(
        cls, content: CocoContent, skeleton: Skeleton | None = None, options: ReadingOptions = AS_PERSON
    ) -> "dict[str, CocoKeypoints]":
        """A data set without images for each category that has keypoints, by its name; raises DataError as `read`."""
        names = Counter(each.name for each in content.categories)
        return {
            each.name if names[each.name] == 1 else f"{each.name} ({each.id})": cls._of(
                content, each, None, skeleton, options
            )
            for each in content.categories
        }

    @classmethod
    def _of(
        cls,
        content: CocoContent,
        category: Category,
        files: ImageFiles | None,
        skeleton: Skeleton | None,
        options: ReadingOptions,
    ) -> "CocoKeypoints":
        order = find_order(category, content.of_category(category), skeleton, content.path)
        if options.sigmas:
            order = replace(order, skeleton=with_sigmas(order.skeleton, options.sigmas))
        absent = files.absent([entry["file_name"] for entry in content.images]) if files else {}
        if files and absent and not (options.skip_missing and len(absent) < len(content.images)):
            files.refuse(absent, len(content.images))
        listed = [entry for entry in content.images if entry["file_name"] not in absent]
        people = content.people(category, order, {entry["id"] for entry in listed})
        images = tuple(
            _image(entry, people.by_image[entry["id"]], order, files or ImageFiles((), {})) for entry in listed
        )
        missing = Tally()
        for name, reason in absent.items():
            missing.add(reason, name)
        return cls(
            content.path,
            images,
            order.skeleton,
            category,
            Reading(
                file=content.path,
                category=category.name,
                category_id=category.id,
                skeleton=order.skeleton.name,
                keypoints=len(order.skeleton),
                keypoints_are=order.said,
                sigmas=order.skeleton.sigmas_text,
                images=content.images_listed,
                images_used=len(images),
                images_left_out=(*content.images_left_out, *missing.result()),
                annotations=len(content.annotations),
                left_out=people.left_out,
                ignored=people.ignored,
                **_counts(images),
                searched=files is not None,
                notes=content.notes,
            ),
        )

    def called(self, name: str) -> "CocoKeypoints":
        """The same data set under another name."""
        return replace(self, name=name)

    def only(self, image_ids: Collection[int], reason: str) -> "CocoKeypoints":
        """The images of these ids; others are told in `reading` to be left out for a `reason`."""
        others = [image.file_name for image in self.images if image.image_id not in image_ids]
        if not others:
            return self
        kept = tuple(image for image in self.images if image.image_id in image_ids)
        reading = self.reading
        if reading:
            left_out = (*reading.images_left_out, LeftOut(reason=reason, count=len(others), first=others[0]))
            lost = sum(len(image.people) for image in self.images) - sum(len(image.people) for image in kept)
            people = (*reading.left_out, *([LeftOut(reason=OF_LEFT_OUT, count=lost, first=others[0])] if lost else []))
            changed = {"images_left_out": left_out, "images_used": len(kept), "left_out": people, **_counts(kept)}
            reading = reading.model_copy(update=changed)
        return replace(self, images=kept, reading=reading)

    def taking(self, keypoints: Sequence[int], name: str) -> "CocoKeypoints":
        """The same people with some of their keypoints, by index, as a skeleton called `name`.

        Who has no label on any of these is a person without labels.
        """
        images = tuple(replace(image, people=taking(image.people, list(keypoints))) for image in self.images)
        return replace(self, images=images, skeleton=self.skeleton.taking(keypoints, name))

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: Any) -> Any:
        """One AnnotatedImage by position; or, by a slice, a smaller data set."""
        return replace(self, images=self.images[index]) if isinstance(index, slice) else self.images[index]

    def __iter__(self) -> Iterator[AnnotatedImage]:
        return iter(self.images)


def _counts(images: Sequence[AnnotatedImage]) -> dict[str, Any]:
    """What a Reading says of the people in images."""
    people = [image.people for image in images]
    return {
        "people": sum(int(each.labelled.sum()) for each in people),
        "crowds": sum(int(each.is_crowd.sum()) for each in people),
        "unlabelled": sum(int((~each.is_crowd & ~each.labelled).sum()) for each in people),
        "areas": areas_of(people),
    }


def _image(
    entry: ImageEntry, annotations: list[dict[str, Any]], order: KeypointOrder, files: ImageFiles
) -> AnnotatedImage:
    return AnnotatedImage(
        entry["id"],
        entry["file_name"],
        entry.get("width") or 0,
        entry.get("height") or 0,
        people_of(annotations, len(order.skeleton)),
        files,
        entry.get("crowdIndex"),
        entry.get("note", ""),
    )
