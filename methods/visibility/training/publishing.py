"""Putting a judging head beside the published weights, with a model card that quotes what was measured of it."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from methods import weights
from methods.visibility.judge import BODY, JUDGE
from methods.visibility.studies.judging import JudgeEffects
from methods.visibility.studies.measured import keep_measured
from methods.visibility.training.judge import JudgeRecipe
from methods.writing import write_text, write_whole

LICENCE = "AGPL-3.0"
PROVENANCE = (
    "Learned here from random numbers on what seven methods find in human and pseudo-labelled images. It reads"
    " visibility-n, which is unchanged, on the body of Ultralytics' yolo11n-pose (AGPL-3.0, trained on COCO 2017)."
)
USE = (
    "Research use, as the images: Leeds Sports Pose Extended (Johnson and Everingham, CVPR 2011; labels completed by"
    " MoveNet and BlazePose) and 272 images of COCO 2017 (annotations CC BY 4.0, images under Flickr's terms)."
)


def publish_head(file: Path, measured: Sequence[JudgeEffects], folder: Path = weights.WEIGHTS_DIR) -> Path:
    """Copy a head's `file` to `folder`/visibility-n-judge.safetensors, with its card, its manifest entry and what was
    measured of it; returns where."""
    fresh = folder / f"{JUDGE}.fresh"
    write_whole(fresh, lambda beside: shutil.copyfile(file, beside))
    entry = weights.Entry(
        file=f"{JUDGE}.safetensors",
        sha256=weights.sha256_of(fresh),
        size=fresh.stat().st_size,
        licence=LICENCE,
        provenance=PROVENANCE,
        metrics={one.data: {"said": one.sentences()} for one in measured},
        beside=BODY,
    )
    path = weights.put_in_place(JUDGE, fresh, entry, folder / weights.MANIFEST.name)
    write_text(folder / f"{JUDGE}.md", card(entry, measured))
    keep_measured(measured, folder)
    return path


def card(entry: weights.Entry, measured: Sequence[JudgeEffects]) -> str:
    """The model card, in Markdown."""
    recipe = JudgeRecipe()
    sources = ", ".join(f"{name} ({times:g} times)" for name, times in recipe.sources.items())
    sections = "\n".join(one.to_markdown() for one in measured)
    return f"""---
license: agpl-3.0
pipeline_tag: keypoint-detection
---
# {JUDGE}

The head with which {BODY} judges the keypoints of any method: whether each is inside the image, seen, labelled and in
its place. {PROVENANCE}

`{entry.file}`, {entry.licence}, SHA-256 `{entry.sha256}`

## Measured
{sections}
Presets are thresholds at which, of the images that it learned from, at most 1 in 20, 10 or 5 of the keypoints that are
left out was there; on other images it may be more.

## Training
On what {", ".join(recipe.methods)} find in images of {sources}, cut at their borders and with patches pasted over
keypoints; {recipe.epochs} epochs. Whether a keypoint is inside and seen is exact where it was cut off or covered, and
follows from people's labels elsewhere. Chances of annotators' flags are then calibrated by four numbers on the images
that people labelled, whole and uncovered.

```
python -m methods study learn-judge --data DATA --output FILE
```

## Use
{USE}
"""
