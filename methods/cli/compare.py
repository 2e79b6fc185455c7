"""`python -m methods compare`: two results files of anybody on the same annotations."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from methods.cli.common import command_line, prepare_file
from methods.cli.evaluate import (
    AnnotationFilesOption,
    DataOption,
    OutputOption,
    ReportOption,
    chosen_data,
    write_report,
)
from methods.errors import DataError
from methods.writing import write_text

if TYPE_CHECKING:
    from methods.analysis.delta_oks import DeltaOks
    from methods.analysis.difference import Comparison, Difference

ResultsArgument = Annotated[
    Path, typer.Argument(metavar="FILE.json", help="Detections in COCO's keypoint results format.")
]


def compare(
    first: ResultsArgument,
    second: ResultsArgument,
    annotations: AnnotationFilesOption = None,
    data: DataOption = None,
    output: OutputOption = None,
    report: ReportOption = None,
) -> None:
    """Compare two results files: is the second better than the first, and on whom?

    Differences have 95 % bootstrap intervals from the same resampled photos for both; "no evidence" where one spans
    zero. No photos are needed. `python -m methods evaluate NAME --detections FILE.json` writes such a file.
    """
    from methods.analysis import difference
    from methods.analysis.delta_oks import delta_oks
    from methods.metrics.detections import read_results
    from methods.metrics.matching import match

    reports = [report / name for name in ("report.html", "report.json")] if report else []
    for path in filter(None, (output, *reports)):
        prepare_file(path, (first, second, *(annotations or ())))
    chosen = chosen_data(data, annotations, None, photos=False)
    if len(chosen) != 1:
        raise DataError("Give one --annotations FILE or --data NAME: both results files are about the same photos.")
    found = {name: read_results(path) for name, path in zip(_names(first, second), (first, second), strict=True)}
    one, other = found
    with Console(stderr=True).status("Comparing"):
        before, after = (match(chosen[0], results) for results in found.values())
        comparison = difference.compare(before, after, (one, other))
        delta = delta_oks(before, after)
    _print(comparison, delta)
    if output:
        write_text(output, comparison.to_json(indent=2) + "\n")
    if report:
        from methods.analysis.report import Report, report_on

        write_report(Report(sets=(report_on(chosen[0], found),), command=command_line()), report)


def _names(first: Path, second: Path) -> tuple[str, str]:
    """What the two are called: the files' names, with the folders' where these are the same."""
    if first.stem != second.stem:
        return first.stem, second.stem
    one, other = (f"{path.resolve().parent.name}/{path.stem}" for path in (first, second))
    return (one, other) if one != other else (f"{one} (first)", f"{other} (second)")


def _print(comparison: Comparison, delta: DeltaOks) -> None:
    out = Console(soft_wrap=True)
    out.print(
        f"First {comparison.first}, second {comparison.second}, on {comparison.images} images of {comparison.data}.",
        markup=False,
        highlight=False,
    )
    out.print(_table("Measure", comparison.measures, comparison.level))
    out.print(_table("AP of", comparison.slices, comparison.level))
    out.print(_table("AP of", comparison.joints, comparison.level))
    out.print(f"{delta}."[0].upper() + f"{delta}."[1:], markup=False, highlight=False)


def _table(about: str, rows: tuple[Difference, ...], level: float) -> Table:
    from methods.metrics.results import score_text, signed_text

    table = Table(about, "First", "Second", "Difference", f"{level:.0%} interval", "Verdict")
    for row in rows:
        interval = f"{signed_text(row.low)} to {signed_text(row.high)}"
        values = (score_text(row.first), score_text(row.second), signed_text(row.difference))
        table.add_row(row.name.replace("_", " ").replace("/", ": "), *values, interval, row.verdict)
    return table
