"""The tab Look inside: one method's pipeline, step by step, on the photo of the tab Compare."""

from typing import Any

import gradio as gr

from app.components import notice, viewer
from app.components.steps import panels
from app.events import CHOICE
from app.models import offered
from app.state.store import STORE
from app.tabs.compare import CompareTab
from app.wording import NO_PHOTO


class InsideTab:
    """Lays the tab out and answers its events; `compare` holds the photo and the settings, `tab` is the tab itself."""

    def __init__(self, compare: CompareTab, tab: gr.Tab) -> None:
        self.compare = compare
        names = list(offered())
        self.method = gr.Radio(names, value=names[0], label="Method", elem_id="inside-method")
        self.notice = notice.notice("inside-notice")
        self.viewer = viewer.viewer("inside-viewer", "steps")
        gr.on(
            [tab.select, self.method.input],
            self.walk,
            [compare.key, self.method, *compare.panel.fields],
            [self.viewer, self.notice],
            show_progress_on=self.viewer,
            **CHOICE,
        )

    def walk(self, key: str | None, name: str, *fields: Any) -> tuple[Any, str]:
        """The method's steps on the session's photo; its network runs if it has not yet."""
        session = STORE.get(key)
        if session is None:
            return gr.skip(), NO_PHOTO
        method = {name: offered()[name]}
        session.infer(method)
        prediction = session.decode(method, self.compare.panel.read(fields))[name]
        numbers = session.number_people({name: prediction})[name]
        value = viewer.scene(session) | {"panels": panels(name, prediction, numbers)}
        return gr.update(value=value, photo=viewer.photo(session)), ""
