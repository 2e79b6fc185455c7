"""A visitor's own data: the files, and how the annotations among them are to be read."""

from typing import Any

import gradio as gr

from app.analysis.reading import SKELETONS, USUAL_CATEGORY, category_options, usual_sigmas
from app.components.image_input import file_input
from app.events import CHOICE
from app.limits import LOCAL, RUN_IMAGES
from app.server.gate import Upload
from app.state.uploads import DatasetForm, offered_categories
from methods.data.annotation_reading import AnnotationReading
from methods.errors import DataError

SIGMAS = "one for each keypoint with commas between, or one for all; empty: as shown"
READING = CHOICE | {"show_progress": "hidden"}  # in the queue of networks, where few at once read large files
ABOUT = (
    f'<p class="pv-hint">With images, the methods ticked in Compare run on up to {RUN_IMAGES} of them; results files of'
    " any method need none. What cannot be used is left out and counted.</p>"
)


class DataForm:
    """Lays the fields out, folded; `inputs` are for an event whose function hands their values to `read`."""

    def __init__(self) -> None:
        with gr.Accordion("Your own data", open=False):
            drop = gr.File(
                label="Annotations (COCO .json), and images (.zip) or results (.json)",
                file_count="multiple", file_types=[".json", ".zip"], height=150, elem_id="trade-files",
            )  # fmt: skip
            self.files = file_input(drop, several=True)
            self.folder = gr.Textbox(
                "", label="Or a folder of images on this machine", visible=LOCAL, elem_id="trade-folder"
            )
            self.category = gr.Dropdown(
                [(USUAL_CATEGORY, "")], value="", label="Category", allow_custom_value=True, elem_id="trade-category",
                info="whose keypoints count",
            )  # fmt: skip
            self.skeleton = gr.Dropdown(
                SKELETONS, value="", label="Skeleton", elem_id="trade-skeleton", info="which keypoints they are"
            )
            self.sigmas = gr.Textbox("", label="OKS sigmas", info=SIGMAS, elem_id="trade-sigmas")
            self.run = gr.Checkbox(
                True, label="Run the methods too where there are results", elem_id="trade-run",
                info="on the images, to be compared with the results",
            )  # fmt: skip
            self.use = gr.Button("Use these files", variant="primary", elem_id="trade-use")
            gr.HTML(ABOUT, apply_default_css=False)
        self.inputs = [self.files, self.folder, self.category, self.skeleton, self.sigmas, self.run]
        fields = [self.files, self.category, self.skeleton]
        self.files.change(self.offer_fields, fields, [self.category, self.sigmas], **READING)
        for field in (self.category, self.skeleton):
            field.input(self.show_sigmas, fields, self.sigmas, **READING)

    def offer_fields(self, files: list[Upload], category: str, skeleton: str) -> tuple[Any, Any]:
        """The categories that the annotations have, and the sigmas that hold for the one chosen."""
        try:
            choices = offered_categories(files)
        except DataError:  # it is told when the files are used; most often the annotations are yet to come
            choices = []
        options = category_options(choices)
        chosen = category if category in {value for _, value in options} else ""
        return gr.update(choices=options, value=chosen), _sigmas(*usual_sigmas(choices, chosen, skeleton))

    def show_sigmas(self, files: list[Upload], category: str, skeleton: str) -> Any:
        """The sigmas that hold for the chosen category and skeleton."""
        return self.offer_fields(files, category, skeleton)[1]

    @staticmethod
    def read(files: list[Upload], folder: str, category: str, skeleton: str, sigmas: str, run: bool) -> DatasetForm:
        """What was given."""
        return DatasetForm(files, folder, AnnotationReading(category, skeleton, sigmas), run)


def _sigmas(usual: str, whose: str) -> Any:
    return gr.update(placeholder=usual, info=f"{SIGMAS} ({whose})" if whose else SIGMAS)
