"""`python -m methods label-errors`: labels on which several results files agree against the annotation."""

from pathlib import Path
from typing import Annotated

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
    tell_reading,
)
from methods.cli.common import prepare_file
from methods.errors import DataError
from methods.writing import write_text

SHOWN = 20  # rows that are printed

ResultsArgument = Annotated[
    list[Path],
    typer.Argument(metavar="FILE.json...", help="Detections of two methods or more in COCO's keypoint results format."),
]
OutputOption = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Write all of them as COCO annotations for a label tool: what the methods agree on, with kind, score,"
        " reason and the id of the annotation in doubt.",
    ),
]


def label_errors(
    results: ResultsArgument,
    annotations: AnnotationFilesOption = None,
    data: DataOption = None,
    category: CategoryOption = None,
    skeleton: SkeletonOption = None,
    results_skeleton: ResultsSkeletonOption = None,
    sigmas: SigmasOption = None,
    split: SplitOption = None,
    output: OutputOption = None,
) -> None:
    """List labels that are probably wrong: those on which several methods agree with each other against them.

    People whose left and right are exchanged, whose keypoints are elsewhere, who are not annotated, or twice; the most
    probable first. Methods that learned from the same labels err alike: look before correcting. No images are needed.
    """
    from methods.analysis.label_errors import find_label_errors
    from methods.analysis.shared_keypoints import share_results
    from methods.data.annotation_reading import AnnotationReading
    from methods.data.formats import read_results
    from methods.data.formats.results import sentences_of
    from methods.metrics.matching import match, results_notes

    if output:
        prepare_file(output, (*results, *(annotations or ())))
    chosen = chosen_data(
        data, annotations, None, AnnotationReading(category, skeleton, sigmas, split), with_images=False
    )
    if len(chosen) != 1:
        raise DataError("Give one --annotations FILE or --data NAME: all results files are about the same images.")
    names = [path.stem for path in results]
    if len(set(names)) < len(names):
        names = [str(path) for path in results]
    read = {
        name: read_results(path, chosen[0]).of_skeleton(results_skeleton)
        for name, path in zip(names, results, strict=True)
    }
    shared, found = share_results(chosen[0], read)
    out = Console(soft_wrap=True)
    with Console(stderr=True).status("Comparing"):
        matchings = {name: match(shared.data, each) for name, each in found.items()}
        doubts = find_label_errors(shared.data, matchings)
    out.print(doubts.sentence(), markup=False, highlight=False)
    if doubts.errors:
        table = Table("Score", "Image", "Annotation", "What", "Why")
        for one in doubts.errors[:SHOWN]:
            known = "-" if one.annotation_id is None else str(one.annotation_id)
            table.add_row(f"{one.score:.2f}", one.file_name, known, one.kind.value, one.reason)
        out.print(table, markup=False)
    tell_reading(out, chosen[0].reading, [*sentences_of(read), *filter(None, [shared.said]), *results_notes(matchings)])
    if output:
        write_text(output, doubts.to_coco(shared.data) + "\n")
