"""The viewer: photo and poses of several methods in panels that share zoom and pan. Drawn in the browser.

Gradio's Plot would send the photo once more with every change of a threshold, knows no clicks, and cannot be zoomed
with two fingers; so the panels are SVG of our own inside `gr.HTML`, and a new threshold sends only the poses.
"""

import base64
import io
import math
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
from PIL import Image

from app.analysis import truth
from app.analysis.ranking import ranking
from app.colours import person_colour
from app.limits import SHOWN_SIDE
from app.outputs.layers import NotKept, layers
from app.state.photo_session import PhotoSession
from methods.skeletons import COCO17
from methods.types import Poses, Prediction

STATIC = Path(__file__).resolve().parents[1] / "static"
SCRIPTS = (
    "view.js", "overlay.js", "marks.js", "inside.js", "table.js", "person.js", "ranking.js",
    "slide.js", "panel.js", "viewer.js",
)  # fmt: skip


def viewer(elem_id: str = "viewer", kind: str = "") -> gr.HTML:
    """The component, in a page with `head`; its value is what `answer` gives, its prop `photo` what `photo` gives.

    Its event `select` carries `layers`: for each method the names of the layers of evidence that the visitor wants.
    kind: a class for the style, such as "steps" for a pipeline's.
    """
    return gr.HTML(
        html_template=template(),
        js_on_load="mountViewer(element, props, watch, trigger);",
        apply_default_css=False,
        elem_id=elem_id,
        elem_classes=["viewer", *([kind] if kind else [])],
        photo=None,
    )


def script() -> str:
    """The viewer's JavaScript, which defines `mountViewer`."""
    return "\n".join((STATIC / name).read_text(encoding="utf-8") for name in SCRIPTS)


def head() -> str:
    """`script` for the page's head: sent once, however many viewers the page has, and defining `mountViewer` alone."""
    return f"<script>\nwindow.mountViewer = (() => {{\n{script()}\nreturn mountViewer;\n}})();\n</script>"


def template() -> str:
    """The viewer's HTML."""
    return (STATIC / "viewer.html").read_text(encoding="utf-8")


def style() -> str:
    """The viewer's CSS."""
    return (STATIC / "viewer.css").read_text(encoding="utf-8")


def photo(session: PhotoSession) -> dict[str, Any]:
    """The photo for the browser: a data URL (so that it lies in no file and under no address that others could ask
    for), at most SHOWN_SIDE pixels long, and the size in pixels that coordinates refer to."""
    height, width = session.image.shape[:2]
    picture = Image.fromarray(session.image)
    picture.thumbnail((SHOWN_SIDE, SHOWN_SIDE), reducing_gap=2.0)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=88)
    source = "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
    return {"id": session.photo, "src": source, "width": width, "height": height, "credit": session.credit}


def answer(
    session: PhotoSession,
    predictions: Mapping[str, Prediction],
    notes: Mapping[str, str],
    summaries: Mapping[str, str],
    inside: Mapping[str, Collection[str]],
    link: str = "",
) -> dict[str, Any]:
    """What the viewer draws: one panel for each method, with a note where nobody was found.

    inside: for each method the names of the layers of its evidence that are to be drawn; link: what brings this view
    back, "" for nothing.
    """
    numbers = session.number_people(predictions)
    near: dict[str, dict[int, float]] = {}
    wrong: dict[str, dict[int, list[str | None]]] = {}
    if session.truth is not None:
        near = {name: truth.scores(session.truth, each, numbers[name]) for name, each in predictions.items()}
        wrong = {name: truth.mistakes(session.truth, each, numbers[name]) for name, each in predictions.items()}
    return scene(session) | {
        "link": link,
        "truth": truth.people(session.truth) if session.truth is not None else [],
        "ranking": ranking(predictions, numbers),
        "panels": [
            {
                "name": name,
                "summary": "Results that you imported." if name in session.imported else summaries.get(name, name),
                "people": people(prediction.poses, numbers[name]),
                "timing": _timing(prediction) if name not in session.imported else None,
                "imported": name in session.imported,
                "note": notes.get(name, ""),
                "truth": truth.summary(session.truth, near[name]) if session.truth is not None else "",
                "oks": {str(number): value for number, value in near.get(name, {}).items()},
                "mistakes": {str(number): kinds for number, kinds in wrong.get(name, {}).items()},
                "layers": layers(prediction, numbers[name], inside.get(name, ())),
            }
            for name, prediction in predictions.items()
        ],
    }


def _timing(prediction: Prediction) -> dict[str, float] | None:
    """Milliseconds by stage; None for an answer that was kept from an earlier run, maybe on another machine."""
    return None if isinstance(prediction.evidence, NotKept) else vars(prediction.timing)


def scene(session: PhotoSession) -> dict[str, Any]:
    """What every answer about a session has, without panels, truth, ranking and link."""
    return {
        "photo": session.photo,
        "link": "",
        "truth": [],
        "ranking": {"people": [], "joints": []},
        "joints": list(COCO17.joints),
        "limbs": [list(limb) for limb in COCO17.limbs],
        "sigmas": list(COCO17.sigmas),
    }


def step(
    name: str,
    text: str,
    source: str,
    drawn: list[dict[str, Any]],
    note: str = "",
    shown: Sequence[dict[str, Any]] = (),
) -> dict[str, Any]:
    """A panel with words, with layers of evidence that are always drawn, and the people to show."""
    return {
        "name": name,
        "summary": name,
        "text": text,
        "source": source,
        "people": list(shown),
        "always": drawn,
        "timing": None,
        "imported": False,
        "note": note,
        "layers": [],
        "truth": "",
        "oks": {},
        "mistakes": {},
    }


def people(poses: Poses, numbers: np.ndarray) -> list[dict[str, Any]]:
    """Poses as plain numbers for the browser: joints are x, y, score, visibility flag and its probability, and where
    the method gives them those of absent, occluded and visible."""
    return [
        {
            "id": int(number),
            "colour": person_colour(int(number)),
            "score": round(float(poses.scores[i]), 3),
            "box": [round(float(edge), 1) for edge in poses.boxes[i]],
            "joints": [_joint(poses, i, k) for k in range(poses.keypoints.shape[1])],
        }
        for i, number in enumerate(numbers)
    ]


def _joint(poses: Poses, person: int, joint: int) -> list[float | None] | None:
    x, y = (float(value) for value in poses.keypoints[person, joint])
    if math.isnan(x) or math.isnan(y):
        return None
    score = float(poses.keypoint_scores[person, joint])
    place = [round(x, 1), round(y, 1), None if math.isnan(score) else round(score, 3)]
    if poses.visibility is None or np.isnan(poses.visibility[person, joint]).any():
        return [*place, None, None]
    states = poses.visibility[person, joint]
    state = int(states.argmax())
    return [*place, state, *(round(float(each), 3) for each in (states[state], *states))]
