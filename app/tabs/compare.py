"""The tab Compare: one photo, several methods, side by side."""

import uuid
from collections.abc import Sequence
from functools import partial
from typing import Any

import gradio as gr

from app import api, exports, links, standalone
from app.answers import answers_of
from app.components import download, gallery, notice, photo_input, settings_panel, viewer
from app.events import CHOICE, DECODING, NETWORK
from app.models import methods_of, offered, summaries
from app.outputs.layers import NAMES
from app.photos import read_photo
from app.samples import Offer, offers
from app.server.event_data import names_by, whole
from app.server.gate import NO_FILE, Upload
from app.state.photo_session import PhotoSession
from app.state.store import STORE
from app.wording import NO_METHOD, NO_PHOTO, NOBODY_IMPORTED, why_empty
from methods.errors import WorkbenchError
from methods.images import read_image
from methods.importers.coco_results import MAX_BYTES, read_results
from methods.method import Raw
from methods.types import Prediction

FILES = {
    "JSON": ("json", "application/json", exports.to_json),
    "CSV": ("csv", "text/csv", exports.to_csv),
    "PNG": ("png", "image/png", exports.to_png),
    "HTML": ("html", "text/html", standalone.to_html),
}
RAWS: dict[str, dict[str, Raw]] = {}  # what the networks said of samples: once for all visitors, 5 MB each


