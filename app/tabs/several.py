"""The tab Several: a batch of images sorted by disagreement, and a short video frame by frame."""

from collections.abc import Sequence
from typing import Any

import gradio as gr
import numpy as np

from app.components import download, notice, viewer
from app.components.curves import curves
from app.components.image_input import file_input
from app.components.plots import fitted, plot
from app.components.settings_panel import SettingsPanel
from app.components.tables import coloured
from app.events import DECODING, NETWORK
from app.limits import BATCH, VIDEO_FRAMES, VIDEO_SECONDS, VIDEO_SIDE
from app.messages import NO_METHOD, STOPPED
from app.models import methods_of
from app.server.gate import Upload
from app.shown_images import derived_image
from app.state.batch import Still, caption, motions, people_of, predicted_images, sorted_by_disagreement, stills
from app.state.photo_session import PhotoSession
from app.state.store import STORE
from app.state.visitor import VisitorState
from methods.analysis.motion import motion_table
from methods.errors import WorkbenchError
from methods.figures.motion import keypoint_motion
from methods.figures.style import method_colours
from methods.images import FORMATS_TEXT, SUFFIXES
from methods.skeletons import COCO17
from methods.spreadsheets import to_csv
from methods.video import FORMATS_TEXT as VIDEO_TEXT
from methods.video import read_frames

HINT = '<p class="pv-hint">The images most disagreed about come first; a click opens one in Compare.</p>'
TOO_MANY = "{count} images were given; only the first {limit} were run."
FORGOTTEN = "These images were given too long ago and are forgotten; give them again."
NO_IMAGES = f"The folder holds no {FORMATS_TEXT} files; choose another, or drop images above."

