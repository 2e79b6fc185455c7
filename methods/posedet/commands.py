"""`python -m methods study suppression-bound`: PoseDet, Figure 3."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from methods.cli.common import command_line, write_numbers
from methods.cli.evaluate import AnnotationsOption, ImagesOption, LimitOption, OutputOption
from methods.cli.study.measuring import read_annotated

if TYPE_CHECKING:
    from methods.posedet.studies.suppression_bound import SuppressionBound


def suppression_bound(
    annotations: AnnotationsOption, images: ImagesOption = None, limit: LimitOption = None, output: OutputOption = None
) -> None:
    """What suppression takes from a perfect method: both kinds on the annotated people (Figure 3 of PoseDet).

    Images by CrowdPose's crowd index: easy to 0.1, medium to 0.8, hard above.
    """
    from methods.posedet.studies.suppression_bound import measure_bounds

    data = read_annotated(annotations, images, limit, output)
    with Console(stderr=True).status("matching"):
        found = measure_bounds(data, command=command_line())
    Console(soft_wrap=True).print(_bounds_table(found))
    write_numbers(found, output)


def _bounds_table(found: SuppressionBound) -> Table:
    table = Table("Images", "People", "Threshold", "AP, OKS", "AP, box IoU", "Lost, OKS", "Lost, box IoU")
    for row in found.rows:
        table.add_row(
            f"{row.level} ({row.images})",
            str(row.people),
            f"{row.threshold:g}",
            f"{row.ap_oks:.3f}",
            f"{row.ap_box:.3f}",
            str(row.lost_oks),
            str(row.lost_box),
        )
    return table
