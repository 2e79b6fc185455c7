"""The tab Visibility: the metamodel's filter over every method, before and after; and HybridPose's own maps."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import gradio as gr

from app.components import notice, viewer
from app.events import CHOICE
from app.limits import JUDGED
from app.models import methods_of, offered, summaries
from app.outputs.layers import page_of
from app.outputs.marks import Layer, strongest
from app.state.judging import judge, leave_out, metamodel
from app.state.photo_session import PhotoSession
from app.state.store import STORE
from app.tabs.compare import CompareTab
from app.wording import NO_METHOD, NO_PHOTO
from methods.catalog import families, family_of
from methods.family import Family
from methods.method import Method
from methods.skeletons import COCO17

NO_METAMODEL = "No weights of the metamodel come with this workbench yet; HybridPose's own maps are below."
TOO_MANY = "Only the {limit} people of best score are judged of {names}."
JOINTS = [joint.replace("_", " ") for joint in COCO17.joints]


def maps_of(family: Family) -> tuple[Layer, ...]:
    """The visibility maps that the page draws of a family, a layer for each scale; empty where there are none."""
    return getattr(page_of(family), "MAPS", ())


MAPS = {layer.name: layer for family in families() for layer in maps_of(family)}


class VisibilityTab:
    """Lays the tab out and answers its events; `compare` holds photo, methods and settings, `tab` is the tab itself."""

    def __init__(self, compare: CompareTab, tab: gr.Tab) -> None:
        self.compare = compare
        with gr.Row(elem_classes="stress"):
            with gr.Column(elem_classes="area-input"):
                self.on = gr.Checkbox(True, label="Filter every method", elem_id="visibility-on")
                self.absent = gr.Slider(
                    0, 1, 0.5, step=0.01, buttons=[], elem_id="visibility-absent",
                    label="Absent", info="joints that are absent with a higher probability are left out",
                )  # fmt: skip
                self.occluded = gr.Slider(
                    0, 1, 1, step=0.01, buttons=[], elem_id="visibility-occluded",
                    label="Occluded", info="the same for occluded ones; 1 keeps them all",
                )  # fmt: skip
                self.notice = notice.notice("visibility-notice")
            with gr.Column(elem_classes="area-viewer"):
                self.viewer = viewer.viewer("visibility-viewer", "pairs")
        with gr.Row(elem_classes="stress"):
            with gr.Column(elem_classes="area-input"):
                gr.HTML("<h2>HybridPose's visibility maps</h2>", apply_default_css=False, elem_classes="presets")
                self.joint = gr.Dropdown(JOINTS, value="left wrist", label="Joint", elem_id="map-joint")
                self.scale = gr.Radio(list(MAPS), value=list(MAPS)[2], label="Scale", elem_id="map-scale")
            with gr.Column(elem_classes="area-viewer"):
                self.map = viewer.viewer("map-viewer", "steps")
        self._wire(tab)

    def _wire(self, tab: gr.Tab) -> None:
        compare = self.compare
        gr.on(
            [tab.select, self.on.input, self.absent.input, self.occluded.input],
            self.show,
            [compare.key, compare.chosen, self.on, self.absent, self.occluded, *compare.panel.fields],
            [self.viewer, self.notice],
            show_progress_on=self.viewer,
            **CHOICE,
        )
        gr.on(
            [tab.select, self.joint.input, self.scale.input],
            self.show_map,
            [compare.key, self.joint, self.scale, *compare.panel.fields],
            self.map,
            show_progress_on=self.map,
            **CHOICE,
        )

    def show(
        self, key: str | None, chosen: list[str], on: bool, absent: float, occluded: float, *fields: Any
    ) -> tuple[Any, str]:
        """Every chosen method before the filter and, where it is on, after it."""
        session, model = STORE.get(key), metamodel()
        if session is None or not chosen or model is None:
            return gr.skip(), NO_METAMODEL if model is None else NO_METHOD if session else NO_PHOTO
        methods = methods_of([name for name in chosen if not family_of(name).filters])
        session.infer(methods)
        found = session.decode(methods, self.compare.panel.read(fields))
        before = judge(session, model, found)
        pairs = {}
        for name, prediction in before.items():
            pairs[name] = prediction
            if on:
                pairs[f"{name}, filtered"] = replace(prediction, poses=leave_out(prediction.poses, absent, occluded))
        value = viewer.answer(session, pairs, {}, summaries(), {})
        value["ranking"]["joints"] = []  # that a filter disagrees with its own method says nothing
        many = ", ".join(name for name, prediction in found.items() if len(prediction.poses) > JUDGED)
        said = TOO_MANY.format(names=many, limit=JUDGED) if many else ""
        return gr.update(value=value, photo=viewer.photo(session)), said

    def show_map(self, key: str | None, joint: str, scale: str, *fields: Any) -> Any:
        """HybridPose's map of one joint on one scale."""
        session = STORE.get(key)
        methods = {name: method for name, method in offered().items() if maps_of(family_of(name))}
        if session is None or not methods:
            return gr.skip()
        return gr.update(value=self._maps(session, methods, joint, scale, fields), photo=viewer.photo(session))

    def _maps(
        self, session: PhotoSession, methods: dict[str, Method], joint: str, scale: str, fields: Sequence[Any]
    ) -> dict[str, Any]:
        session.infer(methods)
        found = session.decode(methods, self.compare.panel.read(fields))
        numbers = session.number_people(found)
        layer = MAPS[scale]
        panels = []
        for name in methods:
            marks = layer.marks(found[name].evidence, found[name].poses, numbers[name])
            shown, note = strongest([mark for mark in marks if mark.name == joint])
            drawn = {"name": scale, "meaning": layer.meaning, "marks": [vars(mark) for mark in shown], "note": note}
            panels.append(viewer.step(f"{name}: {joint}", layer.meaning, "", [drawn], note))
        return viewer.scene(session) | {"panels": panels}
