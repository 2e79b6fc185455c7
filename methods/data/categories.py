"""Whose keypoints a COCO file annotates: its categories, of which one is chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from methods.data.coco_entries import CATEGORY, CategoryEntry, problem_in, shown
from methods.errors import DataError, FieldError, FormField

LISTED = 12  # names of categories that a message shows


@dataclass(frozen=True)
class Category:
    """The category whose people or animals a data set is about.

    `is_only` says that no other one of its file has keypoints; `others` are the ids of all others that it lists.
    """

    id: int
    name: str
    is_only: bool = False
    others: frozenset[int] = frozenset()
    keypoints: tuple[str, ...] = ()  # as the file names them; none where it does not
    links: tuple[Any, ...] = ()  # as the file lists them

    def means(self, category_id: int | None) -> bool:
        """Whether a result of that category is about this one: where it is the only one, under any unknown id too."""
        return category_id in (self.id, None) or (self.is_only and category_id not in self.others)


PERSON = Category(1, "person")  # as COCO has it, and what methods write


def keypoint_categories(raw: Any, annotations: Sequence[Any], path: str) -> list[Category]:
    """The categories that have annotated keypoints, in the file's order; without any, those that name keypoints.

    `raw` is the file's list of categories, which may be missing, or name none that is annotated: then ids of
    annotations are what is known. At least one comes back. Raises DataError where an entry is malformed.
    """
    listed = {entry["id"]: entry for entry in reversed(_checked(raw, path))}
    used = {one for each in annotations if _has_keypoints(each) and (one := _id_of(each)) is not None}
    if len(listed) == 1 and len(used) == 1 and not listed.keys() & used:
        # One category under two ids: exporters count from 0 or from 1.
        listed = {next(iter(used)): next(iter(listed.values()))}
    ids = [*reversed(listed), *sorted(used - listed.keys())]
    # Ids that the file does not list are single slips where it lists others that its annotations have.
    known = list(reversed(listed)) if listed.keys() & used else ids
    chosen = [one for one in known if one in used or listed[one].get("keypoints")] or ids[:1] or [PERSON.id]
    found = [_category(one, listed.get(one), len(chosen) == 1, frozenset(ids) - {one}) for one in chosen]
    return [each for each in found if each.id in used] or found


def choose(categories: Sequence[Category], wanted: str | None, path: str) -> Category:
    """The category called `wanted` (its id will do); else person, or the only one. Raises DataError naming them."""
    if wanted is not None:
        sought = wanted.strip().lower()
        for each in categories:
            if sought in (each.name.lower(), str(each.id)):
                return each
        raise DataError(f"{path} has no category {wanted!r} with keypoints; choose from {_names(categories)}.")
    if len(categories) == 1:
        return categories[0]
    people = [each for each in categories if each.name.lower() == PERSON.name]
    if len(people) != 1:
        raise FieldError(
            f"{path} has {len(categories)} categories with keypoints ({_names(categories)}); choose one by its name",
            FormField.CATEGORY,
        )
    return people[0]


def _checked(raw: Any, path: str) -> list[CategoryEntry]:
    if raw is None:
        return []
    if not isinstance(raw, list):
        raise DataError(f"{path}: categories is {shown(raw)}; it should be a list, correct it or leave it out.")
    found = []
    for position, each in enumerate(raw):
        try:
            found.append(CATEGORY.validate_python(each))
        except ValidationError as error:
            problem = problem_in(error, f"categories[{position}]")
            raise DataError(f"{path}: {problem}; correct it or leave that category out.") from None
    return found


def _category(one: int, entry: CategoryEntry | None, is_only: bool, others: frozenset[int]) -> Category:
    if entry is None:
        return Category(one, PERSON.name if one == PERSON.id else f"category {one}", is_only, others)
    names, links = entry.get("keypoints") or (), entry.get("skeleton") or ()
    return Category(one, entry["name"], is_only, others, tuple(names), tuple(links))


def _has_keypoints(annotation: Any) -> bool:
    return isinstance(annotation, dict) and bool(annotation.get("keypoints"))


def _id_of(annotation: dict[str, Any]) -> int | None:
    found = annotation.get("category_id")
    return found if type(found) is int else None


def _names(categories: Sequence[Category]) -> str:
    names = [each.name for each in categories]
    rest = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return ", ".join(names[:LISTED]) + rest
