"""Our numbers in the layout of the paper's tables, with what it published beneath them: of its network, on its data."""

from collections.abc import Mapping

from methods.analysis.study import TextTable
from methods.metrics.mapk import PARTS
from methods.metrics.results import score_text
from methods.metrics.visibility import VisibilityScores
from methods.papers import read_paper
from methods.types import VISIBILITY_STATES
from methods.visibility import FAMILY
from methods.visibility.studies.filtering import FilterEffect

PUBLISHED = "published"  # at the beginning of the paper's rows


def strategies_table(found: Mapping[str, VisibilityScores]) -> TextTable:
    """Table 1: F1 of each state and their total, with its interval, of weights by the name of their strategy."""
    rows = [
        (name, *map(score_text, (*one.all.f1.values(), one.all.total)), f"{one.total_low:.3f} to {one.total_high:.3f}")
        for name, one in found.items()
    ]
    published = [(f"{PUBLISHED}, COCO val2017: {row[0]}", *map(_cell, row[1:]), "") for row in _rows("1")]
    return TextTable(("Strategy", *VISIBILITY_STATES, "total", "95% interval"), [*rows, *published])


def parts_table(found: FilterEffect) -> TextTable:
    """Tables 3 and 4: precision (AP) and recall (AR) of mAPK by body part, of the keypoints as they are, without absent
    ones ("non-0") and without occluded ones too; in annotated boxes, as the paper's, with its rows."""
    ways = {"": found.plain, " + non-0": found.without_absent, " + visible only": found.without_occluded}
    rows = [
        (
            f"{title} {found.method}{way}",
            *(score_text(getattr(one, measure)) for one in (*each.parts.values(), each.mean)),
        )
        for title, measure in (("AP", "precision"), ("AR", "recall"))
        for way, each in ways.items()
    ]
    published = [
        (f"{row[0]} {PUBLISHED}, {data}: {row[1]}", *map(_cell, row[2:]))
        for number, data in (("3", "COCO val2017"), ("4", "DriPE"))
        for row in _rows(number)
        if found.annotated_boxes
    ]
    return TextTable(("mAPK", *(part.capitalize() for part in PARTS), "Mean"), [*rows, *published])


def _rows(number: str) -> list[list[int | float | str | None]]:
    return next(table.rows for table in read_paper(FAMILY).tables if table.number == number)


def _cell(value: int | float | str | None) -> str:
    return f"{value:.2f}"  # two decimals, as printed
