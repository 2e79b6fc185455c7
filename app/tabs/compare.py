"""The tab Compare: one photo, several methods, side by side."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from app import api, exports
from app.components import download, gallery, notice, photo_input, settings_panel, viewer
from app.limits import DECODERS, IDLE
from app.models import GATE, offered, summaries
from app.session.store import STORE
from app.session.visit import Visit
from app.wording import NO_METHOD, NO_PHOTO, why_empty
from methods.errors import WorkbenchError
from methods.images import read_image
from methods.method import Method
from methods.samples import samples
from methods.types import Prediction

FILES = {
    "JSON": ("json", "application/json", exports.to_json),
    "CSV": ("csv", "text/csv", exports.to_csv),
    "PNG": ("png", "image/png", exports.to_png),
}


class CompareTab:
    """Lays the tab out and answers its events.

    `values` in its methods is the names of the layers of evidence that are drawn, by method, and then the values of the
    settings panel's fields.
    """

    def __init__(self) -> None:
        self.key = gr.State(None, time_to_live=IDLE, delete_callback=STORE.drop)
        self.inside = gr.State({})
        with gr.Row(elem_classes="compare"):
            with gr.Column(elem_classes="area-input"):
                self._lay_out_input()
            with gr.Column(elem_classes="area-viewer"):
                self.viewer = viewer.viewer()
                with gr.Row(elem_classes="downloads"):
                    self.buttons = {kind: gr.Button(f"Download {kind}", size="sm", min_width=110) for kind in FILES}
                self.download = download.download()
            with gr.Column(elem_classes="area-settings"):
                self._lay_out_settings()
        self._wire()
        api.add(self.photo, self.chosen)

    def _lay_out_input(self) -> None:
        self.samples = samples()
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
        """Networks run behind one gate; decoding alone does not wait for them."""
        network: dict[str, Any] = {
            "concurrency_id": GATE,
            "concurrency_limit": 1,
            "api_visibility": "private",
            "show_progress_on": self.viewer,
        }
        decoding: dict[str, Any] = {
            "concurrency_id": "decoding",
            "concurrency_limit": DECODERS,
            "api_visibility": "private",
            "show_progress": "hidden",
        }
        controls = [self.chosen, self.inside, *self.panel.fields]
        shown = [self.key, self.viewer, self.notice]
        # Choosing to paste is an input already, without a photo; by default the photo that follows is lost meanwhile.
        self.photo.input(
            self.open_upload, [self.photo, self.key, *controls], [self.photo, *shown],
            trigger_mode="always_last", **network,
        )  # fmt: skip
        self.gallery.select(self.open_sample, [self.key, *controls], shown, **network)
        self.run.click(self.run_again, [self.key, *controls], shown, **network)
        self.chosen.input(self.change_methods, [self.key, *controls], shown, **network)
        gr.on(
            [field.input for field in self.panel.fields],
            self.change_settings, [self.key, *controls], shown,
            trigger_mode="always_last", **decoding,
        )  # fmt: skip
        self.viewer.select(
            self.change_layers, [self.key, *controls], [self.inside, *shown], trigger_mode="always_last", **decoding
        )
        for preset, button in self.presets.items():
            button.click(partial(self.panel.preset, preset), None, self.panel.fields, **decoding).then(
                self.change_settings, [self.key, *controls], shown, **decoding
            )
        for kind, button in self.buttons.items():
            button.click(partial(self.export, kind), [self.key, *controls], [self.download, self.notice], **decoding)

    def open_upload(self, path: str | None, key: str | None, chosen: list[str], *values: Any) -> tuple[Any, ...]:
        """Read an upload and run the methods; the drop zone is emptied for the next photo."""
        if path is None:
            return (gr.skip(),) * 4
        return None, *self._open(Path(path), Path(path).name, key, chosen, values)

    def open_sample(self, event: gr.SelectData, key: str | None, chosen: list[str], *values: Any) -> tuple[Any, ...]:
        """Run the methods on the sample that was clicked."""
        sample = self.samples[event.index]
        return self._open(sample.path, sample.path.name, key, chosen, values, sample.credit)

    def run_again(self, key: str | None, chosen: list[str], *values: Any) -> tuple[Any, ...]:
        """Run the chosen networks anew, so that their times are measured again."""
        return self._run(key, chosen, values, again=True)

    def change_methods(self, key: str | None, chosen: list[str], *values: Any) -> tuple[Any, ...]:
        """Run only networks that were not chosen before."""
        return self._run(key, chosen, values, again=False)

    def change_settings(self, key: str | None, chosen: list[str], *values: Any) -> tuple[Any, ...]:
        """Decode again; no network runs."""
        visit = STORE.get(key)
        if visit is None or not chosen:
            return gr.skip(), gr.skip(), NO_METHOD if visit else NO_PHOTO
        # The unchanged key is handed back so that the visit counts as used.
        return key, self.answer(visit, chosen, values), ""

    def change_layers(self, event: gr.EventData, key: str | None, chosen: list[str], *values: Any) -> tuple[Any, ...]:
        """Draw the layers of evidence that the viewer's menus ask for, from now on; no network runs."""
        asked = {name: [str(layer) for layer in event.layers.get(name, ())] for name in offered()}
        return asked, *self.change_settings(key, chosen, asked, *values[1:])

    def export(self, kind: str, key: str | None, chosen: list[str], *values: Any) -> tuple[Any, Any]:
        """The results as a file of that kind."""
        visit = STORE.get(key)
        if visit is None or not chosen:
            return gr.skip(), NO_METHOD if visit else NO_PHOTO
        suffix, media_type, write = FILES[kind]
        content = write(visit, self._predictions(visit, chosen, values))
        return download.file(exports.file_name(visit, suffix), media_type, content), ""

    def _open(
        self, path: Path, name: str, key: str | None, chosen: list[str], values: Sequence[Any], credit: str = ""
    ) -> tuple[Any, ...]:
        try:
            visit = Visit(read_image(path), name, credit)
        except WorkbenchError as error:
            return key, gr.skip(), str(error)
        visit.infer(_methods(chosen))
        shown = gr.update(value=self.answer(visit, chosen, values), photo=viewer.photo(visit))
        return STORE.put(visit, key), shown, "" if chosen else NO_METHOD

    def _run(self, key: str | None, chosen: list[str], values: Sequence[Any], again: bool) -> tuple[Any, ...]:
        visit = STORE.get(key)
        if visit is None or not chosen:
            return key, gr.skip(), NO_METHOD if visit else NO_PHOTO
        visit.infer(_methods(chosen), again)
        return key, self.answer(visit, chosen, values), ""

    def _predictions(self, visit: Visit, chosen: list[str], values: Sequence[Any]) -> dict[str, Prediction]:
        return visit.decode(_methods(chosen), self.panel.read(values[1:]))

    def answer(self, visit: Visit, chosen: list[str], values: Sequence[Any]) -> dict[str, Any]:
        """What the viewer draws of the chosen methods."""
        inside, *fields = values
        settings = self.panel.read(fields)
        predictions = self._predictions(visit, chosen, values)
        notes = {name: why_empty(settings[name]) for name, found in predictions.items() if not len(found.poses)}
        return viewer.answer(visit, predictions, notes, summaries(), inside)


def _methods(chosen: list[str]) -> dict[str, Method]:
    """The chosen methods in the catalogue's order, whatever order they were ticked in."""
    return {name: method for name, method in offered().items() if name in chosen}
