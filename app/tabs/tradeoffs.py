"""The tab Trade-offs: precision against recall of every method, and one slider that moves all of them."""

import math
import uuid
from collections.abc import Mapping
from typing import Any, get_args

import gradio as gr

from app.analysis.dataset import Dataset
from app.analysis.operating import BEST, By, false_positive_kinds, filtered_points, operating_points, timed
from app.analysis.reading import FIELDS
from app.analysis.scenes import SETS, scenes_dataset
from app.components import hover, notice, report
from app.components.plots import fitted, plot
from app.components.tables import coloured
from app.data_choice import OWN, chosen_dataset, keep_alike, offer_own, remember
from app.data_form import DataForm
from app.events import DECODING, NETWORK
from app.limits import TIMED
from app.models import careful_threshold, methods_of, offered
from app.state.uploads import UPLOADS, DatasetUpload, read_dataset
from app.state.visitor import VisitorState
from methods.analysis.instances import FalsePositive
from methods.analysis.keypoint_points import KeypointPoint
from methods.data.scenes import NAME
from methods.errors import WorkbenchError, sentence_of
from methods.figures.curves import LABELS_WIDTH, precision_recall
from methods.figures.keypoints import filter_arrows
from methods.figures.scores import accuracy_and_time
from methods.metrics.curves import OperatingPoint
from methods.metrics.matching import OKS_THRESHOLDS
from methods.metrics.paired_people import NEAR
from methods.metrics.results import score_text, signed_text
from methods.visibility.judgement import PRESETS

UNFILTERED = "These results do not say how likely each keypoint is wrong, so there is nothing to filter by."
HINT = (
    '<p class="pv-hint">A dot is where a method works: at its best F1, or where one slider puts all of them. No '
    "network runs for it: each method's predictions were matched with the ground truth once. Point at a curve to bring "
    "it to the front. A false positive is a duplicate where it reaches the OKS with a person whom another prediction "
    f"finds, a poor localisation from an OKS of {NEAR:g}, or nobody is there at all.</p>"
)
FILTER_HINT = (
    '<p class="pv-hint">Keypoints one by one, as in Tables 3 and 4 of the visibility metamodel: an arrow leads to '
    "where a method comes without the keypoints that are probably wrong, by the rule of the tab Visibility and its"
    f" first preset: of those left out at most {next(iter(PRESETS))} was there. Precision rises, recall falls.</p>"
)


