"""A model card: what weights reach, how they were trained, and what their use may be."""

from pathlib import Path

from methods import weights
from methods.evaluation.results import score_text
from methods.evaluation.run import Evaluation
from methods.evaluation.visibility import VisibilityScores
from methods.training.recipe import Recipe, Validation
from methods.training.trainer import best_score


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
    return f"""---
license: {recipe.licence.lower()}
pipeline_tag: keypoint-detection
---
# {name}

{recipe.provenance}

`{path.name}`, {recipe.licence}, SHA-256 `{weights.sha256_of(path)}`

{measured_section(found)}
{f1_section(name, told, recipe.validation) if told else ""}Of {len(history)} epochs the best by validation
{measure.upper()} was kept ({best_score(history, measure):.3f} at {recipe.validation.input_size} px), judged on the
images of the table, so the table flatters a little.

{training_section(recipe, command, history)}

## Use
{recipe.data_terms}
"""


def measured_section(found: Evaluation) -> str:
    """The ten measures with their intervals, and the command that makes them."""
    low, high = found.interval.low.model_dump(), found.interval.high.model_dump()
    titles = found.ap.titles()
    rows = [
        f"| {titles[key]} | {score_text(value)} | {score_text(low[key])} to {score_text(high[key])} |"
        for key, value in found.ap.model_dump().items()
    ]
    return f"""## Measured
{found.images} images, {found.people} people of `{found.data}`; input {found.input_size} px; evaluation preset; these
half-precision weights. Intervals: 95%, bootstrap over images.

| measure | value | interval |
| --- | --- | --- |
{chr(10).join(rows)}

```
{found.command}
```"""


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


def training_section(recipe: Recipe, command: str, history: list[dict]) -> str:
    """Stages, photos and the command that trains the same again."""
    hours = sum(entry["seconds"] for entry in history) / 3600
    sources = ", ".join(f"{source} ({weight:g} times an epoch)" for source, weight in recipe.sources.items())
    stages = "\n".join(
        f"{number}. {stage.epochs} epochs at {' or '.join(map(str, stage.sizes))} px"
        + (f", {', '.join(prefix.rstrip('.') for prefix in stage.freeze)} at rest" if stage.freeze else "")
        for number, stage in enumerate(recipe.stages, 1)
    )
    return f"""## Training
{recipe.summary}

{stages}

Images: {sources}. {recipe.optimiser.upper()}, learning rate {recipe.learning_rate:g}
(body {recipe.body_rate:g} of it), batch {recipe.batch_size}, {hours:.1f} hours.

```
{command}
```"""
