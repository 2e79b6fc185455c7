"""The tab Compare: one image, several methods, side by side."""

import json
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import gradio as gr

from app import api, exports, links, standalone
from app.components import download, image_input, settings_panel, viewer
from app.events import CHOICE, DECODING, MEASURING, NETWORK
from app.messages import FORGOTTEN, NO_IMAGE, NO_METHOD
from app.models import methods_of, offered
from app.outputs.layers import NAMES
from app.picker import Picker
from app.server.event_data import names_by, names_of, share, whole
from app.server.gate import NO_FILE, Upload
from app.shown_images import image_value, viewer_of
from app.state.controls import Controls
from app.state.finding import find, importable, is_known, known, measure, sample_session, time
from app.state.given_files import open_upload
from app.state.photo_session import PhotoSession
from app.state.uploads import read_image_upload
from app.state.visibility import judge_people, unjudged
from app.state.visitor import StoppedError, VisitorState
from app.thresholds import CONFIDENCE, candidates_of
from methods.errors import WorkbenchError
from methods.importers.image_results import MAX_BYTES, read_image_results

FILES = {
    "JSON": ("json", "application/json", exports.to_json),
    "CSV": ("csv", "text/csv", exports.to_csv),
    "PNG": ("png", "image/png", exports.to_png),
    "HTML": ("html", "text/html", standalone.to_html),
}