class TradeoffsTab:
    """Lays the tab out and answers its events; `visitor` holds a VisitorState, `tab` is the tab itself.

    `chosen` says which methods run on the visitor's own images.
    """

    def __init__(self, visitor: gr.State, chosen: gr.CheckboxGroup, tab: gr.Tab) -> None:
        self.version = gr.State("")  # another one with every data set of the visitor's own
        with gr.Row(elem_classes="stress"):
            with gr.Column(elem_classes="area-input"):
                self._lay_out_input()
            with gr.Column(elem_classes="area-viewer"):
                gr.HTML(HINT, apply_default_css=False)
                self.report = report.report("trade-report")
                self.curves = plot("trade-curves")
                hover.hover("trade-curves")
                self.numbers = gr.HTML("", apply_default_css=False, elem_id="trade-numbers")
                self.hint = gr.HTML(FILTER_HINT, visible=False, apply_default_css=False)
                self.keypoints = plot("trade-keypoints", visible=False)
                hover.hover("trade-keypoints")
                self.keypoint_numbers = gr.HTML("", visible=False, apply_default_css=False)
                self.times = plot("trade-times", visible=False)
        self.linked = {"data": self.data, "by": self.by, "value": self.value, "oks": self.oks, "filter": self.filter}
        self._wire(visitor, chosen, tab)

    def _lay_out_input(self) -> None:
        self.data = gr.Dropdown(SETS, value=NAME, label="Data", elem_id="trade-data")
        self.by = gr.Radio(
            list(get_args(By)), value=BEST, label="Operating point", elem_id="trade-by",
            info="of each method: at its best F1, at one recall or at one score",
        )  # fmt: skip
        self.value = gr.Slider(0, 1, 0.7, step=0.01, buttons=[], visible=False, elem_id="trade-value")
        low, high = float(OKS_THRESHOLDS[0]), float(OKS_THRESHOLDS[-1])
        self.oks = gr.Slider(
            low, high, low, step=0.05, buttons=[], label="OKS", elem_id="trade-oks",
            info="from which a person counts as found",
        )  # fmt: skip
        self.filter = gr.Checkbox(False, label="Visibility filter", elem_id="trade-filter")
        self.time = gr.Button("Measure time on this machine", elem_id="trade-time")
        self.form = DataForm()
        self.notice = notice.notice("trade-notice")

    def _wire(self, visitor: gr.State, methods: gr.CheckboxGroup, tab: gr.Tab) -> None:
        chosen = [visitor, self.data, self.oks, self.by, self.value, self.filter]
        shown = [
            self.report, self.curves, self.numbers, self.hint, self.keypoints, self.keypoint_numbers, self.notice
        ]  # fmt: skip
        self.by.change(self.choose_by, self.by, self.value, **DECODING)
        moved = [each.change for each in (self.oks, self.by, self.value, self.filter)]
        # The first answer reads and matches, which takes a moment; after that only points move.
        gr.on(
            [tab.select, self.data.change, self.version.change], self.show, chosen, shown,
            **DECODING | {"show_progress": "full", "show_progress_on": self.curves},
        )  # fmt: skip
        gr.on(moved, self.show, chosen, shown, **DECODING)
        keep_alike(self.data, visitor, [tab.select])
        self.data.change(lambda: gr.update(visible=False), None, self.times, **DECODING)
        self.form.use.click(
            self.give, [visitor, methods, *self.form.inputs],
            [self.data, self.version, self.notice], show_progress_on=self.curves, **NETWORK,
        )  # fmt: skip
        self.time.click(
            self.measure, [visitor, self.data], [self.times, self.notice], show_progress_on=self.times, **NETWORK
        )

    def choose_by(self, by: str) -> Any:
        """Say what the slider sets."""
        if by == BEST:
            return gr.update(visible=False)
        info = {"recall": "each method shows as many people as it needs for it", "score": "people below are not shown"}
        return gr.update(label=by.capitalize(), info=info[by], visible=True)

    def show(
        self, visitor: VisitorState, data: str, oks: float, by: Any, value: float, filtering: bool
    ) -> tuple[Any, ...]:
        """Curves, points and numbers; with the filter those of keypoints as well."""
        try:
            dataset = chosen_dataset(visitor, data)
        except WorkbenchError as error:
            return *(gr.skip(),) * 6, str(error)
        points = operating_points(dataset, oks, by, value)
        title = f"People: precision and recall at OKS {oks:g}, {len(dataset.data)} images"
        curves = {name: run.curve(oks).summary() for name, run in dataset.runs.items()}
        drawn = fitted(precision_recall(curves, points, title), 540, right=LABELS_WIDTH)
        said = report.shown(dataset.report)
        if not filtering:
            return said, drawn, people_numbers(dataset, oks, points), *(gr.update(visible=False),) * 3, ""
        of_keypoints = {name: run.keypoint_curve for name, run in dataset.runs.items()}
        before = {name: one.at(points[name].score) for name, one in of_keypoints.items()}
        after = filtered_points(dataset, points, careful_threshold())
        arrows = fitted(filter_arrows(of_keypoints, before, after), 430, right=LABELS_WIDTH)
        shown = (arrows.update_layout(showlegend=False), keypoint_numbers(dataset, before, after))
        updates = (gr.update(value=each, visible=True) for each in shown)
        return (
            said,
            drawn,
            people_numbers(dataset, oks, points),
            gr.update(visible=True),
            *updates,
            "" if after else UNFILTERED,
        )

    def give(
        self,
        visitor: VisitorState,
        chosen: list[str],
        progress: gr.Progress = gr.Progress(),  # noqa: B008 - Gradio finds it by this default
        *fields: Any,
    ) -> tuple[Any, Any, str]:
        """Read the visitor's files and choose them as the data."""
        try:
            dataset = read_dataset(
                self.form.read(*fields),
                methods_of(chosen),
                visitor.stoppable(lambda share, name: progress(share, desc=name)),
            )
        except WorkbenchError as error:
            return gr.skip(), gr.skip(), sentence_of(error, FIELDS)
        visitor.data = UPLOADS.put(DatasetUpload(dataset), visitor.data)
        remember(visitor, OWN)
        return offer_own(visitor, OWN), uuid.uuid4().hex, ""

    def measure(
        self,
        visitor: VisitorState,
        data: str,
        progress: gr.Progress = gr.Progress(),  # noqa: B008 - Gradio finds it by this default
    ) -> tuple[Any, str]:
        """Accuracy against the time that each method takes here."""
        try:
            dataset = chosen_dataset(visitor, data)
            source = dataset.data if dataset.has_images else scenes_dataset(NAME).data
            images = [image.read() for image in source[:TIMED]]
            found = timed(dataset, offered(), images, visitor.stoppable(lambda name: progress(0, desc=name)))
        except WorkbenchError as error:
            return gr.skip(), str(error)
        figure = fitted(accuracy_and_time(found, "AP and time on this machine"), 400)
        return gr.update(value=figure.update_layout(showlegend=False), visible=True), ""


def people_numbers(dataset: Dataset, oks: float, points: Mapping[str, OperatingPoint]) -> str:
    """The points as a table."""
    kinds = [kind.value.capitalize() for kind in FalsePositive]
    columns = ["People shown from score", "Precision", "Recall", "F1", "False positives an image", *kinds, "COCO's AP"]
    rows = {
        name: [
            f"{point.score:.3g}",
            *map(score_text, (point.precision, point.recall, point.f1)),
            f"{point.false_positives_per_image:.2f}",
            *map(str, false_positive_kinds(dataset.runs[name], point)),
            score_text(dataset.runs[name].ap.ap),
        ]
        for name, point in points.items()
    }
    return coloured(f"Operating points at OKS {oks:g}", columns, rows, dataset.colours)


def keypoint_numbers(dataset: Dataset, before: Mapping[str, KeypointPoint], after: Mapping[str, KeypointPoint]) -> str:
    """Keypoints before and after the filter as a table."""
    rows: dict[str, list[str]] = {}
    for name, point in before.items():
        rows[name] = []
        for field in ("precision", "recall"):
            first, second = (getattr(each, field) if each else math.nan for each in (point, after.get(name)))
            rows[name] += [score_text(first), score_text(second), signed_text(second - first)]
    columns = ["Precision", "filtered", "change", "Recall", "filtered", "change"]
    return coloured("Keypoints of the people shown, all and filtered", columns, rows, dataset.colours)
