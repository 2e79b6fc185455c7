"""What every tab works on: the image, and the methods that are shown. It stands above the tabs."""

import gradio as gr

from app.components import gallery, image_input, notice
from app.models import offered
from app.samples import offers


class Picker:
    """Lays the strip of images and the methods out; the tab Compare answers their events.

    `opened` changes whenever another image was opened, for tabs that show it too.
    """

    def __init__(self) -> None:
        self.samples = offers()
        names = list(offered())
        with gr.Row(elem_classes="picker"):
            self.image = image_input.image_input()
            self.gallery = gallery.gallery(self.samples)
        with gr.Row(elem_classes="picked-methods"):
            self.chosen = gr.CheckboxGroup(names, value=names, label="Methods", container=False, elem_id="methods")
            self.run = gr.Button("Run", variant="primary", size="sm", min_width=80, elem_id="run")
            self.forget = gr.Button("Forget image", size="sm", min_width=110, elem_id="forget")
        self.notice = notice.notice()
        self.opened = gr.State("")