class CompareTab:
    """Lays the tab out and answers its events; `visitor` holds a VisitorState.

    An event that changes a control sends that control's value alone. Those that open an image send all of them.
    """

    def __init__(self, visitor: gr.State, picker: Picker) -> None:
        self.visitor = visitor
        self.picker = picker
        self.wanted = gr.State("")  # another text with every answer that networks have to run for
        self.measured = gr.State("")  # and another with every time they did
        with gr.Row(elem_classes="compare"):
            with gr.Column(elem_classes="area-settings"):
                self._lay_out_settings()
            with gr.Column(elem_classes="area-viewer"):
                self.viewer = viewer.viewer()
                with gr.Row(elem_classes="downloads"):
                    self.results = image_input.file_input(
                        gr.UploadButton(
                            "Import results",
                            file_types=[".json", ".gz", ".txt", ".zip"],
                            size="sm",
                            min_width=150,
                            elem_id="import",
                        )
                    )
                    self.buttons = {kind: gr.Button(f"Download {kind}", size="sm", min_width=110) for kind in FILES}
                self.download = download.download()
        self.shown = [self.viewer, self.picker.notice]
        self.decoded = [*self.shown, self.wanted]
        self._wire_images()
        self._wire_controls()
        self._wire_files()
        api.add(self.picker.image, self.panel.methods)

    def _lay_out_settings(self) -> None:
        with gr.Row(elem_classes="presets"):
            gr.HTML("<h2>Settings</h2>", apply_default_css=False)
            self.presets = {
                name: gr.Button(name.capitalize(), size="sm", min_width=84, elem_id=f"preset-{name}")
                for name in ("demo", "evaluation")
            }
        self.panel = settings_panel.SettingsPanel(offered(), self.picker.chosen)

    def _wire_images(self) -> None:
        """Networks run behind one gate; decoding does not wait for them, and asks for those that it lacks."""
        busy = {"show_progress_on": self.viewer}
        all_that_is_set = [self.visitor, *self.panel.inputs]
        # Choosing to paste is an input already, without an image; the image follows.
        image = self.picker.image
        uploaded = image.input(self.open_upload, [image, *all_that_is_set], [image, *self.shown], **CHOICE | busy)
        self._measure_after(uploaded)
        # Not behind the gate, because a sample's predictions are kept: nobody waits for another visitor's networks.
        self._measure_after(self.picker.gallery.select(self.open_sample, all_that_is_set, self.shown, **DECODING))
        self.wanted.change(self.measure, self.visitor, self.measured, **CHOICE | busy)
        self.picker.run.click(self.run_again, self.visitor, self.shown, **NETWORK | busy)
        self._announce_after(self.picker.forget.click(self.forget_image, self.visitor, self.shown, **DECODING))
        # An event of its own, because the visitor may move a slider while the networks run.
        self.measured.change(self.show_when_run, self.visitor, self.decoded, **DECODING)

    def _wire_controls(self) -> None:
        given, busy = [self.visitor, self.picker.chosen], {"show_progress_on": self.viewer}
        chosen = self.picker.chosen.input(self.change_methods, given, self.shown, **CHOICE | busy)
        chosen.success(self.measure, self.visitor, self.measured, **MEASURING)
        # Each has an event of its own: of one event Gradio keeps only the last that comes while it is being answered.
        for (method, setting), field in zip(self.panel.names, self.panel.fields, strict=True):
            change = partial(self.change_setting, method, setting)
            field.input(change, [self.visitor, field], self.decoded, api_name=f"change_{method}_{setting}", **DECODING)
        self.viewer.select(self.change_layers, self.visitor, self.decoded, **DECODING)
        confidences = self.panel.fields_of(CONFIDENCE)
        self.viewer.input(self.change_confidence, self.visitor, [*confidences, *self.decoded], **DECODING)
        self.viewer.expand(self.send_candidates, self.visitor, self.viewer, **DECODING)
        for preset, button in self.presets.items():
            button.click(
                partial(self.change_preset, preset), self.visitor, [*self.panel.fields, *self.decoded],
                api_name=f"change_to_{preset}", **DECODING,
            )  # fmt: skip

    def _wire_files(self) -> None:
        self.results.upload(
            self.import_results, [self.results, self.visitor], [self.results, *self.decoded], **DECODING
        )
        for kind, button in self.buttons.items():
            exported = [self.download, self.picker.notice]
            button.click(partial(self.export, kind), self.visitor, exported, api_name=f"export_{kind}", **NETWORK)

    def _measure_after(self, opened: gr.events.Dependency) -> None:
        """After an image was shown, run the networks, judge the keypoints, and show it again with all that they say."""
        self._announce_after(opened)
        opened.success(self.measure, self.visitor, self.measured, **MEASURING)

    def _announce_after(self, opened: gr.events.Dependency) -> None:
        """After an image was opened, let the other tabs know."""
        opened.success(self.announce, self.visitor, self.picker.opened, **DECODING)

    def announce(self, visitor: VisitorState) -> str:
        """The key of the image that is open."""
        return visitor.session.key if visitor.session else ""

    def open_after(self, event: gr.events.Dependency, upload: gr.State) -> None:
        """Let an event of another tab open the upload that it put into a state."""
        opens = [upload, self.visitor, *self.panel.inputs]
        busy = {"show_progress_on": self.viewer}
        self._measure_after(event.success(self.open_chosen, opens, self.shown, **CHOICE | busy))

    def open_links(self, page: gr.Blocks) -> None:
        """Let the page open what its address asks for, see app.links."""
        self._measure_after(page.load(self.open_link, self.visitor, [*self.panel.inputs, *self.shown], **DECODING))

    def open_link(self, visitor: VisitorState, request: gr.Request) -> tuple[Any, ...]:
        """Set methods and settings as the address says, and open its sample."""
        nothing = (gr.skip(),) * len(self.panel.inputs)
        try:
            linked = links.from_query(dict(request.query_params), offered())
        except WorkbenchError as error:
            return *nothing, gr.skip(), str(error)
        if linked.offer is None and linked.methods is None:
            return *nothing, gr.skip(), gr.skip()
        chosen = linked.methods if linked.methods is not None else list(offered())
        visitor.set_all(linked.settings, chosen)
        shown: tuple[Any, ...] = (gr.skip(), gr.skip())
        if linked.offer is not None:
            shown = self._open(sample_session(linked.offer), visitor)
        return chosen, *self.panel.values(linked.settings), *shown

    def open_upload(
        self, upload: Upload | None, visitor: VisitorState, chosen: list[str], *fields: Any
    ) -> tuple[Any, ...]:
        """Read an upload and run the methods; the drop zone is emptied for the next image."""
        return (gr.skip() if upload is None else None), *self.open_chosen(upload, visitor, chosen, *fields)

    def open_chosen(
        self, upload: Upload | None, visitor: VisitorState, chosen: list[str], *fields: Any
    ) -> tuple[Any, Any]:
        """Read an upload and run the methods."""
        if upload is None:
            return gr.skip(), gr.skip()
        visitor.learn(self._all_that_is_set(chosen, fields))
        try:
            session = PhotoSession(read_image_upload(upload), upload.name)
        except WorkbenchError as error:
            return gr.skip(), str(error)
        session.infer(methods_of(visitor.controls.methods, visitor.controls.settings))
        return self._open(session, visitor)

    def open_sample(
        self, event: gr.SelectData, visitor: VisitorState, chosen: list[str], *fields: Any
    ) -> tuple[Any, Any]:
        """Show the sample that was clicked, as far as predictions about it are kept."""
        offer = self.picker.samples[whole(event, "index", len(self.picker.samples))]
        visitor.learn(self._all_that_is_set(chosen, fields))
        return self._open(sample_session(offer), visitor)

    def measure(self, visitor: VisitorState) -> Any:
        """Run networks that have not seen the image, and judge whoever is shown; says so by another text."""
        session, controls = visitor.session, visitor.controls
        if session is None:
            return gr.skip()
        ran = measure(session, controls)
        judged = judge_people(session, known(session, controls))
        return uuid.uuid4().hex if ran or judged else gr.skip()

    def run_again(
        self,
        visitor: VisitorState,
        progress: gr.Progress = gr.Progress(),  # noqa: B008 - Gradio finds it by this default
    ) -> tuple[Any, Any]:
        """Run the networks several times anew, and show their median times."""
        tell = visitor.stoppable(lambda name: progress(0, desc=name))
        return self._show_after(visitor, partial(time, progress=tell))

    def forget_image(self, visitor: VisitorState) -> tuple[Any, str]:
        """Drop the image and all that was worked out of it."""
        visitor.forget()
        return viewer.cleared(), FORGOTTEN

    def change_methods(self, visitor: VisitorState, chosen: list[str]) -> tuple[Any, Any]:
        """Show these methods; only networks run that have not seen the image yet."""
        visitor.choose(chosen)
        return self._show_after(visitor, find)

    def change_setting(self, method: str, setting: str, visitor: VisitorState, value: Any) -> tuple[Any, ...]:
        """Decode that method again; no network runs."""
        visitor.set(method, setting, value)
        return self.show_again(visitor)

    def change_preset(self, preset: str, visitor: VisitorState) -> tuple[Any, ...]:
        """Set every setting as "demo" or "evaluation" has it."""
        settings = self.panel.preset(preset)
        visitor.set_all(settings)
        return *self.panel.values(settings), *self.show_again(visitor)

    def change_confidence(self, event: gr.EventData, visitor: VisitorState) -> tuple[Any, ...]:
        """Decode every method with the same confidence; no network runs."""
        confidence = share(event, "confidence")
        methods = [method for method, setting in self.panel.names if setting == CONFIDENCE]
        for method in methods:
            visitor.set(method, CONFIDENCE, confidence)
        return *(confidence for _ in methods), *self.show_again(visitor)

    def send_candidates(self, event: gr.EventData, visitor: VisitorState) -> Any:
        """Whom the methods find at any threshold, so that the viewer can move it by itself."""
        session, controls = visitor.session, visitor.controls
        if session is None:
            return gr.skip()
        names = names_of(event, "methods", offered())
        return gr.update(candidates=json.dumps(candidates_of(session, controls, names)))

    def change_layers(self, event: gr.EventData, visitor: VisitorState) -> tuple[Any, ...]:
        """Draw the layers that the viewer's menus ask for, from now on; no network runs."""
        visitor.draw(names_by(event, "layers", offered(), NAMES))
        return self.show_again(visitor)

    def show_again(self, visitor: VisitorState) -> tuple[Any, ...]:
        """The outputs `decoded`; where networks have to run first they are asked for and the viewer stays as it is.
        Whoever was not judged yet is shown at once, and asked for too."""
        session, controls = visitor.session, visitor.controls
        if session is None or not controls.methods:
            return gr.skip(), NO_METHOD if session else NO_IMAGE, gr.skip()
        if not is_known(session, controls):
            return gr.skip(), "", uuid.uuid4().hex
        missing = unjudged(session, known(session, controls))
        return viewer.sent(viewer_of(session, controls)), "", uuid.uuid4().hex if missing else gr.skip()

    def show_when_run(self, visitor: VisitorState) -> tuple[Any, ...]:
        """As `show_again` once networks or the judge have run; what the page said of something else meanwhile stays."""
        viewed, said, wanted = self.show_again(visitor)
        return viewed, said or gr.skip(), wanted

    def export(self, kind: str, visitor: VisitorState) -> tuple[Any, Any]:
        """The results as a file of that kind, with times and intermediate outputs."""
        session, controls = visitor.session, visitor.controls
        if session is None or not controls.methods:
            return gr.skip(), NO_METHOD if session else NO_IMAGE
        suffix, media_type, write = FILES[kind]
        found = find(session, controls)
        judge_people(session, found)
        content = write(session, found)
        return download.file(exports.file_name(session, suffix), media_type, content), ""

    def import_results(self, upload: Upload | None, visitor: VisitorState) -> tuple[Any, ...]:
        """Show results of any format as one more method, until another image is opened; the button is emptied."""
        session = visitor.session
        if session is None or upload is None:
            return None, gr.skip(), NO_FILE if session else NO_IMAGE, gr.skip()
        try:
            height, width = session.image.shape[:2]
            found = read_image_results(open_upload(upload, MAX_BYTES), session.name, (width, height))
        except WorkbenchError as error:
            return None, gr.skip(), str(error), gr.skip()
        session.imported = importable(found.poses)
        viewed, said, wanted = self.show_again(visitor)
        return None, viewed, " ".join(filter(None, [said, *found.notes])), wanted

    def _all_that_is_set(self, chosen: list[str], fields: tuple[Any, ...]) -> Controls:
        return Controls(tuple(chosen), self.panel.read(fields))

    def _open(self, session: PhotoSession, visitor: VisitorState) -> tuple[Any, Any]:
        visitor.open(session)
        controls = visitor.controls
        shown = gr.update(value=viewer.sent(viewer_of(session, controls)), image=image_value(session))
        return shown, "" if controls.methods else NO_METHOD

    def _show_after(self, visitor: VisitorState, run: Callable[[PhotoSession, Controls], object]) -> tuple[Any, Any]:
        """The image again after something was run on it."""
        session, controls = visitor.session, visitor.controls
        if session is None or not controls.methods:
            return gr.skip(), NO_METHOD if session else NO_IMAGE
        try:
            run(session, controls)
        except StoppedError as error:
            return gr.skip(), str(error)
        return viewer.sent(viewer_of(session, visitor.controls)), ""  # which may have changed while the networks ran
