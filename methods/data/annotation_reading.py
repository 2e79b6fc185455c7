"""How a file of annotations is to be read, as people write it on the command line, in the page and in the lab."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from methods.data.categories import Category
from methods.data.coco import ReadingOptions
from methods.data.coco_content import CocoContent
from methods.data.formats import read_content
from methods.data.formats.files import Files
from methods.data.keypoint_order import find_order
from methods.errors import DataError, SettingsError
from methods.skeletons import Skeleton, known_skeleton


@dataclass(frozen=True)
class AnnotationReading:
    """The category's name or id, the skeleton's name and the sigmas with commas between, the set's
    split; empty: what the file says."""

    category: str | None = None
    skeleton: str | None = None
    sigmas: str | None = None
    split: str | None = None

    def options(self) -> ReadingOptions:
        """For the reader; raises SettingsError where sigmas are no numbers."""
        sigmas = self.sigmas.strip() if self.sigmas else ""
        try:
            numbers = tuple(float(part) for part in sigmas.split(",")) if sigmas else ()
        except ValueError:
            raise SettingsError(f"The sigmas are {self.sigmas!r}; give numbers with commas between.") from None
        return ReadingOptions(self.category or None, numbers, skip_missing=True, split=self.split or None)

    def known_skeleton(self) -> Skeleton | None:
        """The skeleton of that name, None where none is given; raises as `methods.skeletons.known_skeleton`."""
        return known_skeleton(self.skeleton) if self.skeleton else None


AS_FILE_SAYS = AnnotationReading()


@dataclass(frozen=True)
class CategoryChoice:
    """A category that may be chosen; `value` is what AnnotationReading.category takes for it.

    `skeleton` is its skeleton as the file has it, None where that cannot be told.
    """

    value: str
    name: str
    annotations: int
    skeleton: Skeleton | None


def category_choices(given: Path | Files) -> list[CategoryChoice]:
    """The categories of annotations that have keypoints, in their order; raises DataError as
    formats.read_annotations."""
    content, _ = read_content(given)
    names = Counter(each.name for each in content.categories)
    return [
        CategoryChoice(
            each.name if names[each.name] == 1 else str(each.id),
            each.name,
            len(content.of_category(each)),
            _skeleton(content, each),
        )
        for each in content.categories
    ]


def _skeleton(content: CocoContent, category: Category) -> Skeleton | None:
    try:
        return find_order(category, content.of_category(category), None, content.path).skeleton
    except DataError:  # which is told when the file is used
        return None
