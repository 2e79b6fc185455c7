"""One picture of those that were worked out of a visitor's photo or video: what the viewer shows of it."""

from typing import Any

import gradio as gr

from app.components import viewer
from app.models import summaries
from app.state.photo_session import PhotoSession
from app.state.store import STORE


def look(key: str | None, index: int) -> Any:
    """The viewer's panels for one of the pictures of the session under a key: a step of a stress, a frame of a video.

    A picture has a title, an image, predictions by method, and people [N, K, 2] who were numbered before as `known`.
    """
    kept = STORE.get(key)
    if kept is None or index >= len(kept.pictures):
        return gr.skip()
    picture = kept.pictures[int(index)]
    session = PhotoSession(picture.image, picture.title, known=picture.known)
    return gr.update(
        value=viewer.answer(session, picture.predictions, {}, summaries(), {}), photo=viewer.photo(session)
    )
