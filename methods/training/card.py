"""A model card: what weights reach, how they were trained, and what their use may be."""

from collections.abc import Sequence
from pathlib import Path

from methods import weights
from methods.analysis.run import Evaluation
from methods.analysis.study import Study
from methods.backbones.small_body import CHECKPOINT, HEAD, load_small_body
from methods.metrics.results import score_text
from methods.metrics.visibility import VisibilityScores
from methods.training.recipe import Recipe, Validation


def model_card(
    path: Path,
    shares_body: bool,
    recipe: Recipe,
    command: str,
    history: list[dict],
    best: float,
    found: Evaluation,
    told: VisibilityScores | None = None,
    studies: Sequence[Study] = (),
    note: str = "",
) -> str:
    """Markdown about the weights at `path`: numbers, how `command` trained them, on what, what their use may be.

    `shares_body` says whether they are a head behind the small body; `best` is the validation of the epoch they are
    from, `note` what their task took from the training data.
    """
    name, measure = path.stem, recipe.validation.measure
    boxes = ", in the annotated boxes" if recipe.validation.annotated_boxes else ""
    return f"""---
license: {recipe.licence.lower()}
pipeline_tag: keypoint-detection
---
# {name}

{recipe.provenance}

`{path.name}`, {recipe.licence}, SHA-256 `{weights.sha256_of(path)}`

{measured_section(found)}
{f1_section(name, told, recipe.validation) if told else ""}
Of {len(history)} epochs the one of the best {measure.upper()} was kept ({best:.3f} at
{recipe.validation.input_size} px{boxes}), judged on the images of the table, so the table flatters a little.

{origin_section(path, shares_body)}{studies_section(studies)}{training_section(recipe, command, history, note)}

## Use
{recipe.data_terms}
"""


def origin_section(path: Path, shares_body: bool) -> str:
    """What was learned here and what was taken from a checkpoint, for variants behind the small body."""
    if not shares_body:
        return ""
    tensors = weights.load(path).values(), load_small_body().state_dict().values()
    head, body = (sum(each.numel() for each in some) / 1e6 for some in tensors)
    return f"""## Learned here, taken from the checkpoint
| part | numbers | from |
| --- | --- | --- |
| learned here: the head, all of this file | {head:.2f} M | random numbers |
| taken from the checkpoint: the body | {body:.2f} M | layers 0 to {HEAD - 1} of `{CHECKPOINT}`, unchanged |

"""


def studies_section(studies: Sequence[Study]) -> str:
    """What the paper claims of itself, as these weights have it."""
    if not studies:
        return ""
    return "## What the paper claims, on these weights\n" + "\n".join(each.to_markdown() for each in studies) + "\n"


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
How well absent, occluded and visible keypoints are told apart in the annotated boxes (F1; the total weighs the classes
by their sizes), and the area under the ROC curve of labelled against not labelled keypoints:

| state | F1 | interval |
| --- | --- | --- |
{chr(10).join(rows)}
| total | {score_text(told.all.total)} | {score_text(told.total_low)} to {score_text(told.total_high)} |

ROC AUC {score_text(told.auc)}, expected calibration error {score_text(told.calibration_error)}.

```
python -m methods study visibility {name} --annotations {where.folder}/annotations_{where.split}.json
```
"""


def training_section(recipe: Recipe, command: str, history: list[dict], note: str = "") -> str:
    """Stages, images, the `note` and the command that trains the same again."""
    minutes = sum(entry["seconds"] for entry in history) / 60
    took = f"{minutes:.0f} min" if minutes < 60 else f"{minutes / 60:.1f} h"
    slow = f" (body {recipe.body_rate:g} of it)" if recipe.body_rate < 1 else ""
    sources = ", ".join(f"{source} ({weight:g} times an epoch)" for source, weight in recipe.sources.items())
    stages = "\n".join(
        f"{number}. {stage.epochs} epochs at {' or '.join(map(str, stage.sizes))} px"
        + (f", {', '.join(prefix.rstrip('.') for prefix in stage.freeze)} at rest" if stage.freeze else "")
        for number, stage in enumerate(recipe.stages, 1)
    )
    return f"""## Training
{recipe.summary}

{stages}

Images: {sources}. {recipe.optimiser.upper()}, learning rate {recipe.learning_rate:g}{slow},
batch {recipe.batch_size}, {took}.{f" {note}" if note else ""}

```
{command}
```"""
