"""`python -m methods study`: `visibility`, `visibility-strategies` and `visibility-filter` for Tables 1 to 4 of the
visibility metamodel, and the judge's commands."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Column, Table

from methods.cli.common import (
    DeviceOption,
    Preset,
    PresetOption,
    SetOption,
    VariantArgument,
    WeightsOption,
    chosen_settings,
    command_line,
    prepare_file,
    write_numbers,
)
from methods.cli.evaluate import AnnotationsOption, BoxesOption, ImagesOption, LimitOption, OutputOption
from methods.cli.study.measuring import counting, read_annotated, show, show_table
from methods.errors import SettingsError

if TYPE_CHECKING:
    from methods.metrics.visibility import StateScores, VisibilityScores
    from methods.visibility.studies.filtering import FilterEffect

JudgeArgument = Annotated[str, typer.Argument(metavar="NAME", help="A variant of the visibility metamodel.")]
FilterWeightsOption = Annotated[
    Path | None,
    typer.Option("--weights", metavar="FILE", help="Safetensors file of the filter; default: published."),
]
NamesArgument = Annotated[str, typer.Argument(metavar="NAMES", help="Methods, separated by commas.")]
HeadOption = Annotated[
    Path | None,
    typer.Option("--weights", metavar="FILE", help="Safetensors file of the judging head; default: published."),
]
StrategiesArgument = Annotated[
    list[str],
    typer.Argument(metavar="STRATEGY=FILE...", help="Weights of the variant, each with the name of its row."),
]
ConfidenceOption = Annotated[
    float,
    typer.Option(min=0, max=1, help="Keypoints whose own score is lower are left out before anything is filtered."),
]
FilterOption = Annotated[str, typer.Option("--filter", metavar="NAME", help="A variant of the visibility metamodel.")]


def visibility(
    annotations: AnnotationsOption,
    name: JudgeArgument = "visibility-n",
    images: ImagesOption = None,
    weights: WeightsOption = None,
    device: DeviceOption = "auto",
    limit: LimitOption = None,
    output: OutputOption = None,
) -> None:
    """How well absent, occluded and visible keypoints are told apart in the annotated boxes: F1, ROC AUC,
    calibration."""
    from methods.analysis.visibility import measure_visibility
    from methods.catalog import create

    data = read_annotated(annotations, images, limit, output)
    method = create(name, device, weights, detector="")
    with counting(name, len(data)) as done:
        found = measure_visibility(method, data, done, command_line())
    out = Console(soft_wrap=True)
    out.print(summary(found), markup=False, highlight=False)
    out.print(_state_table(found))
    write_numbers(found, output)


def visibility_strategies(
    strategies: StrategiesArgument,
    annotations: AnnotationsOption,
    name: Annotated[str, typer.Option(metavar="NAME", help="The variant.")] = "visibility-n",
    images: ImagesOption = None,
    device: DeviceOption = "auto",
    limit: LimitOption = None,
    output: OutputOption = None,
) -> None:
    """F1 of weights that were trained by different strategies, in the annotated boxes (Table 1).

    Give S1=runs/visibility-n-s1/visibility-n-best.safetensors after `train visibility-n --recipe s1`, and S2 and S3
    likewise.
    """
    from pydantic import RootModel

    from methods.analysis.visibility import measure_visibility
    from methods.catalog import create
    from methods.visibility.studies.beside_paper import strategies_table

    files = strategy_files(strategies)
    data = read_annotated(annotations, images, limit, output)
    methods = {title: create(name, device, file, detector="") for title, file in files.items()}
    found = {}
    for title, method in methods.items():
        with counting(title, len(data)) as done:
            found[title] = measure_visibility(method, data, done, command_line())
    first = next(iter(found.values()))
    heading = f"{name} in the annotated boxes of {first.people} people in {first.images} images of {first.data}: F1"
    Console(soft_wrap=True).print(heading, markup=False, highlight=False)
    show_table(strategies_table(found))
    write_numbers(RootModel(found), output)


def strategy_files(given: Sequence[str]) -> dict[str, Path]:
    """NAME=FILE as names to files; raises SettingsError for anything else."""
    pairs = [each.partition("=") for each in given]
    for title, _, file in pairs:
        if not (title and file):
            raise SettingsError(f"Give strategies as NAME=FILE, as S1=s1.safetensors; {title or file!r} is none.")
    return {title: Path(file) for title, _, file in pairs}


def visibility_filter(
    name: VariantArgument,
    annotations: AnnotationsOption,
    judge: FilterOption = "visibility-n",
    images: ImagesOption = None,
    preset: PresetOption = Preset.DEMO,
    assignments: SetOption = None,
    weights: FilterWeightsOption = None,
    device: DeviceOption = "auto",
    annotated_boxes: BoxesOption = False,
    confidence: ConfidenceOption = 0.0,
    limit: LimitOption = None,
    output: OutputOption = None,
) -> None:
    """What leaving out absent keypoints changes in precision and recall of a method's keypoints (mAPK), body part by
    part.

    And whether a score that combines the method's confidence with the filter's does better than the filter alone.
    Tables 3 and 4 are made with --annotated-boxes --preset evaluation.
    """
    from methods.catalog import create
    from methods.visibility.studies.beside_paper import parts_table
    from methods.visibility.studies.filtering import check_filter, measure_filter

    check_filter(judge)
    data = read_annotated(annotations, images, limit, output)
    method, metamodel = create(name, device), create(judge, device, weights, detector="")
    settings = chosen_settings(method.Settings, preset, assignments)
    with counting(name, len(data)) as done:
        found = measure_filter(method, metamodel, data, settings, done, command_line(), annotated_boxes, confidence)
    show_table(parts_table(found))
    out = Console(soft_wrap=True)
    out.print("non-0: without absent keypoints; visible only: without occluded ones too")
    out.print(effect(found), markup=False, highlight=False)
    write_numbers(found, output)


def keypoint_judge(
    names: NamesArgument,
    annotations: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Annotated people; default: the sample scenes.")
    ] = None,
    images: ImagesOption = None,
    weights: HeadOption = None,
    device: DeviceOption = "auto",
    limit: LimitOption = None,
    output: OutputOption = None,
) -> None:
    """Whether judging keypoints beats a threshold on the methods' own scores, and whether what is judged is true.

    Compared are the keypoints of highest score, the method's own or the combined one, at the recall that the paper's
    filter leaves and over all recalls.
    """
    from methods.catalog import create
    from methods.data.scenes import read_scenes
    from methods.visibility.judge import KeypointJudge
    from methods.visibility.studies.judging import measure_judge

    if output:
        prepare_file(output)
    data = read_annotated(annotations, images, limit, output) if annotations else read_scenes()[:limit]
    methods = {name: create(name, device) for name in names.split(",")}
    judge = KeypointJudge.published(device, head=weights)
    with counting(names, len(data)) as done:
        found = measure_judge(methods, judge, data, done, command_line())
    show(found)
    write_numbers(found, output)


def learn_judge(
    data: Annotated[Path, typer.Option(metavar="FOLDER", help="Holds a folder for each data set.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Safetensors file to write.")],
    device: DeviceOption = "auto",
) -> None:
    """Let the head that judges any method's keypoints learn from what the methods find in training images.

    Of 1,533 images, and 119 of them uncovered, all methods are run and described, which takes about 40 minutes on one
    core; the rest a minute.
    """
    from safetensors.torch import save_file

    from methods.catalog import create
    from methods.data.augment import Augment
    from methods.data.batch import Key, TrainingImages
    from methods.data.decoded import DecodedImages
    from methods.data.mixture import Mixture, Source
    from methods.training.sources import read_folder
    from methods.visibility.judge import BODY, Describer
    from methods.visibility.network import VisibilityNetwork
    from methods.visibility.training.examples import collect
    from methods.visibility.training.judge import JudgeRecipe, learn
    from methods.weights import load_into, resolve
    from methods.writing import write_whole

    prepare_file(output)
    recipe = JudgeRecipe()
    sources = [Source(read_folder(data, name, "train"), weight) for name, weight in recipe.sources.items()]
    mixture = Mixture(sources)
    named = zip(recipe.sources, sources, strict=True)
    by_people = [name in recipe.by_people for name, source in named for _ in source.images]
    network = VisibilityNetwork("n")
    load_into(network, resolve(BODY))
    describer = Describer(BODY, network, Describer.default_input_size, device)
    methods = {name: create(name, device) for name in recipe.methods}
    images = TrainingImages(mixture, DecodedImages(mixture.images, 0), recipe.augment, recipe.seed)
    order = mixture.epoch_order(recipe.seed, 0).tolist()
    keys = [Key(0, position, index, recipe.size) for position, index in enumerate(order)]
    with counting("learn-judge", len(keys)) as done:
        examples = collect(
            describer, methods, images, keys, recipe.covering, recipe.coverings, by_people.__getitem__, done
        )
    whole = TrainingImages(mixture, images.decoded, recipe.plain, recipe.seed)
    labelled = [i for i, image in enumerate(mixture.images) if by_people[i] and image.people.labelled.any()]
    keys = [Key(0, position, index, recipe.size) for position, index in enumerate(labelled)]
    with counting("learn-judge, uncovered", len(keys)) as done:
        plain = collect(describer, methods, whole, keys, Augment(), 0, by_people.__getitem__, done)
    head = learn(examples, plain, recipe)
    state = {name: value.contiguous() for name, value in head.state_dict().items()}
    write_whole(output, lambda beside: save_file(state, beside, metadata={"format": "pt"}))


def publish_judge(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `study learn-judge` wrote.")],
    measured: Annotated[list[Path], typer.Argument(metavar="JSON...", help="What `study keypoint-judge` wrote of it.")],
) -> None:
    """Put a judging head into weights/ with a model card that quotes what was measured of it."""
    from methods.visibility.studies.judging import JudgeEffects
    from methods.visibility.training.publishing import publish_head

    path = publish_head(file, [JudgeEffects.from_json(each.read_bytes()) for each in measured])
    Console(soft_wrap=True).print(f"Wrote {path} and {path.with_suffix('.md').name}; the manifest has its entry.")


def summary(found: VisibilityScores) -> str:
    """Two lines about a VisibilityScores."""
    return (
        f"{found.method} in the annotated boxes of {found.people} people in {found.images} images of {found.data}:"
        f" total F1 {found.all.total:.3f} ({found.total_low:.3f} to {found.total_high:.3f})\n"
        f"Labelled against not labelled: ROC AUC {found.auc:.3f};"
        f" confidence is off by {found.calibration_error:.3f} on average"
    )


def effect(found: FilterEffect) -> str:
    """Three lines about a FilterEffect."""
    precision, recall = found.hard
    return (
        f"All keypoints together: the filter leaves precision {precision:.3f} at recall {recall:.3f}\n"
        f"At that recall the best keypoints have precision {found.own_cut.precision:.3f} by {found.method}'s scores,"
        f" {found.combined_cut.precision:.3f} by the combined ones\n"
        f"Average precision over all recalls {found.own_cut.average_precision:.3f} and"
        f" {found.combined_cut.average_precision:.3f}"
    )


def _state_table(found: VisibilityScores) -> Table:
    from methods.types import VISIBILITY_STATES

    numbers = (
        Column(name.capitalize(), justify="right") for name in (*VISIBILITY_STATES, "total", "accuracy", "keypoints")
    )
    table = Table(Column("F1", no_wrap=True), *numbers, box=SIMPLE_HEAD, pad_edge=False)
    for keypoint, scores in (*found.by_keypoint.items(), ("all", found.all)):
        table.add_row(keypoint.replace("_", " "), *_state_cells(scores))
    return table


def _state_cells(scores: StateScores) -> list[str]:
    from methods.metrics.ap import score_text

    values = [*scores.f1.values(), scores.total, scores.accuracy]
    return [*map(score_text, values), str(scores.keypoints)]
