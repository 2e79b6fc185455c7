"""`python -m methods study distances`: how far apart methods put the same people's keypoints."""

from __future__ import annotations

from methods.cli.common import DeviceOption, InputSizeOption, command_line, write_numbers
from methods.cli.evaluate import AnnotationsOption, ImagesOption, LimitOption, OutputOption, VariantsArgument
from methods.cli.study.measuring import counting, read_annotated, show


def distances(
    names: VariantsArgument,
    annotations: AnnotationsOption,
    images: ImagesOption = None,
    input_size: InputSizeOption = None,
    device: DeviceOption = "auto",
    limit: LimitOption = None,
    output: OutputOption = None,
) -> None:
    """The median distance between keypoints of people whom two methods both find, for any two of them.

    In % of the square root of the person's box area, with the demo presets. Annotations only say which images.
    """
    from methods.analysis.distances import measure_distances
    from methods.catalog import create

    data = read_annotated(annotations, images, limit, output)
    methods = [create(name, device, input_size=input_size) for name in names]
    with counting("distances", len(data)) as done:
        found = measure_distances(methods, data, done, command_line())
    show(found)
    write_numbers(found, output)
