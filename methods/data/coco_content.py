"""The checked content of a COCO keypoint file: entries that can be used, and a count of those that cannot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from methods.data.categories import Category, keypoint_categories
from methods.data.coco_entries import ANNOTATION, IMAGE, ImageEntry, are_shares, problem_in, shown
from methods.data.keypoint_order import KeypointOrder
from methods.data.reading import LeftOut, Tally
from methods.data.zip_images import ZipSource
from methods.errors import DataError

EXPECTED = "a COCO keypoint annotation file"
ODD = "with a field that cannot be read"
OF_LEFT_OUT = "of images that are left out"


@dataclass(frozen=True)
class CategoryContent:
    """Annotations of one category by image id, in the file's order, each with its keypoints in the skeleton's order."""

    by_image: Mapping[int, list[dict[str, Any]]]
    left_out: tuple[LeftOut, ...]
    ignored: tuple[LeftOut, ...]


@dataclass(frozen=True)
class Odd:
    """Stands in a list of entries for one that cannot be used: why, and which it is with what is the matter."""

    reason: str
    what: str


@dataclass(frozen=True)
class CocoContent:
    """Images that can be used, all annotations as they stand in the file called `path`, and the categories.

    Formats other than COCO's fill in three more: what each annotation is called in messages, where the format itself
    says that its images lie, and sentences on how it was read.
    """

    path: str
    images: list[ImageEntry]
    images_listed: int
    images_left_out: tuple[LeftOut, ...]
    annotations: list[Any]
    categories: list[Category]
    names: Mapping[int, str] = field(default_factory=dict)  # of all categories that are listed
    called: Sequence[str] = ()  # annotations[0], annotations[1], ... where empty
    images_at: tuple[Path | ZipSource, ...] = ()
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, raw: Any, path: str) -> "CocoContent":
        """From a file's value; raises DataError where it is none of COCO's, or no image of it can be used."""
        for key in ("images", "annotations"):
            found = raw.get(key) if isinstance(raw, dict) else None
            if not isinstance(found, list):
                problem = f"{key} is {shown(found)}" if isinstance(raw, dict) and key in raw else f"it has no {key}"
                raise DataError(f"{path} is not {EXPECTED}: {problem}; it needs lists of images and annotations.")
        annotations = raw["annotations"]
        images, left_out = _images(raw["images"], path)
        categories = keypoint_categories(raw.get("categories"), annotations, path)
        names = {each["id"]: each["name"] for each in raw.get("categories") or ()}
        return cls(path, images, len(raw["images"]), left_out, annotations, categories, names)

    def of_category(self, category: Category) -> list[dict[str, Any]]:
        """Its annotations, those without a category too where it is the only one."""
        return [each for each in self.annotations if isinstance(each, dict) and self._belongs(each, category)]

    def people(self, category: Category, order: KeypointOrder, kept: set[int]) -> CategoryContent:
        """The category's annotations of the images whose ids are `kept`.

        Raises DataError, naming the first, where something is wrong with everybody who would count.
        """
        listed = {image["id"] for image in self.images}
        by_image: dict[int, list[dict[str, Any]]] = {image_id: [] for image_id in kept}
        left_out, ignored, first = Tally(), Tally(), ""
        labelled = False
        for position, raw in enumerate(self.annotations):
            entry = self.called[position] if self.called else f"annotations[{position}]"
            if isinstance(raw, Odd):
                left_out.add(raw.reason, raw.what)
                first = first or raw.what
                continue
            if isinstance(raw, dict) and not self._belongs(raw, category):
                left_out.add(*self._stranger(raw, entry))
                continue
            try:
                ANNOTATION.validate_python(raw)
            except ValidationError as error:
                problem = problem_in(error, entry)
                left_out.add(ODD, problem)
                first = first or problem
                continue
            if raw["image_id"] not in by_image:
                known = raw["image_id"] in listed
                left_out.add(
                    OF_LEFT_OUT if known else "of images that the file does not list",
                    f"{entry}.image_id is {raw['image_id']}",
                )
                first = first or ("" if known else f"{entry}.image_id is {raw['image_id']}, which is no image's id")
                continue
            numbers, wrong = order.numbers_of(raw)
            if wrong:
                ignored.add("whose keypoints cannot be used", f"{entry}.{wrong}")
                first = first or f"{entry}.{wrong}"
            labelled = labelled or any(numbers[2::3])
            by_image[raw["image_id"]].append(_cleaned(raw, numbers, order))
        if first and not labelled:
            raise DataError(f"{self.path}: {first}; nobody else can be used either, correct the annotations.")
        used = (each["keypoints"] for people in by_image.values() for each in people)
        is_coco = not self.called  # other formats have made pixels of what they have
        if is_coco and are_shares(one for numbers in used for i in (0, 1) for one in numbers[i::3]):
            raise DataError(
                f"{self.path} has keypoints from 0 to 1, which are shares of the image's size; write them in pixels."
            )
        return CategoryContent(by_image, left_out.result(), ignored.result())

    def _belongs(self, annotation: dict[str, Any], category: Category) -> bool:
        found = annotation.get("category_id")
        return category.is_only if found is None else found == category.id or type(found) is not int

    def _stranger(self, annotation: dict[str, Any], entry: str) -> tuple[str, str]:
        found = annotation.get("category_id")
        if found is None:
            return "without a category", entry
        return "of other categories", self.names.get(found, f"id {found}")


def _images(raw: list[Any], path: str) -> tuple[list[ImageEntry], tuple[LeftOut, ...]]:
    found: dict[int, ImageEntry] = {}
    left_out, first = Tally(), ""
    for position, each in enumerate(raw):
        entry = f"images[{position}]"
        if isinstance(each, Odd):
            left_out.add(each.reason, each.what)
            first = first or each.what
            continue
        try:
            image = IMAGE.validate_python(each)
        except ValidationError as error:
            problem = problem_in(error, entry)
            left_out.add(ODD, problem)
            first = first or problem
            continue
        if image["id"] in found:
            if image["file_name"] != found[image["id"]]["file_name"]:
                raise DataError(
                    f"{path} lists an image id twice: {entry}.id is {image['id']}, {found[image['id']]['file_name']}'s"
                    " too; each image needs an id of its own."
                )
            left_out.add("listed twice", f"{entry}.id is {image['id']}")
            continue
        found[image["id"]] = image
    if first and not found:
        raise DataError(f"{path}: {first}; no other image can be used either, correct the annotations.")
    return list(found.values()), left_out.result()


def _cleaned(raw: dict[str, Any], numbers: list[float], order: KeypointOrder) -> dict[str, Any]:
    """The annotation with keypoints in the skeleton's order; the file's own dictionary where they are that already."""
    if numbers is raw.get("keypoints") and raw.get("num_keypoints", 0) is not None:
        return raw
    cleaned = {**raw, "keypoints": numbers}
    if order.joined or cleaned.get("num_keypoints", 0) is None:
        del cleaned["num_keypoints"]  # null, or of the body alone
    if not any(numbers[2::3]):
        cleaned["num_keypoints"] = 0
    return cleaned
