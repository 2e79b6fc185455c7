"""The tab Look inside: one method's pipeline, step by step, on the image of the tab Compare."""

from typing import Any

import gradio as gr

from app.components import notice, viewer, viewer_value
from app.components.steps import panels
from app.events import CHOICE
from app.messages import NO_IMAGE
from app.models import offered
from app.picker import Picker
from app.shown_images import image_value
from app.state.finding import find
from app.state.visitor import VisitorState


class InsideTab:
    """Lays the tab out and answers its events; `visitor` holds a VisitorState, `tab` is the tab itself."""

    def __init__(self, visitor: gr.State, tab: gr.Tab, picker: Picker) -> None:
        self.name = str(tab.label)
        names = list(offered())
        self.method = gr.Radio(names, value=names[0], label="Method", elem_id="inside-method")
        self.linked = {"method": self.method}
        self.notice = notice.notice("inside-notice")
        self.viewer = viewer.viewer("inside-viewer", "steps")
        given, shown = [visitor, self.method], [self.viewer, self.notice]
        busy = CHOICE | {"show_progress_on": self.viewer}
        gr.on([tab.select, self.method.input], self.show_steps, given, shown, **busy)
        picker.opened.change(self.follow, given, shown, **busy)

    def follow(self, visitor: VisitorState, name: str) -> tuple[Any, Any]:
        """The steps on the image that was just opened, where this tab is open; nothing where it was forgotten."""
        if visitor.session is None:
            return viewer.cleared(), ""
        return self.show_steps(visitor, name) if visitor.tab == self.name else (gr.skip(), gr.skip())

    def show_steps(self, visitor: VisitorState, name: str) -> tuple[Any, str]:
        """The method's steps on the image; its network runs if it has not yet."""
        session = visitor.session
        if session is None:
            return gr.skip(), NO_IMAGE
        prediction = find(session, visitor.controls, [name])[name]
        numbers = session.number_people({name: prediction})[name]
        value = viewer_value.bare(session.key)
        value["panels"] = panels(name, prediction, numbers)
        return gr.update(value=viewer.sent(value), image=image_value(session)), ""
