"""From a finished training to published weights: half precision, measured, with a model card and a manifest entry."""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file

from methods import weights
from methods.backbones.inference import round_for_bfloat16
from methods.catalog import create, find_variant
from methods.data.coco import CocoKeypoints
from methods.errors import WeightsError
from methods.evaluation.ap import score_text
from methods.evaluation.run import Evaluation, evaluate
from methods.evaluation.visibility import VisibilityScores, measure_visibility
from methods.training.checkpoint import write_whole
from methods.training.recipe import Recipe, Validation
from methods.training.report import METRICS
from methods.training.trainer import BEST, COMMAND, best_score


def publish(name: str, run: Path, recipe: Recipe, validation: CocoKeypoints, folder: Path | None = None) -> Path:
    """Write `folder`/NAME.safetensors from the best weights in `run`, NAME.md beside it, and the manifest entry.

    `folder` is that of the published weights unless another is given. The numbers are those of the published
    half-precision file with the evaluation preset on `validation`. Raises WeightsError where the training kept no
    weights or they do not fit into half precision.
    """
    if not (run / BEST).is_file():
        raise WeightsError(f"{run} holds no {BEST}; train first, at least to the first validation.")
    folder = folder or weights.WEIGHTS_DIR
    history = [json.loads(line) for line in (run / METRICS).read_text().splitlines()]
    path = folder / f"{name}.safetensors"
    state = halved(rounded(name, run / BEST))
    write_whole(path, lambda beside: save_file(state, beside, metadata={"format": "pt"}))
    path.chmod(0o644)  # safetensors writes it for its owner only
    where = recipe.validation
    measured_by = (
        f"python -m methods evaluate {name} --annotations {where.folder}/annotations_{where.split}.json"
        f" --images {where.folder}"
    )
    method = create(name, weights=path)
    found = evaluate(method, validation, command=measured_by)
    told = measure_visibility(method, validation) if where.measure == "f1" else None
    (folder / f"{name}.md").write_text(model_card(path, recipe, (run / COMMAND).read_text(), history, found, told))
    manifest = folder / weights.MANIFEST.name
    entries = dict(weights.read_manifest(manifest)) if manifest.exists() else {}
    entries[name] = weights.Entry(
        file=path.name,
        sha256=weights.sha256_of(path),
        size=path.stat().st_size,
        licence=recipe.licence,
        provenance=recipe.provenance,
        metrics=metrics_of(found) | (f1_of(told) if told else {}),
    )
    weights.write_manifest(entries, manifest)
    return path


def rounded(name: str, path: Path) -> dict[str, torch.Tensor]:
    """The weights at `path` of variant `name`, so rounded that prediction in bfloat16 rounds them no more."""
    variant = find_variant(name)
    family = variant.method_class()
    network = family.Network(**variant.options)
    weights.load_into(network, path)
    round_for_bfloat16(network.eval(), family.exact_layers(network))
    return network.state_dict()


def halved(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The same tensors, sorted, floating ones in half precision; raises WeightsError where one is out of its range."""
    found = {name: value.half() if value.is_floating_point() else value for name, value in sorted(state.items())}
    for name, value in found.items():
        if not value.isfinite().all():
            raise WeightsError(f"{name} does not fit into half precision; train with weight decay or a lower rate.")
    return found


def metrics_of(found: Evaluation) -> dict[str, object]:
    """What the manifest says of an evaluation."""
    interval = [round(found.interval.low.ap, 3), round(found.interval.high.ap, 3)]
    measured = {"AP": round(found.ap.ap, 3), "AP_interval": interval, "AP50": round(found.ap.ap50, 3)}
    place = {"data": found.data, "images": found.images, "input_size": found.input_size}
    return measured | place | {"command": found.command}


def f1_of(told: VisibilityScores) -> dict[str, object]:
    """What the manifest says of how well states are told, in annotated boxes."""
    interval = [round(told.total_low, 3), round(told.total_high, 3)]
    each = {f"F1_{state}": round(value, 3) for state, value in told.all.f1.items()}
    return {"F1": round(told.all.total, 3), "F1_interval": interval} | each


def f1_section(name: str, told: VisibilityScores, where: Validation) -> str:
    """The card's table of how well states are told."""
    rows = [f"| {state} | {score_text(value)} | |" for state, value in told.all.f1.items()]
    return f"""
How well absent, occluded and visible joints are told apart in the annotated boxes (F1; the total weighs the classes by
their sizes), and the area under the ROC curve of labelled against not labelled joints:

| state | F1 | interval |
| --- | --- | --- |
{chr(10).join(rows)}
| total | {score_text(told.all.total)} | {score_text(told.total_low)} to {score_text(told.total_high)} |

ROC AUC {score_text(told.auc)}, expected calibration error {score_text(told.calibration_error)}.

```
python -m methods study visibility {name} --annotations {where.folder}/annotations_{where.split}.json
```
"""


def model_card(
    path: Path,
    recipe: Recipe,
    command: str,
    history: list[dict],
    found: Evaluation,
    told: VisibilityScores | None = None,
) -> str:
    """Markdown about the weights at `path`: numbers, how `command` trained them, on what, what their use may be."""
    name, measure = path.stem, recipe.validation.measure
    hours = sum(entry["seconds"] for entry in history) / 3600
    low, high = found.interval.low.model_dump(), found.interval.high.model_dump()
    titles = found.ap.titles()
    rows = [
        f"| {titles[key]} | {score_text(value)} | {score_text(low[key])} to {score_text(high[key])} |"
        for key, value in found.ap.model_dump().items()
    ]
    sources = ", ".join(f"{source} ({weight:g} times an epoch)" for source, weight in recipe.sources.items())
    stages = "\n".join(
        f"{number}. {stage.epochs} epochs at {' or '.join(map(str, stage.sizes))} px"
        + (f", {', '.join(prefix.rstrip('.') for prefix in stage.freeze)} at rest" if stage.freeze else "")
        for number, stage in enumerate(recipe.stages, 1)
    )
    return f"""---
license: {recipe.licence.lower()}
pipeline_tag: keypoint-detection
---
# {name}

{recipe.provenance}

`{path.name}`, {recipe.licence}, SHA-256 `{weights.sha256_of(path)}`

## Measured
{found.images} images, {found.people} people of `{found.data}`; input {found.input_size} px; evaluation preset; these
half-precision weights. Intervals: 95%, bootstrap over images.

| measure | value | interval |
| --- | --- | --- |
{chr(10).join(rows)}

```
{found.command}
```
{f1_section(name, told, recipe.validation) if told else ""}Of {len(history)} epochs the best by validation
{measure.upper()} was kept ({best_score(history, measure):.3f} at {recipe.validation.input_size} px), judged on the
images of the table, so the table flatters a little.

## Training
{recipe.summary}

{stages}

Images: {sources}. {recipe.optimiser.upper()}, learning rate {recipe.learning_rate:g}
(body {recipe.body_rate:g} of it), batch {recipe.batch_size}, {hours:.1f} hours.

```
{command}
```

## Use
{recipe.data_terms}
"""