KEYPOINTS = [(name.replace("_", " ").capitalize(), number) for number, name in enumerate(COCO17.keypoints)]
PLAY, PAUSE = "Play", "Pause"
TICK = 0.5  # s until the first of the frames that play follows
QUICKEST = 0.2  # s between them; an answer takes about as long
MOTION_HINT = (
    '<p class="pv-hint">One keypoint of one person, who is followed from frame to frame by OKS. Jitter is how far it '
    "lies from even motion between the frame before and the frame after.</p>"
)


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
                self._lay_out_frames()
                self.viewer = viewer.viewer("video-viewer", "stressed")
                self._lay_out_motion()
        self._wire(visitor, tabs)

    def _lay_out_frames(self) -> None:
        self.frame = gr.Slider(0, 1, 0, step=1, label="Frame", visible=False, elem_id="video-frame")
        with gr.Row(visible=False, elem_classes="presets") as self.steps:
            self.back = gr.Button("Back", size="sm", elem_id="video-back")
            self.play = gr.Button(PLAY, size="sm", elem_id="video-play")
            self.on = gr.Button("Next", size="sm", elem_id="video-next")
        self.clock = gr.Timer(TICK, active=False)

    def _lay_out_motion(self) -> None:
        with gr.Column(visible=False) as self.moving:
            gr.HTML(MOTION_HINT, apply_default_css=False)
            with gr.Row():
                self.person = gr.Dropdown([], value=None, label="Person", elem_id="motion-person")
                self.keypoint = gr.Dropdown(KEYPOINTS, value=0, label="Keypoint", elem_id="motion-keypoint")
                self.save = gr.Button("Motion as CSV", size="sm", elem_id="motion-csv")
            self.motion = plot("motion")
            self.jitter = gr.HTML("", apply_default_css=False, elem_id="motion-numbers")
            self.download = download.download("motion-download")

    def _wire(self, visitor: gr.State, tabs: gr.Tabs) -> None:
        self.folder.upload(self.take_folder, self.folder, [self.upload, self.folder, self.notice], **DECODING)
        self.run.click(
            self.run_images, [self.upload, visitor, *self.panel.inputs], [self.files, self.grid, self.notice],
            show_progress_on=self.viewer, **NETWORK,
        )  # fmt: skip
        ran = self.video.upload(
            self.run_video, [self.video, visitor, *self.panel.inputs],
            [self.curve, self.frame, self.viewer, self.notice, self.steps, self.moving, self.person],
            show_progress_on=self.viewer, **NETWORK,
        )  # fmt: skip
        turn = [self.frame, visitor]
        self.back.click(self.step_back, turn, self.frame, **DECODING)
        self.on.click(self.step_on, turn, self.frame, **DECODING)
        self.clock.tick(self.play_on, turn, [self.frame, self.clock], **DECODING)
        self.play.click(self.start_or_stop, self.play, [self.play, self.clock], **DECODING)
        chosen = [visitor, self.person, self.keypoint]
        moved = [self.motion, self.jitter]
        gr.on([self.person.change, self.keypoint.change], self.show_motion, chosen, moved, **DECODING)
        # The next video's first person may have the same number.
        ran.success(self.show_motion, chosen, moved, **DECODING)
        self.save.click(self.export_motion, chosen, [self.download, self.notice], **DECODING)
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
        visitor: VisitorState,
        chosen: list[str],
        progress: gr.Progress = gr.Progress(),  # noqa: B008 - Gradio finds it by this default
        *fields: Any,
    ) -> tuple[Any, Any, str]:
        """Run the chosen methods on the uploaded images and lay them out."""
        if not files or not chosen:
            return gr.skip(), gr.skip(), NO_METHOD if files else "Give some images first."
        surplus = [TOO_MANY.format(count=len(files), limit=BATCH)] if len(files) > BATCH else []
        files = files[:BATCH]
        settings = self.panel.read(fields)
        runs = predicted_images(files, methods_of(chosen, settings), settings)
        told = progress.tqdm(runs, total=len(files), desc="Images")
        found = sorted_by_disagreement(visitor.until_stopped(told))
        unread = [image.error for image in found if image.error]
        shown = [image for image in found if image.thumbnail is not None]
        grid = [(image.thumbnail, caption(image)) for image in shown]
        said = [*surplus, *unread, *([STOPPED] if visitor.stopping else [])]
        return [image.file for image in shown], gr.update(value=grid, visible=True), " ".join(said)

    def open_image(self, event: gr.SelectData, files: list[Upload]) -> tuple[Any, Upload | None, str]:
        """Turn to the tab Compare, which opens the image that was clicked."""
        if not isinstance(event.index, int) or not 0 <= event.index < len(files):
            return gr.skip(), None, FORGOTTEN
        return gr.Tabs(selected="compare"), files[event.index], ""

    def step_back(self, frame: int, visitor: VisitorState) -> Any:
        """The frame before; before the first comes the last."""
        return (int(frame) - 1) % len(stills_of(visitor)) if stills_of(visitor) else gr.skip()

    def step_on(self, frame: int, visitor: VisitorState) -> Any:
        """The frame after; after the last comes the first."""
        return (int(frame) + 1) % len(stills_of(visitor)) if stills_of(visitor) else gr.skip()

    def play_on(self, frame: int, visitor: VisitorState) -> tuple[Any, Any]:
        """The frame after, and the pause until the one after that, by their times in the video."""
        shown = self.step_on(frame, visitor)
        return shown, gr.Timer(pause_after(stills_of(visitor), shown)) if isinstance(shown, int) else gr.skip()

    def start_or_stop(self, label: str) -> tuple[Any, Any]:
        """Let the frames follow one another, or not any more; the button's label says which it does."""
        playing = label == PLAY
        return gr.update(value=PAUSE if playing else PLAY), gr.Timer(active=playing)

    def show_motion(self, visitor: VisitorState, person: int | None, keypoint: int) -> tuple[Any, str]:
        """The path and jitter of a person's keypoint, by method."""
        stills = stills_of(visitor)
        if not stills or person is None or not 0 <= int(keypoint) < len(KEYPOINTS):
            return None, ""
        found = motions(stills, int(person), int(keypoint))
        figure = fitted(keypoint_motion(found, motion_title(person, keypoint)), legend=-0.12)
        rows = {
            name: [f"{np.isfinite(one.path[:, 0]).sum()} of {len(stills)}", pixels(one.mean_jitter)]
            for name, one in found.items()
        }
        return figure, coloured("Jitter", ["Frames", "Mean jitter, px"], rows, method_colours(found))

    def export_motion(self, visitor: VisitorState, person: int | None, keypoint: int) -> tuple[Any, str]:
        """The same as a table."""
        stills = stills_of(visitor)
        if not stills or person is None or not 0 <= int(keypoint) < len(KEYPOINTS):
            return gr.skip(), FORGOTTEN
        table = motion_table(motions(stills, int(person), int(keypoint)))
        return download.file("motion.csv", "text/csv", to_csv(table).encode()), ""

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
            return *(gr.skip(),) * 3, NO_METHOD, *(gr.skip(),) * 3
        try:
            with file.open() as opened:
                frames = read_frames(opened, file.name, VIDEO_SECONDS, VIDEO_FRAMES, VIDEO_SIDE)
        except WorkbenchError as error:
            return *(gr.skip(),) * 3, str(error), *(gr.skip(),) * 3
        settings = self.panel.read(fields)
        runs = stills(((each.seconds, each.image) for each in frames), methods_of(chosen, settings), settings)
        found = list(visitor.until_stopped(progress.tqdm(runs, total=len(frames), desc="Frames")))
        counts = {name: [float(len(still.predictions[name].poses)) for still in found] for name in found[0].predictions}
        curve = curves("People found", "seconds", [still.seconds for still in found], counts)
        last = len(found) - 1
        slider = gr.update(visible=last > 0, maximum=max(last, 1), value=0)
        visitor.video = STORE.put(PhotoSession(found[0].image, file.name, derived=found), visitor.video)
        people = [(f"Person {number + 1}", number) for number in people_of(found)]
        return (
            gr.update(value=curve, visible=True),
            slider,
            derived_image(visitor.video, 0),
            STOPPED if visitor.stopping else "",
            gr.update(visible=last > 0),
            gr.update(visible=last > 0 and bool(people)),
            gr.update(choices=people, value=people[0][1] if people else None),
        )


def stills_of(visitor: VisitorState) -> Sequence[Still]:
    """The frames of the visitor's video; none where there is no video, or it was forgotten."""
    kept = STORE.get(visitor.video)
    return kept.derived if kept else ()


def pause_after(stills: Sequence[Still], frame: int) -> float:
    """Seconds from a frame to the next; the last is shown as long as the first."""
    first = 0 if frame + 1 == len(stills) else frame
    gap = stills[first + 1].seconds - stills[first].seconds if len(stills) > 1 else TICK
    return max(QUICKEST, gap)


def motion_title(person: int, keypoint: int) -> str:
    """What the figure of a motion is about."""
    return f"Person {int(person) + 1}: {KEYPOINTS[int(keypoint)][0]}"


def pixels(value: float) -> str:
    """With two decimals; a dash for NaN."""
    return "-" if np.isnan(value) else f"{value:.2f}"
