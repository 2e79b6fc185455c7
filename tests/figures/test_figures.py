"""Figures show the numbers of the results they are given, and nothing else."""

import numpy as np
import pandas as pd
import pytest

from methods.analysis.delta_oks import DeltaOks
from methods.analysis.difference import NO_EVIDENCE, Difference
from methods.analysis.keypoints import KeypointScore, KeypointScores
from methods.analysis.repair import ErrorCosts, RepairStep
from methods.analysis.run import Evaluation
from methods.analysis.slices import SliceScore, SliceScores
from methods.figures.calibration import reliability
from methods.figures.curves import precision_recall
from methods.figures.errors import COLOURS, error_bars, repaired_curves
from methods.figures.people import oks_against_oks, people_dots
from methods.figures.scores import accuracy_and_time, difference_dots, keypoint_bars, slice_dots
from methods.figures.style import method_colours
from methods.figures.visibility import map_scores, state_precisions, state_rocs
from methods.metrics.ap import KeypointAP
from methods.metrics.bootstrap import APInterval
from methods.metrics.curves import RECALLS, CurveSummary, OperatingPoint
from methods.metrics.labelled_keypoints import keypoint_visibility
from methods.metrics.state_curves import state_calibration, state_curves
from methods.types import Timing

POINT = OperatingPoint(
    oks=0.5,
    score=0.4,
    precision=0.8,
    recall=0.6,
    f1=0.69,
    false_positives_per_image=0.25,
    true_positives=6,
    false_positives=2,
    people=10,
    images=8,
)


def test_precision_and_recall() -> None:
    precision = np.where(RECALLS < 0.705, 1 - RECALLS / 2, np.nan)
    best = POINT.model_copy(update={"recall": 0.805, "precision": 0.3})
    one = CurveSummary(oks=0.5, ap=0.7, precision=tuple(precision), best=best)
    curves = {"a": one, "b": one.model_copy(update={"ap": 0.6})}
    figure = precision_recall(curves, {"a": POINT, "b": best})
    line, other, point, _ = figure.data
    assert [trace.name for trace in figure.data] == ["a, AP 0.700", "b, AP 0.600", "a", "b"]
    assert [trace.legendgroup for trace in figure.data] == ["a", "b", "a", "b"]
    # The dot lies on its line, which is otherwise as measured.
    assert (point.x[0], point.y[0]) == (0.6, 0.8)
    assert (0.6, 0.8) in zip(line.x, line.y, strict=True)
    assert (line.x[-1], line.y[-1]) == pytest.approx((0.7, 0.65))
    assert (other.x[-1], other.y[-1]) == (0.805, 0.3)
    assert point.marker.color == line.line.color == method_colours(["a"])["a"]
    assert "score 0.4" in point.hovertemplate
    assert "0.25 false positives an image" in point.hovertemplate
    # The axes end a little beyond the lines.
    assert figure.layout.xaxis.range == pytest.approx((0, 0.805 * 1.02))
    assert figure.layout.yaxis.range == pytest.approx((0.286, 1.014))
    assert [each.text for each in figure.layout.annotations] == ["b", "a"]
    assert [(each.x, each.y) for each in figure.layout.annotations] == [(0.805, 0.3), (line.x[-1], line.y[-1])]


def test_a_method_that_finds_nobody_has_a_line_without_points() -> None:
    nothing = POINT.model_copy(update={"precision": np.nan, "recall": 0.0})
    empty = CurveSummary(oks=0.5, ap=0, precision=(np.nan,) * 101, best=nothing)
    figure = precision_recall({"a": empty})
    assert len(figure.data[0].x) == 0
    assert figure.layout.annotations == ()


@pytest.fixture
def costs() -> ErrorCosts:
    aps = {"as found": 0.4, "miss": 0.5, "swap": 0.5, "inversion": 0.6, "jitter": 0.8}
    steps, before = [], 0.4
    for name, ap in aps.items():
        steps.append(RepairStep(name=name, ap=ap, gain=ap - before, count=3, precision=(ap,) * 101))
        before = ap
    return ErrorCosts(oks=0.85, steps=tuple(steps))


def test_error_bars_add_up_to_ap(costs) -> None:
    figure = error_bars({"a": costs, "b": costs})
    assert [bar.name for bar in figure.data] == ["as found", "miss", "swap", "inversion", "jitter"]
    assert [bar.x[0] for bar in figure.data] == pytest.approx([0.4, 0.1, 0, 0.1, 0.2])
    assert sum(bar.x[1] for bar in figure.data) == pytest.approx(0.8)
    assert [bar.marker.color for bar in figure.data] == [COLOURS[bar.name] for bar in figure.data]


def test_regions_of_repair(costs) -> None:
    figure = repaired_curves(costs)
    assert [line.fill for line in figure.data] == ["tozeroy"] + ["tonexty"] * 4
    assert figure.data[3].y[50] == 0.6
    assert figure.layout.yaxis.title.text == "precision at OKS 0.85"


