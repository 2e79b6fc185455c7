"""A session's results as files: JSON (COCO results), CSV (a row for each keypoint), PNG (poses drawn side by side)."""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image, ImageDraw, ImageFont

from app.state.photo_session import PhotoSession
from app.state.visibility import judgements
from methods.drawing import draw_poses
from methods.spreadsheets import to_csv as to_csv_text
from methods.types import Prediction, Timing
from methods.visibility.judgement import HIDDEN, MISPLACED, OUTSIDE, STATES, Judgement

IMAGE_ID = 1  # COCO results name their image by number; there is only this one
PNG_SIDE = 1600  # px; the longer side of each image in the drawn image
TITLE_HEIGHT = 40  # px
# The visibility of keypoints in each of STATES; where that is not known they are drawn as visible ones.
FLAGS = np.eye(3)[[*({OUTSIDE: 0, HIDDEN: 1}.get(state, 2) for state in STATES), 2]]


def results(session: PhotoSession, predictions: Mapping[str, Prediction]) -> dict[str, Any]:
    """What both the JSON download and the API give; under `results` a list in COCO's keypoint results format.

    `milliseconds` are medians of several runs, null where nobody measured. Beside COCO's fields each person has
    `keypoint_states`, one of STATES for each keypoint, and `state_chances`; null where it was not judged.
    """
    height, width = session.image.shape[:2]
    judged = judgements(session, predictions)
    return {
        "image": {"file_name": session.name, "id": IMAGE_ID, "width": width, "height": height},
        "methods": {
            name: {
                "people": len(prediction.poses),
                "milliseconds": _milliseconds(session.timings.get(name)),
                "results": _with_states(prediction.poses.to_coco(IMAGE_ID), judged[name]),
            }
            for name, prediction in predictions.items()
        },
    }


def _with_states(found: Sequence[dict[str, Any]], judgement: Judgement) -> list[dict[str, Any]]:
    names, chances = _state_names(judgement).tolist(), judgement.of_states()
    return [
        result
        | {
            "keypoint_states": names[i],
            "state_chances": {state: _plain(chances[i, :, number]) for number, state in enumerate(STATES)},
        }
        for i, result in enumerate(found)
    ]


def _state_names(judgement: Judgement) -> np.ndarray:
    """Each keypoint's state by name [N, K]; None where it is not known."""
    return np.array([*STATES, None], dtype=object)[judgement.states()]


def _plain(chances: np.ndarray) -> list[float | None]:
    return [None if np.isnan(each) else round(float(each), 3) for each in chances]


def _milliseconds(spent: Timing | None) -> dict[str, float] | None:
    return None if spent is None else {**vars(spent), "total": spent.total}


def to_json(session: PhotoSession, predictions: Mapping[str, Prediction]) -> bytes:
    """`results` as UTF-8 JSON."""
    return json.dumps(results(session, predictions), indent=1, ensure_ascii=False).encode()


def to_csv(session: PhotoSession, predictions: Mapping[str, Prediction]) -> bytes:
    """Poses.to_pandas of every method below one another, with keypoints' states and how likely each is; `same_person`
    is the number shown in the viewer."""
    numbers, judged = session.number_people(predictions), judgements(session, predictions)
    tables = []
    for name, prediction in predictions.items():
        table = replace(prediction.poses, visibility=None).to_pandas()
        table.insert(0, "method", name)
        table.insert(2, "same_person", numbers[name][table["person"]] + 1)
        table["state"] = _state_names(judged[name]).ravel()
        table[list(STATES)] = judged[name].of_states().reshape(-1, len(STATES)).round(3)
        tables.append(table)
    return to_csv_text(pd.concat(tables, ignore_index=True)).encode()


def to_png(session: PhotoSession, predictions: Mapping[str, Prediction]) -> bytes:
    """Every method's poses drawn onto the image, side by side under the method's name."""
    numbers, judged = session.number_people(predictions), judgements(session, predictions)
    panels = []
    for name, prediction in predictions.items():
        states = judged[name].states()
        poses = replace(prediction.poses, visibility=FLAGS[states])
        misplaced = states == STATES.index(MISPLACED)
        drawn = Image.fromarray(draw_poses(session.image, poses, numbers[name], misplaced=misplaced))
        drawn.thumbnail((PNG_SIDE, PNG_SIDE))
        count = len(prediction.poses)
        panels.append(_titled(drawn, f"{name}: {count} {'person' if count == 1 else 'people'}"))
    image = np.concatenate([np.asarray(panel) for panel in panels], axis=1)
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG")
    return buffer.getvalue()


def file_name(session: PhotoSession, suffix: str) -> str:
    """Name for a download, after the image's."""
    return f"{Path(session.name).stem}-poses.{suffix}"


def _titled(image: Image.Image, title: str) -> Image.Image:
    page = Image.new("RGB", (image.width, image.height + TITLE_HEIGHT), "#101418")
    page.paste(image, (0, TITLE_HEIGHT))
    font = ImageFont.load_default(20)
    ImageDraw.Draw(page).text((12, TITLE_HEIGHT // 2), title, fill="#f4f1ea", font=font, anchor="lm")
    return page
