"""A session's results as files: JSON (COCO results), CSV (a row for each keypoint), PNG (poses drawn side by side)."""

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image, ImageDraw, ImageFont

from app.state.photo_session import PhotoSession
from methods.drawing import draw_poses
from methods.spreadsheets import to_csv as to_csv_text
from methods.types import Prediction, Timing

IMAGE_ID = 1  # COCO results name their image by number; there is only this one
PNG_SIDE = 1600  # px; the longer side of each image in the drawn image
TITLE_HEIGHT = 40  # px


def results(session: PhotoSession, predictions: Mapping[str, Prediction]) -> dict[str, Any]:
    """What both the JSON download and the API give; under `results` a list in COCO's keypoint results format.

    `milliseconds` are medians of several runs, null where nobody measured.
    """
    height, width = session.image.shape[:2]
    return {
        "image": {"file_name": session.name, "id": IMAGE_ID, "width": width, "height": height},
        "methods": {
            name: {
                "people": len(prediction.poses),
                "milliseconds": _milliseconds(session.timings.get(name)),
                "results": prediction.poses.to_coco(IMAGE_ID),
            }
            for name, prediction in predictions.items()
        },
    }


def _milliseconds(spent: Timing | None) -> dict[str, float] | None:
    return None if spent is None else {**vars(spent), "total": spent.total}


def to_json(session: PhotoSession, predictions: Mapping[str, Prediction]) -> bytes:
    """`results` as UTF-8 JSON."""
    return json.dumps(results(session, predictions), indent=1, ensure_ascii=False).encode()


def to_csv(session: PhotoSession, predictions: Mapping[str, Prediction]) -> bytes:
    """Poses.to_pandas of every method below one another; `same_person` is the number shown in the viewer."""
    numbers = session.number_people(predictions)
    tables = []
    for name, prediction in predictions.items():
        table = prediction.poses.to_pandas()
        table.insert(0, "method", name)
        table.insert(2, "same_person", numbers[name][table["person"]] + 1)
        tables.append(table)
    return to_csv_text(pd.concat(tables, ignore_index=True)).encode()


def to_png(session: PhotoSession, predictions: Mapping[str, Prediction]) -> bytes:
    """Every method's poses drawn onto the image, side by side under the method's name."""
    numbers = session.number_people(predictions)
    panels = []
    for name, prediction in predictions.items():
        drawn = Image.fromarray(draw_poses(session.image, prediction.poses, numbers[name]))
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
