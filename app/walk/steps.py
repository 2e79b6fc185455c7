"""The steps of each method's pipeline, by its evidence's type, as panels for the viewer."""

from typing import Any

import numpy as np

from app.components.viewer import people
from app.evidence.layers import layers, names_of
from app.walk import hybridpose, kapao, posedet, references
from app.walk.step import Step
from methods.hybridpose.decode import HybridPoseEvidence
from methods.kapao.decode import KapaoEvidence
from methods.posedet.decode import PoseDetEvidence
from methods.reference.movenet.decode import MoveNetEvidence
from methods.reference.yolo.decode import YoloEvidence
from methods.types import Prediction

STEPS: dict[type, tuple[Step, ...]] = {
    HybridPoseEvidence: hybridpose.STEPS,
    KapaoEvidence: kapao.STEPS,
    MoveNetEvidence: references.MOVENET,
    PoseDetEvidence: posedet.STEPS,
    YoloEvidence: references.YOLO,
}
ANSWER = Step("The answer", "The people that the method found.", "", poses=True)


def panels(prediction: Prediction, numbers: np.ndarray) -> list[dict[str, Any]]:
    """One panel for each step, in the viewer's form; numbers [N] are the people's.

    A method without steps of its own gets one for each layer of its evidence.
    """
    drawn = {layer["name"]: layer for layer in layers(prediction, numbers, names_of(prediction))}
    steps = STEPS.get(type(prediction.evidence)) or (
        *(Step(name, layer["meaning"], "", (name,)) for name, layer in drawn.items()),
        ANSWER,
    )
    return [
        {
            "name": f"{count}. {step.title}",
            "summary": step.title,
            "text": step.text,
            "source": step.source,
            "people": people(prediction.poses, numbers) if step.poses else [],
            "always": [drawn[name] for name in step.layers],
            "timing": None,
            "note": " ".join(drawn[name]["note"] for name in step.layers if drawn[name]["note"]),
            "layers": [],
            "truth": "",
            "oks": {},
        }
        for count, step in enumerate(steps, start=1)
    ]
