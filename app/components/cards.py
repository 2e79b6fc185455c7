"""Crops of people in a grid: ground truth and predictions drawn over part of an image, with words below."""

import base64
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
from PIL import Image

from app.analysis.card import Card
from app.analysis.crops import Region, crop
from methods.skeletons import Skeleton

SCRIPT = Path(__file__).resolve().parents[1] / "static" / "cards.js"
SIDE = 300  # px, the longer side of a crop; of a whole image twice that


def head() -> str:
    """What the page's head needs: the script, once for all grids."""
    return f"<script>{SCRIPT.read_text(encoding='utf-8')}</script>"


def cards(elem_id: str, wide: bool = False) -> gr.HTML:
    """The component; its value is what `shown` gives, its event `select` carries `card`, a position."""
    return gr.HTML(
        value=None,
        html_template=f'<div class="cards{" wide" if wide else ""}"></div>',
        js_on_load="mountCards(element, props, watch, trigger);",
        apply_default_css=False,
        elem_id=elem_id,
    )


def shown(cards: Sequence[Card], skeleton: Skeleton, note: str = "") -> dict[str, Any]:
    """The component's value; `note` stands there where there are no cards. An image of several whole views goes
    once."""
    images: list[dict[str, Any]] = []
    places: dict[tuple[int, Region], int] = {}
    listed = [_card(card, _image(card, images, places)) for card in cards]
    return {
        "keypoints": [keypoint.replace("_", " ") for keypoint in skeleton.keypoints],
        "limbs": [list(limb) for limb in skeleton.limbs],
        "images": images,
        "cards": listed,
        "note": note,
    }


def _image(card: Card, images: list[dict[str, Any]], places: dict[tuple[int, Region], int]) -> int | None:
    if card.image is None:
        return None
    key = (id(card.image), card.region)
    if key not in places:
        places[key] = len(images)
        images.append(_cut(card.image, card.region))
    return places[key]


def _cut(image: np.ndarray, region: Region) -> dict[str, Any]:
    x1, y1, x2, y2 = region
    whole = x2 - x1 >= image.shape[1]
    buffer = io.BytesIO()
    Image.fromarray(crop(image, region, SIDE * 2 if whole else SIDE)).save(buffer, "JPEG", quality=80)
    source = "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
    return {"src": source, "place": [round(number, 1) for number in (x1, y1, x2 - x1, y2 - y1)]}


def _card(card: Card, image: int | None) -> dict[str, Any]:
    x1, y1, x2, y2 = card.region
    return {
        "image": image,
        "view": [round(number, 1) for number in (x1, y1, x2 - x1, y2 - y1)],
        "people": [
            {"role": one.role, "colour": one.colour, "keypoints": [_keypoint(keypoint) for keypoint in one.keypoints]}
            for one in card.people
        ],
        "title": card.title,
        "lines": list(card.lines),
        "marks": [[round(float(number), 1) for number in way] for way in card.ways],
        "verdict": card.verdict,
        "good": card.good,
        "button": card.button,
    }


def _keypoint(keypoint: np.ndarray) -> list[float] | None:
    return None if np.isnan(keypoint).any() else [round(float(number), 1) for number in keypoint]
