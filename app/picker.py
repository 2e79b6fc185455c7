"""What every tab works on: the image, and the methods that are shown. It stands above the tabs."""

import gradio as gr

from app.components import gallery, image_input, notice
from app.events import DECODING
from app.messages import STOPPING
from app.models import offered
from app.samples import offers
from app.state.visitor import VisitorState


class Picker:
    """Lays the strip of images and the methods out; the tab Compare answers their events, but for Stop, which ends what
    runs in any tab. `visitor` holds a VisitorState.

    `opened` changes whenever another image was opened, for tabs that show it too.
    """

    def __init__(self, visitor: gr.State) -> None:
        self.samples = offers()
        names = list(offered())
        with gr.Row(elem_classes="picker"):
            self.image = image_input.image_input()
            self.gallery = gallery.gallery(self.samples)
        with gr.Row(elem_classes="picked-methods"):
            self.chosen = gr.CheckboxGroup(names, value=names, label="Methods", container=False, elem_id="methods")
            self.run = gr.Button("Measure time", size="sm", min_width=110, elem_id="run")
            self.stop = gr.Button("Stop", size="sm", min_width=70, elem_id="stop")
            self.forget = gr.Button("Forget image", size="sm", min_width=110, elem_id="forget")
        self.notice = notice.notice()
        self.stop.click(stop, visitor, self.notice, **DECODING)
        self.opened = gr.State("")


def stop(visitor: VisitorState) -> str:
    """Let the visitor's long run end."""
    visitor.stopping = True
    return STOPPING