def test_keypoints() -> None:
    rows = (
        KeypointScore(keypoint="left_wrist", labelled=7, ap=0.5, lost=0.02),
        KeypointScore(keypoint="nose", labelled=9, ap=0.8, lost=0.01),
    )
    scores = {"a": KeypointScores(people=9, mean_oks=0.7, not_found=0.27, rows=rows)}
    ap, lost = (keypoint_bars(scores, field).data[0] for field in ("ap", "lost"))
    assert list(ap.x) == ["left wrist", "nose"]
    assert (list(ap.y), list(lost.y)) == ([0.5, 0.8], [0.02, 0.01])
    assert list(ap.customdata) == [7, 9]


def test_slices() -> None:
    row = SliceScore(
        group="size", name="large", people=4, ap=0.5, ap_low=0.3, ap_high=0.6, ar=0.7, ar_low=0.65, ar_high=0.9
    )
    dots = slice_dots({"a": SliceScores(rows=(row,))}, "ar").data[0]
    assert (dots.x[0], dots.y[0]) == ("size: large", 0.7)
    assert (dots.error_y.array[0], dots.error_y.arrayminus[0]) == pytest.approx((0.2, 0.05))


def test_differences_without_evidence_are_grey() -> None:
    rows = [
        Difference(name="AP", first=0.4, second=0.5, difference=0.1, low=0.05, high=0.2),
        Difference(name="AR", first=0.4, second=0.5, difference=0.1, low=-0.05, high=0.2),
    ]
    figure = difference_dots(rows, ("a", "b"))
    shown = {trace.name: trace for trace in figure.data}
    assert list(shown["b higher"].y) == ["AP"]
    assert list(shown[NO_EVIDENCE].y) == ["AR"]
    assert shown[NO_EVIDENCE].marker.color == "#999999"
    assert shown[NO_EVIDENCE].error_x.arrayminus[0] == pytest.approx(0.15)
    assert figure.layout.xaxis.title.text == "b less a"


def test_visibility() -> None:
    """Keypoints of which half are absent and told without fail."""
    ground_truth = np.array([0, 0, 2, 2])
    said = np.array([[0.75, 0.0, 0.25]] * 2 + [[0.25, 0.0, 0.75]] * 2)
    curves = state_curves(ground_truth, said)
    absent, occluded = state_rocs(curves).data[1:3]
    assert (absent.name, occluded.name) == ("absent, AUC 1.000", "occluded, AUC -")
    assert set(absent.y) == {1}
    assert state_precisions(curves).data[2].name == "visible, AP 1.000"
    dots = reliability({"a": state_calibration(ground_truth, said)}).data[1]
    assert (list(dots.x), list(dots.y), list(dots.customdata)) == ([0.75], [1], [4])
    everything = keypoint_visibility("all", ground_truth > 0, np.array([0.1, 0.2, 0.8, 0.9]), np.full(4, np.nan))
    labelled, others = map_scores(everything).data
    assert (labelled.y[8], labelled.y[9], others.y[1], others.y[2]) == (0.5, 0.5, 0.5, 0.5)


def test_people() -> None:
    people = pd.DataFrame(
        {"area": [100.0, 400.0], "highest_iou": [0.0, 0.5], "visible keypoints": ["0 to 6", "13 to 17"]}, index=[3, 8]
    )
    few, many = people_dots(people).data
    assert (few.x[0], many.x[0], many.y[0]) == (10, 20, 0.5)
    assert (few.customdata[0], many.customdata[0]) == (3, 8)
    found = DeltaOks(None, np.array([4, 5, 6]), np.array([0.9, 0.2, 0.5]), np.array([0.3, 0.9, 0.45]))
    first, second, same = oks_against_oks(found, ("a", "b")).data
    assert [dots.name for dots in (first, second, same)] == ["a better (1)", "b better (1)", "about the same (1)"]
    assert (first.customdata[0], second.customdata[0], same.customdata[0]) == (4, 5, 6)
    assert (second.x[0], second.y[0]) == (0.2, 0.9)


def test_accuracy_and_time() -> None:
    ap = KeypointAP.from_values([0.4] + [0.5] * 9)
    low, high = (KeypointAP.from_values([value] + [0.5] * 9) for value in (0.35, 0.5))
    evaluation = Evaluation(
        method="a",
        data="d",
        images=1,
        people=1,
        settings={},
        input_size=64,
        device="cpu",
        batch_size=1,
        ap=ap,
        interval=APInterval(low=low, high=high, level=0.95, resamples=10, seed=0),
        timing=Timing(1, 20, 3),
    )
    dot = accuracy_and_time({"a": evaluation}).data[0]
    assert (dot.x[0], dot.y[0]) == (24, 0.4)
    assert (dot.error_y.array[0], dot.error_y.arrayminus[0]) == pytest.approx((0.1, 0.05))
    assert "before 1.0, network 20.0, after 3.0 ms" in dot.hovertemplate
    four, sixteen = (evaluation.model_copy(update={"parameters": count}) for count in (4_000_000, 16_000_000))
    sized = accuracy_and_time({"a": four, "b": sixteen, "c": evaluation}).data
    assert [each.marker.size for each in sized] == [14, 28, 12]
    assert "16.0 M parameters, before" in sized[1].hovertemplate
    shared = accuracy_and_time({"a": evaluation.model_copy(update={"timing": Timing(1, 20, 3, 60)})}).data[0]
    assert shared.x[0] == 84
    assert "before 1.0, body 60.0 (shared by all small methods), network 20.0, after 3.0 ms" in shared.hovertemplate