class CompareTab:
    """Lays the tab out and answers its events.

    `values` in its methods is the names of the layers of evidence that are drawn, by method, and then the values of the
    settings panel's fields.
    """

    def __init__(self) -> None:
        self.key = gr.State(None)
        self.inside = gr.State({})
        self.wanted = gr.State("")  # another text with every answer that networks have to run for
        self.measured = gr.State("")  # and another with every time they did
        with gr.Row(elem_classes="compare"):
            with gr.Column(elem_classes="area-input"):
                self._lay_out_input()
            with gr.Column(elem_classes="area-viewer"):
                self.viewer = viewer.viewer()
                with gr.Row(elem_classes="downloads"):
                    self.results = photo_input.file_input(
                        gr.UploadButton(
                            "Import COCO results", file_types=[".json"], size="sm", min_width=150, elem_id="import"
                        )
                    )
                    self.buttons = {kind: gr.Button(f"Download {kind}", size="sm", min_width=110) for kind in FILES}
                self.download = download.download()
            with gr.Column(elem_classes="area-settings"):
                self._lay_out_settings()
        self._wire()
        api.add(self.photo, self.chosen)

    def _lay_out_input(self) -> None:
        self.samples = offers()
        self.photo = photo_input.photo_input()
        self.notice = notice.notice()
        self.gallery = gallery.gallery(self.samples)
        names = list(offered())
        self.chosen = gr.CheckboxGroup(names, value=names, label="Methods", elem_id="methods")
        self.run = gr.Button("Run", variant="primary", elem_id="run")

    def _lay_out_settings(self) -> None:
        with gr.Row(elem_classes="presets"):
            gr.HTML("<h2>Settings</h2>", apply_default_css=False)
            self.presets = {
                name: gr.Button(name.capitalize(), size="sm", min_width=84, elem_id=f"preset-{name}")
                for name in ("demo", "evaluation")
            }
        self.panel = settings_panel.SettingsPanel(offered())

    def _wire(self) -> None:
        """Networks run behind one gate; decoding does not wait for them, and asks for those that it lacks."""
        busy = {"show_progress_on": self.viewer}
        controls = [self.chosen, self.inside, *self.panel.fields]
        shown = [self.key, self.viewer, self.notice]
        decoded = [*shown, self.wanted]
        # Choosing to paste is an input already, without a photo; the photo follows.
        self.photo.input(self.open_upload, [self.photo, self.key, *controls], [self.photo, *shown], **CHOICE | busy)
        # Not behind the gate, because a sample's answers are kept: nobody waits for another visitor's networks.
        self._measure_after(self.gallery.select(self.open_sample, [self.key, *controls], shown, **DECODING))
        self.wanted.change(self.measure, [self.key, self.chosen], self.measured, **CHOICE | busy)
        self.run.click(self.run_again, [self.key, *controls], shown, **NETWORK | busy)
        self.chosen.input(self.change_methods, [self.key, *controls], shown, **CHOICE | busy)
        moved = [field.input for field in self.panel.fields]
        gr.on(moved, self.change_settings, [self.key, *controls], decoded, **DECODING)
        # An event of its own, because the visitor may move a slider while the networks run.
        self.measured.change(self.change_settings, [self.key, *controls], decoded, **DECODING)
        self.viewer.select(self.change_layers, [self.key, *controls], [self.inside, *decoded], **DECODING)
        self.results.upload(
            self.import_results, [self.results, self.key, *controls], [self.results, *decoded], **DECODING
        )
        for preset, button in self.presets.items():
            button.click(partial(self.panel.preset, preset), None, self.panel.fields, **DECODING).then(
                self.change_settings, [self.key, *controls], decoded, **DECODING
            )
        for kind, button in self.buttons.items():
            button.click(partial(self.export, kind), [self.key, *controls], [self.download, self.notice], **NETWORK)

    def _measure_after(self, opened: gr.events.Dependency) -> None:
        """After a sample was shown, run the networks and show it again with their times and evidence."""
        opened.success(self.measure, [self.key, self.chosen], self.measured, **CHOICE | {"show_progress": "hidden"})

    def open_links(self, page: gr.Blocks) -> None:
        """Let the page open what its address asks for, see app.links."""
        shown = [self.chosen, *self.panel.fields, self.key, self.viewer, self.notice]
        self._measure_after(page.load(self.open_link, [self.key], shown, **DECODING))

    def open_link(self, key: str | None, request: gr.Request) -> tuple[Any, ...]:
        """Set methods and settings as the address says, and open its sample."""
        nothing = (gr.skip(),) * (1 + len(self.panel.fields))
        try:
            linked = links.from_query(dict(request.query_params), offered())
        except WorkbenchError as error:
            return *nothing, key, gr.skip(), str(error)
        if linked.offer is None and linked.methods is None:
            return *nothing, key, gr.skip(), gr.skip()
        chosen = linked.methods if linked.methods is not None else list(offered())
        fields = self.panel.values(linked.settings)
        shown: tuple[Any, ...] = (key, gr.skip(), gr.skip())
        if linked.offer is not None:
            shown = self._open_offer(linked.offer, key, chosen, [{}, *fields])
        return chosen, *fields, *shown

    def open_upload(self, upload: Upload | None, key: str | None, chosen: list[str], *values: Any) -> tuple[Any, ...]:
        """Read an upload and run the methods; the drop zone is emptied for the next photo."""
        if upload is None:
            return (gr.skip(),) * 4
        try:
            session = PhotoSession(read_photo(upload), upload.name)
        except WorkbenchError as error:
            return None, key, gr.skip(), str(error)
        session.infer(methods_of(chosen))
        return None, *self._open(session, key, chosen, values)

    def open_sample(self, event: gr.SelectData, key: str | None, chosen: list[str], *values: Any) -> tuple[Any, ...]:
        """Show the sample that was clicked, as far as answers about it are kept."""
        return self._open_offer(self.samples[whole(event, "index", len(self.samples))], key, chosen, values)

    def measure(self, key: str | None, chosen: list[str]) -> Any:
        """Run the chosen networks that have not seen the session's photo; says so by another text."""
        session, methods = STORE.get(key), methods_of(chosen)
        if session is None or not session.unmeasured(methods):
            return gr.skip()
        session.infer(methods)
        session.kept.difference_update(methods)
        return uuid.uuid4().hex

    def run_again(self, key: str | None, chosen: list[str], *values: Any) -> tuple[Any, ...]:
        """Run the chosen networks anew, so that their times are measured again."""
        return self._run(key, chosen, values, again=True)

    def change_methods(self, key: str | None, chosen: list[str], *values: Any) -> tuple[Any, ...]:
        """Run only networks that were not chosen before."""
        return self._run(key, chosen, values, again=False)

    def change_settings(self, key: str | None, chosen: list[str], *values: Any) -> tuple[Any, ...]:
        """Decode again; no network runs."""
        session = STORE.get(key)
        if session is None or not chosen:
            return gr.skip(), gr.skip(), NO_METHOD if session else NO_PHOTO, gr.skip()
        return self._decode(session, key, chosen, values)

    def change_layers(self, event: gr.EventData, key: str | None, chosen: list[str], *values: Any) -> tuple[Any, ...]:
        """Draw the layers of evidence that the viewer's menus ask for, from now on; no network runs."""
        asked = names_by(event, "layers", offered(), NAMES)
        return asked, *self.change_settings(key, chosen, asked, *values[1:])

    def export(self, kind: str, key: str | None, chosen: list[str], *values: Any) -> tuple[Any, Any]:
        """The results as a file of that kind."""
        session = STORE.get(key)
        if session is None or not chosen:
            return gr.skip(), NO_METHOD if session else NO_PHOTO
        session.infer(methods_of(chosen))  # files have times and evidence
        suffix, media_type, write = FILES[kind]
        content = write(session, self._predictions(session, chosen, values))
        return download.file(exports.file_name(session, suffix), media_type, content), ""

    def import_results(
        self, upload: Upload | None, key: str | None, chosen: list[str], *values: Any
    ) -> tuple[Any, ...]:
        """Show the results in a COCO file as one more method, until another photo is opened; the button is emptied."""
        session = STORE.get(key)
        if session is None or upload is None:
            return None, key, gr.skip(), NO_FILE if session else NO_PHOTO, gr.skip()
        try:
            with upload.open() as file:
                found = read_results(file.read(MAX_BYTES + 1), upload.name, session.name)
        except WorkbenchError as error:
            return None, key, gr.skip(), str(error), gr.skip()
        session.imported = {
            name if name not in offered() else f"{name}, imported": each for name, each in found.items()
        }
        return None, *self._decode(session, key, chosen, values)

    def _open_offer(self, offer: Offer, key: str | None, chosen: list[str], values: Sequence[Any]) -> tuple[Any, ...]:
        raws = RAWS.setdefault(offer.name, {})
        session = PhotoSession(
            read_image(offer.path), offer.path.name, offer.credit, offer.name, offer.truth, raws=raws
        )
        for name, prediction in answers_of(offer, offered()).items():
            session.keep(offered()[name], prediction)
        return self._open(session, key, chosen, values)

    def _open(
        self, session: PhotoSession, key: str | None, chosen: list[str], values: Sequence[Any]
    ) -> tuple[Any, ...]:
        shown = gr.update(value=self.answer(session, chosen, values), photo=viewer.photo(session))
        return STORE.put(session, key), shown, "" if chosen else NO_METHOD

    def _run(self, key: str | None, chosen: list[str], values: Sequence[Any], again: bool) -> tuple[Any, ...]:
        session = STORE.get(key)
        if session is None or not chosen:
            return key, gr.skip(), NO_METHOD if session else NO_PHOTO
        session.infer(methods_of(chosen), again)
        return key, self.answer(session, chosen, values), ""

    def _decode(
        self, session: PhotoSession, key: str | None, chosen: list[str], values: Sequence[Any]
    ) -> tuple[Any, ...]:
        """The outputs `decoded`; where networks have to run first they are asked for and the viewer stays as it is."""
        if session.unanswered(methods_of(chosen), self.panel.read(values[1:])):
            return key, gr.skip(), "", uuid.uuid4().hex
        return key, self.answer(session, chosen, values), "", gr.skip()

    def _predictions(self, session: PhotoSession, chosen: list[str], values: Sequence[Any]) -> dict[str, Prediction]:
        return session.decode(methods_of(chosen), self.panel.read(values[1:]))

    def answer(self, session: PhotoSession, chosen: list[str], values: Sequence[Any]) -> dict[str, Any]:
        """What the viewer draws of the chosen methods whose networks have run, or whose answers are kept."""
        inside, *fields = values
        settings = self.panel.read(fields)
        predictions = self._predictions(session, chosen, values)
        notes = {
            name: why_empty(settings[name]) if name in settings else NOBODY_IMPORTED
            for name, found in predictions.items()
            if not len(found.poses)
        }
        link = links.to_query(session.sample, list(methods_of(chosen)), settings)
        return viewer.answer(session, predictions, notes, summaries(), inside, link)
