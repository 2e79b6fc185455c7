"""The steps of each method's pipeline, by its intermediate outputs' type, as panels for the viewer."""

from collections.abc import Sequence

import numpy as np

from app.components.viewer_value import Panel, people_of, step
from app.outputs.bars import bars
from app.outputs.layers import PAGES, DrawnLayer, layers, names_of, own_poses
from app.outputs.marks import NOTHING
from app.outputs.step import Step
from methods.claims import sentences_of
from methods.types import Prediction

STEPS: dict[type, tuple[Step, ...]] = {kind: page.STEPS for kind, page in PAGES.items()}
RESULT = Step("The result", "The people that the method found.", "", poses=True)


def panels(method: str, prediction: Prediction, numbers: np.ndarray) -> list[Panel]:
    """One panel for each step of a method's prediction, in the viewer's form; numbers [N] are the people's.

    Where a step's effect was measured on the method's weights, it is said. A method without steps of its own gets one
    for each layer of its intermediate outputs.
    """
    drawn = {layer["name"]: layer for layer in layers(prediction, numbers, names_of(prediction))}
    steps = STEPS.get(type(prediction.intermediate)) or (
        *(Step(name, layer["meaning"], "", (name,)) for name, layer in drawn.items()),
        RESULT,
    )
    return [
        step(
            f"{count}. {each.title}",
            f"{each.text} {sentences_of(method, each.study)}".strip(),
            each.source,
            [drawn[name] for name in each.layers],
            _note([drawn[name] for name in each.layers]),
            people_of(prediction.poses, numbers) if each.poses else (),
            [bars(chart, prediction.intermediate, own_poses(prediction)) for chart in each.charts],
        )
        for count, each in enumerate(steps, start=1)
    ]


def _note(layers: Sequence[DrawnLayer]) -> str:
    """What is left out of a step's layers; that there is nothing only where all of them are empty."""
    notes = [layer["note"] for layer in layers]
    if NOTHING in notes and set(notes) != {NOTHING}:
        notes = [note for note in notes if note != NOTHING]
    return " ".join(dict.fromkeys(filter(None, notes)))
