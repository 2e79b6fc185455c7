"""What the viewer is sent about an image, and about images that were worked out of it."""

import uuid
from collections.abc import Collection, Mapping
from typing import Any

import gradio as gr

from app.analysis.comparison import compare
from app.analysis.numbering import number_people
from app.components import viewer, viewer_value
from app.components.viewer_schema import Filter, Value
from app.messages import NOBODY_IMPORTED, why_empty
from app.models import summaries
from app.state.controls import Controls
from app.state.finding import known
from app.state.photo_session import PhotoSession
from app.state.store import STORE
from app.state.visibility import judgements
from app.thresholds import filters_of
from methods.types import Prediction


def compared(
    session: PhotoSession,
    predictions: Mapping[str, Prediction],
    notes: Mapping[str, str] | None = None,
    asked: Mapping[str, Collection[str]] | None = None,
    filters: Mapping[str, Filter] | None = None,
) -> Value:
    """The predictions about a session's image, see viewer_value.value."""
    comparison, judged = session.compare(predictions), judgements(session, predictions)
    return viewer_value.value(
        session.key, comparison, summaries(), notes, asked, session.imported, filters, session.timings, judged
    )


def viewer_of(session: PhotoSession, controls: Controls) -> Value:
    """What the viewer draws of the methods that are shown and whose networks have run, or whose predictions are
    kept."""
    predictions, settings = known(session, controls), controls.settings
    notes = {
        name: why_empty(settings[name]) if name in settings else NOBODY_IMPORTED
        for name, found in predictions.items()
        if not len(found.poses)
    }
    return compared(session, predictions, notes, controls.layers, filters_of(session, controls))


def image_value(session: PhotoSession) -> dict[str, Any]:
    """The session's image."""
    return viewer.image_value(session.image, session.key, session.credit, session.caption)


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
    return gr.update(value=viewer.sent(value), image=viewer.image_value(derived.image, name))
