"""What the viewer is sent about an image, and about images that were worked out of it."""

import uuid
from collections.abc import Collection, Mapping
from typing import Any

import gradio as gr

from app.analysis.comparison import compare
from app.analysis.numbering import number_people
from app.components import viewer, viewer_value
from app.models import summaries
from app.state.photo_session import PhotoSession
from app.state.store import STORE
from methods.types import Prediction


def compared(
    session: PhotoSession,
    predictions: Mapping[str, Prediction],
    notes: Mapping[str, str] | None = None,
    asked: Mapping[str, Collection[str]] | None = None,
    link: str = "",
    filters: Mapping[str, viewer_value.Filter] | None = None,
) -> viewer_value.Value:
    """The predictions about a session's image, see viewer_value.value."""
    comparison = session.compare(predictions)
    return viewer_value.value(session.key, comparison, summaries(), notes, asked, link, session.imported, filters)


def image_value(session: PhotoSession) -> dict[str, Any]:
    """The session's image."""
    return viewer.image_value(session.image, session.key, session.credit)


def derived_image(key: str | None, index: int) -> Any:
    """The viewer's panels for one of the images of the session under a key: a step of a stress, a frame of a video.

    An image has a title, an image, predictions by method, and people [N, K, 2] who were numbered before as `known`.
    """
    kept = STORE.get(key)
    if kept is None or index >= len(kept.derived):
        return gr.skip()
    derived = kept.derived[int(index)]
    name = uuid.uuid4().hex
    numbers, _ = number_people(derived.known, derived.predictions)
    value = viewer_value.value(name, compare(derived.predictions, numbers), summaries())
    return gr.update(value=value, image=viewer.image_value(derived.image, name))
