"""The tab Several: a batch of images sorted by disagreement, and a short video frame by frame."""

from typing import Any

import gradio as gr

from app.components import notice, viewer
from app.components.curves import curves
from app.components.image_input import file_input
from app.components.plots import plot
from app.components.settings_panel import SettingsPanel
from app.events import DECODING, NETWORK
from app.limits import BATCH, VIDEO_FRAMES, VIDEO_SECONDS, VIDEO_SIDE
from app.messages import NO_METHOD
from app.models import methods_of
from app.server.gate import Upload
from app.shown_images import derived_image
from app.state.batch import caption, predicted_images, sorted_by_disagreement, stills
from app.state.photo_session import PhotoSession
from app.state.store import STORE
from app.state.visitor import VisitorState
from methods.errors import WorkbenchError
from methods.images import FORMATS_TEXT, SUFFIXES
from methods.video import FORMATS_TEXT as VIDEO_TEXT
from methods.video import read_frames

HINT = '<p class="pv-hint">The images most disagreed about come first; a click opens one in Compare.</p>'
TOO_MANY = "{count} images were given; only the first {limit} were run."
FORGOTTEN = "These images were given too long ago and are forgotten; give them again."
NO_IMAGES = f"The folder holds no {FORMATS_TEXT} files; choose another, or drop images above."


class SeveralTab:
    """Lays the tab out and answers its events; `visitor` holds a VisitorState, `panel` is what the visitor has set.

    After the event `opened` the state `picked` holds the image of the grid that was clicked, for Compare to open.
    """

    def __init__(self, visitor: gr.State, panel: SettingsPanel, tabs: gr.Tabs) -> None:
        self.panel = panel
        self.files = gr.State([])
        self.picked = gr.State(None)
        with gr.Row(elem_classes="stress"):
            with gr.Column(elem_classes="area-input"):
                drop = gr.File(label=f"Up to {BATCH} images", file_count="multiple", height=150, elem_id="batch")
                self.upload = file_input(drop, several=True)
                folder = gr.UploadButton("Choose a folder", file_count="directory", size="sm", elem_id="batch-folder")
                self.folder = file_input(folder, several=True)
                self.run = gr.Button("Run all methods", variant="primary", elem_id="batch-run")
                label = f"Or a video of {VIDEO_SECONDS} s ({VIDEO_TEXT})"
                self.video = file_input(gr.File(label=label, height=150, elem_id="video"))
                self.notice = notice.notice("several-notice")
            with gr.Column(elem_classes="area-viewer"):
                gr.HTML(HINT, apply_default_css=False)
                self.grid = gr.Gallery(
                    label="Images", show_label=False, visible=False, columns=4,
                    object_fit="contain", allow_preview=False, interactive=False, buttons=[],
                    format="jpeg", elem_id="batch-grid",
                )  # fmt: skip
                self.curve = plot("video-curve", visible=False)
                self.frame = gr.Slider(0, 1, 0, step=1, label="Frame", visible=False, elem_id="video-frame")
                self.viewer = viewer.viewer("video-viewer", "stressed")
        self._wire(visitor, tabs)

    def _wire(self, visitor: gr.State, tabs: gr.Tabs) -> None:
        self.folder.upload(self.take_folder, self.folder, [self.upload, self.folder, self.notice], **DECODING)
        self.run.click(
            self.run_images, [self.upload, *self.panel.inputs], [self.files, self.grid, self.notice],
            show_progress_on=self.viewer, **NETWORK,
        )  # fmt: skip
        self.video.upload(
            self.run_video, [self.video, visitor, *self.panel.inputs],
            [self.curve, self.frame, self.viewer, self.notice],
            show_progress_on=self.viewer, **NETWORK,
        )  # fmt: skip
        self.frame.change(self.show_frame, [visitor, self.frame], self.viewer, **DECODING)
        self.opened = self.grid.select(self.open_image, self.files, [tabs, self.picked, self.notice], **DECODING)

    def take_folder(self, files: list[Upload]) -> tuple[Any, None, str]:
        """Lay the images of a folder ready, by name; the button is emptied for the next folder."""
        images = [file for file in files if file.suffix.lower() in SUFFIXES]
        if not images:
            return gr.skip(), None, NO_IMAGES
        for image in images:
            image.open().close()  # or it was forgotten, which is told
        return [str(file.path) for file in sorted(images, key=str)], None, ""

    def run_images(
        self,
        files: list[Upload],
        chosen: list[str],
        progress: gr.Progress = gr.Progress(),  # noqa: B008 - Gradio finds it by this default
        *fields: Any,
    ) -> tuple[Any, Any, str]:
        """Run the chosen methods on the uploaded images and lay them out."""
        if not files or not chosen:
            return gr.skip(), gr.skip(), NO_METHOD if files else "Give some images first."
        surplus = [TOO_MANY.format(count=len(files), limit=BATCH)] if len(files) > BATCH else []
        files = files[:BATCH]
        runs = predicted_images(files, methods_of(chosen), self.panel.read(fields))
        found = sorted_by_disagreement(progress.tqdm(runs, total=len(files), desc="Images"))
        unread = [image.error for image in found if image.error]
        shown = [image for image in found if image.thumbnail is not None]
        grid = [(image.thumbnail, caption(image)) for image in shown]
        return [image.file for image in shown], gr.update(value=grid, visible=True), " ".join(surplus + unread)

    def open_image(self, event: gr.SelectData, files: list[Upload]) -> tuple[Any, Upload | None, str]:
        """Turn to the tab Compare, which opens the image that was clicked."""
        if not isinstance(event.index, int) or not 0 <= event.index < len(files):
            return gr.skip(), None, FORGOTTEN
        return gr.Tabs(selected="compare"), files[event.index], ""

    def show_frame(self, visitor: VisitorState, frame: int) -> Any:
        """Show one of the frames."""
        return derived_image(visitor.video, frame)

    def run_video(
        self,
        file: Upload | None,
        visitor: VisitorState,
        chosen: list[str],
        progress: gr.Progress = gr.Progress(),  # noqa: B008 - Gradio finds it by this default
        *fields: Any,
    ) -> tuple[Any, ...]:
        """Run the chosen methods on frames of the video."""
        if file is None or not chosen:
            return *(gr.skip(),) * 3, NO_METHOD
        try:
            with file.open() as opened:
                frames = read_frames(opened, file.name, VIDEO_SECONDS, VIDEO_FRAMES, VIDEO_SIDE)
        except WorkbenchError as error:
            return *(gr.skip(),) * 3, str(error)
        runs = stills(((each.seconds, each.image) for each in frames), methods_of(chosen), self.panel.read(fields))
        found = list(progress.tqdm(runs, total=len(frames), desc="Frames"))
        counts = {name: [float(len(still.predictions[name].poses)) for still in found] for name in found[0].predictions}
        curve = curves("People found", "seconds", [still.seconds for still in found], counts)
        last = len(found) - 1
        slider = gr.update(visible=last > 0, maximum=max(last, 1), value=0)
        visitor.video = STORE.put(PhotoSession(found[0].image, file.name, derived=found), visitor.video)
        return gr.update(value=curve, visible=True), slider, derived_image(visitor.video, 0), ""
