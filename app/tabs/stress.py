"""The tab Stress: the image of the tab Compare made worse step by step, and what that does to each method."""

from collections.abc import Sequence
from typing import Any

import gradio as gr
import numpy as np

from app.analysis.stress import HIDE, KINDS, Kind, Level, Reference, find_kind, levels, shrunk
from app.components import notice, region, viewer
from app.components.curves import curves
from app.components.plots import plot
from app.events import DECODING, NETWORK
from app.messages import NO_IMAGE, NO_METHOD, STOPPED
from app.models import methods_of
from app.picker import Picker
from app.server.event_data import corners
from app.shown_images import derived_image
from app.state.finding import known
from app.state.visitor import VisitorState
from methods.analysis.stress import FOUND
from methods.skeletons import COCO17

KEYPOINTS = [keypoint.replace("_", " ") for keypoint in COCO17.keypoints]
WRISTS = ["left wrist", "right wrist"]


class StressTab:
    """Lays the tab out and answers its events; `visitor` holds a VisitorState, `tab` is the tab itself."""

    def __init__(self, visitor: gr.State, tab: gr.Tab, picker: Picker) -> None:
        self.box = gr.State(None)
        with gr.Row(elem_classes="stress"):
            with gr.Column(elem_classes="area-input"):
                self.kind = gr.Radio([kind.name for kind in KINDS], value="Blur", label="Stress", elem_id="stress-kind")
                self.region = region.region()
                self.keypoints = gr.CheckboxGroup(KEYPOINTS, value=WRISTS, label="Keypoints to hide", visible=False)
                self.run = gr.Button("Run all methods", variant="primary", elem_id="stress-run")
                self.notice = notice.notice("stress-notice")
            with gr.Column(elem_classes="area-viewer"):
                with gr.Row(elem_classes="plots"):
                    self.shift = plot("stress-shift", visible=False)
                    self.lost = plot("stress-lost", visible=False)
                self.level = gr.Slider(0, 4, 4, step=1, label="Show step", visible=False, elem_id="stress-level")
                self.viewer = viewer.viewer("stress-viewer", "stressed")
                self.table = gr.Dataframe(label="The curves as numbers", interactive=False, visible=False)
        self.linked = {"stress": self.kind}
        self._wire(visitor, tab, picker)

    def _wire(self, visitor: gr.State, tab: gr.Tab, picker: Picker) -> None:
        gr.on(
            [tab.select, self.kind.change, picker.opened.change],
            self.prepare,
            [visitor, self.kind],
            [self.region, self.box, self.keypoints, self.notice],
            **DECODING,
        )
        self.region.select(self.choose_box, None, self.box, **DECODING)
        self.run.click(
            self.stress,
            [visitor, self.kind, self.box, self.keypoints],
            [self.shift, self.lost, self.table, self.level, self.viewer, self.notice],
            show_progress_on=self.viewer,
            **NETWORK,
        )
        results = [self.shift, self.lost, self.table, self.level, self.viewer]
        # They are of another image.
        picker.opened.change(self.clear, None, results, **DECODING)
        self.level.change(self.show_level, [visitor, self.level], self.viewer, **DECODING)

    def prepare(self, visitor: VisitorState, name: str) -> tuple[Any, ...]:
        """Show what the kind of stress needs: the image to drag a box on, or the keypoints."""
        session = visitor.session
        keypoints = gr.update(visible=name == HIDE)
        if session is None:
            return None, None, keypoints, NO_IMAGE
        if name != "Cover a region":
            return None, None, keypoints, ""
        small = shrunk(session.image)
        height, width = small.shape[:2]
        box = [round(width / 3), round(height / 3), round(2 * width / 3), round(2 * height / 3)]
        return region.shown(viewer.image_value(small, session.key), box), box, keypoints, ""

    def clear(self) -> tuple[Any, ...]:
        """Show no results."""
        return *(gr.update(visible=False),) * 4, viewer.cleared() | {"visible": False}

    def show_level(self, visitor: VisitorState, level: int) -> Any:
        """Show one of the steps."""
        return derived_image(visitor.image, level)

    def choose_box(self, event: gr.EventData) -> list[float]:
        """Remember the dragged box."""
        return corners(event, "box")

    def stress(
        self,
        visitor: VisitorState,
        name: str,
        box: list[float] | None,
        keypoints: list[str],
        progress: gr.Progress = gr.Progress(),  # noqa: B008 - Gradio finds it by this default
    ) -> tuple[Any, ...]:
        """Run the methods that are shown on the image at every strength."""
        session = visitor.session
        controls = visitor.controls
        if session is None or not controls.methods:
            return (*(gr.skip(),) * 5, NO_METHOD if session else NO_IMAGE)
        kind = find_kind(name)
        methods = methods_of(controls.methods, controls.settings)
        image = shrunk(session.image)
        scale = image.shape[1] / session.image.shape[1]
        reference = Reference.of(session.ground_truth, scale) if session.ground_truth is not None else None
        steps = levels(
            image, kind, np.array(box or [0, 0, 0, 0]), [KEYPOINTS.index(keypoint) for keypoint in keypoints], methods,
            controls.settings, session.people_of(known(session, controls)) * scale, reference,
        )  # fmt: skip
        shown_steps = progress.tqdm(steps, total=1 + len(kind.strengths), desc=f"{len(methods)} methods")
        found = list(visitor.until_stopped(shown_steps))
        session.derived = found
        last = len(found) - 1
        level = gr.update(visible=True, value=last, maximum=last)

        shown = (gr.update(value=value, visible=True) for value in _figures(kind, found, reference is not None))
        said = STOPPED if visitor.stopping else ""
        return *shown, level, derived_image(visitor.image, last) | {"visible": True}, said


def _figures(kind: Kind, found: Sequence[Level], annotated: bool) -> tuple[Any, Any, Any]:
    """Curves of keypoint shift and of people lost, and both as a table; `annotated`: from the ground truth."""
    strengths = [level.strength for level in found]
    names = list(found[0].drifts)
    shift = {name: [level.drifts[name].shift for level in found] for name in names}
    lost = {name: [100 * level.drifts[name].lost for level in found] for name in names}
    header = ["Method", "Strength", "Keypoint shift, px", "People lost, %", "People new"]
    rows = [
        [name, level.strength, *(round(value, 1) for value in (drift.shift, 100 * drift.lost)), drift.new]
        for name in names
        for level in found
        for drift in [level.drifts[name]]
    ]
    place = "the ground truth" if annotated else "the clean prediction"
    which = "hidden keypoints" if kind.name == HIDE else "keypoints"
    return (
        curves(f"Shift of {which} from {place}, px (median)", kind.unit, strengths, shift),
        curves(f"People lost, % (OKS with {place} below {FOUND})", kind.unit, strengths, lost),
        {"headers": header, "data": rows},
    )
