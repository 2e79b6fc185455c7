"""`python -m methods compare`: two results files of anybody on the same annotations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from methods.cli.annotations import (
    AnnotationFilesOption,
    CategoryOption,
    DataOption,
    ResultsSkeletonOption,
    SigmasOption,
    SkeletonOption,
    SplitOption,
    chosen_data,
    each_category,
    tell_reading,
)
from methods.cli.common import command_line, prepare_file
from methods.cli.evaluate import OutputOption, ReportOption, write_report
from methods.errors import DataError
from methods.writing import write_text

if TYPE_CHECKING:
    from methods.analysis.delta_oks import DeltaOks
    from methods.analysis.difference import Comparison, Difference
    from methods.data.coco import CocoKeypoints
    from methods.data.formats.results import Results
    from methods.metrics.ap import KeypointAP

ResultsArgument = Annotated[
    Path,
    typer.Argument(
        metavar="RESULTS",
        help="COCO keypoint results, or those of Ultralytics, AlphaPose, MMPose or OpenPose, told by content: a file,"
        " folder or zip file.",
    ),
]


def compare(
    first: ResultsArgument,
    second: ResultsArgument,
    annotations: AnnotationFilesOption = None,
    data: DataOption = None,
    category: CategoryOption = None,
    skeleton: SkeletonOption = None,
    results_skeleton: ResultsSkeletonOption = None,
    sigmas: SigmasOption = None,
    split: SplitOption = None,
    output: OutputOption = None,
    report: ReportOption = None,
) -> None:
    """Compare two results files: is the second better than the first, and on whom?

    Differences have 95 % bootstrap intervals from the same resampled images for both; "no evidence" where one spans
    zero. Where annotations have several categories and none of people, AP is that of each category and their mean.
    Files with different keypoints are compared on those that all have. No images are needed. `python -m methods
    evaluate NAME --detections FILE.json` writes such a file.
    """
    from methods.analysis import difference
    from methods.analysis.delta_oks import delta_oks
    from methods.analysis.shared_keypoints import share_results
    from methods.data.annotation_reading import AnnotationReading
    from methods.data.formats.results import sentences_of
    from methods.metrics.matching import match, results_notes
    from methods.metrics.parts import part_ap

    reports = [report / name for name in ("report.html", "report.json")] if report else []
    for path in filter(None, (output, *reports)):
        prepare_file(path, (first, second, *(annotations or ())))
    reading = AnnotationReading(category, skeleton, sigmas, split)
    out = Console(soft_wrap=True)
    if several := each_category(annotations, data, reading):
        if report:
            raise DataError("A report is about one category; choose it with --category NAME.")
        _compare_categories(out, several, (first, second), output)
        return
    chosen = chosen_data(data, annotations, None, reading, with_images=False)
    if len(chosen) != 1:
        raise DataError("Give one --annotations FILE or --data NAME: both results files are about the same images.")
    read = {name: each.of_skeleton(results_skeleton) for name, each in _read((first, second), chosen[0]).items()}
    one, other = read
    shared, found = share_results(chosen[0], read)
    with Console(stderr=True).status("Comparing"):
        before, after = (match(shared.data, results) for results in found.values())
        comparison = difference.compare(before, after, (one, other))
        delta = delta_oks(before, after)
    _print(out, comparison, delta)
    _print_parts(out, *(part_ap(shared.data, results) for results in found.values()))
    notes = [*sentences_of(read), *filter(None, [shared.said]), *results_notes({one: before, other: after})]
    comparison = comparison.model_copy(update={"reading": chosen[0].reading, "notes": tuple(notes)})
    tell_reading(out, comparison.reading, comparison.notes)
    if output:
        write_text(output, comparison.to_json(indent=2) + "\n")
    if report:
        from methods.analysis.report import Report, report_on

        write_report(Report(sets=(report_on(shared.data, found),), command=command_line()), report)


def _compare_categories(
    out: Console, sets: dict[str, CocoKeypoints], files: tuple[Path, Path], output: Path | None
) -> None:
    """Print AP of each category, and write all measures as JSON."""
    from methods.data.formats.results import sentences_of
    from methods.metrics.categories import category_ap
    from methods.metrics.results import score_text, signed_text

    read = _read(files, next(iter(sets.values())))
    with Console(stderr=True).status("Comparing"):
        found = {name: category_ap(sets, each.found) for name, each in read.items()}
    one, other = found.values()
    table = Table("AP of", "Annotated", "First", "Second", "Difference")
    rows = [(name, one.people[name], one.categories[name].ap, other.categories[name].ap) for name in sets]
    rows.append(("mean over categories", sum(one.people.values()), one.mean.ap, other.mean.ap))
    for name, count, *values in rows:
        table.add_row(name, str(count), *map(score_text, values), signed_text(values[1] - values[0]))
    out.print(f"First {', second '.join(found)}.", markup=False, highlight=False)
    out.print(table)
    for reading in (data.reading for data in sets.values() if data.reading):
        out.print(f"{reading.category}: {' '.join(reading.sentences())}", markup=False, highlight=False)
    tell_reading(out, None, sentences_of(read))
    if output:
        dumped = {name: result.model_dump(mode="json") for name, result in found.items()}
        write_text(output, json.dumps(dumped, indent=2) + "\n")


def _read(files: tuple[Path, Path], data: CocoKeypoints) -> dict[str, Results]:
    from methods.data.formats import read_results

    return {name: read_results(path, data) for name, path in zip(_names(*files), files, strict=True)}


def _print_parts(out: Console, first: dict[str, KeypointAP], second: dict[str, KeypointAP]) -> None:
    """AP of each part of a skeleton that has parts."""
    from methods.metrics.results import score_text, signed_text

    table = Table("AP of", "First", "Second", "Difference")
    for name, one in first.items():
        values = (one.ap, second[name].ap)
        table.add_row(name, *map(score_text, values), signed_text(values[1] - values[0]))
    if first:
        out.print(table)


def _names(first: Path, second: Path) -> tuple[str, str]:
    """What the two are called: the files' names, with the folders' where these are the same."""
    if first.stem != second.stem:
        return first.stem, second.stem
    one, other = (f"{path.resolve().parent.name}/{path.stem}" for path in (first, second))
    return (one, other) if one != other else (f"{one} (first)", f"{other} (second)")


def _print(out: Console, comparison: Comparison, delta: DeltaOks) -> None:
    out.print(
        f"First {comparison.first}, second {comparison.second}, on {comparison.images} images of {comparison.data}.",
        markup=False,
        highlight=False,
    )
    out.print(_table("Measure", comparison.measures, comparison.level))
    out.print(_table("AP of", comparison.slices, comparison.level))
    out.print(_table("AP of", comparison.keypoints, comparison.level))
    out.print(f"{delta}."[0].upper() + f"{delta}."[1:], markup=False, highlight=False)


def _table(about: str, rows: tuple[Difference, ...], level: float) -> Table:
    from methods.metrics.results import score_text, signed_text

    table = Table(about, "First", "Second", "Difference", f"{level:.0%} interval", "Verdict")
    for row in rows:
        interval = f"{signed_text(row.low)} to {signed_text(row.high)}"
        values = (score_text(row.first), score_text(row.second), signed_text(row.difference))
        table.add_row(row.name.replace("_", " ").replace("/", ": "), *values, interval, row.verdict)
    return table
