"""A visitor's own data: the files, and how the annotations among them are to be read."""

from typing import Any

import gradio as gr

from app.analysis.reading import (
    CATEGORY,
    RESULTS_SKELETON,
    RESULTS_SKELETONS,
    SKELETON,
    SKELETONS,
    SPLIT,
    SPLIT_CHOICES,
    USUAL_CATEGORY,
    category_options,
    usual_sigmas,
)
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
    '<p class="pv-hint">Annotations are COCO\'s JSON and what is written alike, or a YOLO set as one zip file. Results '
    "of any method are COCO's, Ultralytics', AlphaPose's, MMPose's or OpenPose's; zip what is a folder. With images, "
    f"zipped too, the methods ticked in Compare run on up to {RUN_IMAGES} of them. What cannot be used is left out and "
    "counted.</p>"
)


class DataForm:
    """Lays the fields out, folded; `inputs` are for an event whose function hands their values to `read`."""

    def __init__(self) -> None:
        with gr.Accordion("Your own data", open=False):
            drop = gr.File(
                label="Annotations, and images or results (.json, .zip)",
                file_count="multiple", file_types=[".json", ".gz", ".zip"], height=150, elem_id="trade-files",
            )  # fmt: skip
            self.files = file_input(drop, several=True)
            self.folder = gr.Textbox(
                "", label="Or a folder of images on this machine", visible=LOCAL, elem_id="trade-folder"
            )
            self.category = gr.Dropdown(
                [(USUAL_CATEGORY, "")], value="", label=CATEGORY, allow_custom_value=True, elem_id="trade-category",
                info="whose keypoints count",
            )  # fmt: skip
            self.skeleton = gr.Dropdown(
                SKELETONS, value="", label=SKELETON, elem_id="trade-skeleton", info="which keypoints they are"
            )
            self.sigmas = gr.Textbox("", label="OKS sigmas", info=SIGMAS, elem_id="trade-sigmas")
            self.split = gr.Dropdown(SPLIT_CHOICES, value="", label=SPLIT, elem_id="trade-split")
            self.results_skeleton = gr.Dropdown(
                RESULTS_SKELETONS, value="", label=RESULTS_SKELETON, elem_id="trade-results-skeleton"
            )
            self.run = gr.Checkbox(
                True, label="Run the methods too where there are results", elem_id="trade-run",
                info="on the images, to be compared with the results",
            )  # fmt: skip
            self.use = gr.Button("Use these files", variant="primary", elem_id="trade-use")
            gr.HTML(ABOUT, apply_default_css=False)
        read_as = [self.category, self.skeleton, self.sigmas, self.split]
        self.inputs = [self.files, self.folder, *read_as, self.results_skeleton, self.run]
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
    def read(files: list[Upload], folder: str, *fields: Any) -> DatasetForm:
        """What was given."""
        *read_as, results_skeleton, run = fields
        return DatasetForm(files, folder, AnnotationReading(*read_as), results_skeleton, run)


def _sigmas(usual: str, whose: str) -> Any:
    return gr.update(placeholder=usual, info=f"{SIGMAS} ({whose})" if whose else SIGMAS)
