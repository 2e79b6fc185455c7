"""A report as Markdown, for reading where no figures are: scores, what one sees, times, keypoints, errors,
differences."""

from collections.abc import Callable, Mapping, Sequence

from methods.analysis.difference import NO_EVIDENCE
from methods.analysis.measures import measures_notes
from methods.analysis.repair import FIGURE_8
from methods.analysis.report import DataReport, MethodReport, PairReport, Report
from methods.metrics.results import score_text, signed_text

MEASURES = ("ap", "ap50", "ap75", "ap_medium", "ap_large", "ar")
ABOUT = (
    "Intervals: 95%, bootstrap over images; those of differences are paired. AP and AR are COCO's, with the evaluation"
    " preset."
)
SHOWN = "What one sees with the demo preset; a person counts as found from an OKS of 0.5:"
TIMES = (
    "CPU milliseconds an image, all threads together, median over the images, and the stages' shares of the time, on"
    " {device}; networks see {batch} at a time. The body that all small methods share counts as if each had run it:"
)
COSTS = (
    "AP at an OKS of {oks:g}, what it gains as one error type after the other is repaired, from the top (Ronchi and"
    " Perona, 2017), and how many such errors there are:"
)

ANGLES = "Joint angles, degrees found less annotated: bias (and limits of agreement; Bland and Altman, 1986):"


def report_markdown(report: Report, title: str, more: Sequence[str] = ()) -> str:
    """The whole report, and `more` sections that were measured apart from it."""
    sections = "\n".join([*map(_data_section, report.sets), *more])
    command = f"\n```\n{report.command}\n```\n" if report.command else ""
    return f"# {title}\n{command}\n{ABOUT}\n\n{sections}"


def _data_section(data: DataReport) -> str:
    methods = {method.name: method for method in data.methods}
    parts = [
        f"## {data.name}\n{data.about}",
        _scores(methods),
        *_measured(methods),
        "### Keypoints\nAP of each keypoint alone:",
        _keypoints(methods),
        *_beside_oks(methods),
        f"### Errors\n{FIGURE_8}",
        *(_costs(methods, number) for number in range(len(data.methods[0].costs))),
        *_visibility(methods),
        *_pairs(data.pairs),
    ]
    return "\n\n".join(parts) + "\n"


def _scores(methods: Mapping[str, MethodReport]) -> str:
    titles = next(iter(methods.values())).ap.titles()
    rows = []
    for name, method in methods.items():
        interval = ""
        if method.evaluation:
            low, high = method.evaluation.interval.low.ap, method.evaluation.interval.high.ap
            interval = f" ({score_text(low)} to {score_text(high)})"
        values = [score_text(getattr(method.ap, measure)) for measure in MEASURES]
        rows.append([name, values[0] + interval, *values[1:]])
    return _table(["method", *(titles[measure] for measure in MEASURES)], rows)


def _measured(methods: Mapping[str, MethodReport]) -> list[str]:
    found = {name: method.evaluation for name, method in methods.items() if method.evaluation}
    if not found:
        return []
    shown, times = [], []
    for name, one in found.items():
        if one.shown:
            point = one.shown
            values = (point.precision, point.recall, point.f1)
            shown.append([name, *map(score_text, values), f"{point.false_positives_per_image:.2f}"])
        stages = (one.timing.preprocess, one.timing.body, one.timing.forward, one.timing.postprocess)
        shares = (f"{stage / one.timing.total:.1%}" for stage in stages)
        times.append([name, str(one.input_size), "-" if one.cpu is None else f"{one.cpu:.0f}", *shares])
    first = next(iter(found.values()))
    told = TIMES.format(device=first.device, batch=first.batch_size)
    return [
        f"{SHOWN}\n\n" + _table(["method", "precision", "recall", "F1", "false positives an image"], shown),
        f"{told}\n\n" + _table(["method", "px", "CPU ms", "before", "shared body", "network", "after"], times),
    ]


def _keypoints(methods: Mapping[str, MethodReport]) -> str:
    def cell(k: int) -> Callable[[MethodReport], str]:
        return lambda method: score_text(method.keypoints.rows[k].ap)

    names = [row.keypoint.replace("_", " ") for row in next(iter(methods.values())).keypoints.rows]
    return _by_method(methods, {name: cell(k) for k, name in enumerate(names)})


def _beside_oks(methods: Mapping[str, MethodReport]) -> list[str]:
    measures = {name: method.measures for name, method in methods.items()}
    summaries = {name: one.summary() for name, one in measures.items()}
    titles = list(next(iter(summaries.values())))

    def angle(number: int) -> Callable[[MethodReport], str]:
        def text(method: MethodReport) -> str:
            row = method.measures.angles.rows[number]
            return f"{row.bias:+.1f} ({row.low:+.1f} to {row.high:+.1f})" if row.found > 1 else "-"

        return text

    def number_text(value: float) -> str:
        return str(value) if isinstance(value, int) else score_text(value)

    rows = [[title, *(number_text(each[title]) for each in summaries.values())] for title in titles]
    parts = ["### Beside OKS\n" + " ".join(measures_notes(measures)), _table(["", *methods], rows)]
    joints = next(iter(measures.values())).angles.rows
    if not joints:
        return parts
    table = _by_method(methods, {row.joint: angle(number) for number, row in enumerate(joints)})
    return [*parts, f"{ANGLES}\n\n{table}"]


def _costs(methods: Mapping[str, MethodReport], number: int) -> str:
    first = next(iter(methods.values())).costs[number]

    def cell(step: int) -> Callable[[MethodReport], str]:
        def text(method: MethodReport) -> str:
            one = method.costs[number].steps[step]
            return score_text(one.ap) if step == 0 else f"{signed_text(one.gain)} ({one.count})"

        return text

    table = _by_method(methods, {step.name: cell(i) for i, step in enumerate(first.steps)})
    return f"{COSTS.format(oks=first.oks)}\n\n{table}"


def _visibility(methods: Mapping[str, MethodReport]) -> list[str]:
    parts = []
    for name, method in methods.items():
        states, maps = method.visibility.states, method.visibility.maps
        if states:
            rows = [
                [state, score_text(f1), score_text(one.auc), score_text(one.ap), str(one.keypoints)]
                for (state, f1), one in zip(states.all.f1.items(), states.curves, strict=True)
            ]
            parts.append(
                f"`{name}` in the annotated boxes of {states.people} people: total F1 {score_text(states.all.total)}"
                f" ({score_text(states.total_low)} to {score_text(states.total_high)}), expected calibration error"
                f" {score_text(states.calibration_error)}; labelled against not labelled ROC AUC"
                f" {score_text(states.auc)}.\n\n" + _table(["state", "F1", "ROC AUC", "AP", "keypoints"], rows)
            )
        if maps:
            interval = f"{score_text(maps.auc_low)} to {score_text(maps.auc_high)}"
            parts.append(
                f"`{name}`'s visibility maps at the keypoints of {maps.matched} people found: labelled against not"
                f" labelled ROC AUC {score_text(maps.rows[-1].auc)} ({interval})."
            )
    return ["### Visibility", *parts] if parts else []


def _pairs(pairs: Sequence[PairReport]) -> list[str]:
    if not pairs:
        return []
    rows = []
    for pair in pairs:
        for row in pair.comparison.measures:
            if row.name in ("AP", "AR"):
                who = {"first higher": pair.comparison.first, "second higher": pair.comparison.second}
                interval = f"{signed_text(row.low)} to {signed_text(row.high)}"
                verdict = f"{who[row.verdict]} higher" if row.verdict != NO_EVIDENCE else NO_EVIDENCE
                names = [pair.comparison.first, pair.comparison.second]
                rows.append([*names, row.name, signed_text(row.difference), interval, verdict])
    return [
        "### Differences\nSecond less first:",
        _table(["first", "second", "of", "difference", "interval", ""], rows),
    ]


def _by_method(methods: Mapping[str, MethodReport], rows: Mapping[str, Callable[[MethodReport], str]]) -> str:
    """A column for each method."""
    cells = [[name, *(text(method) for method in methods.values())] for name, text in rows.items()]
    return _table(["", *methods], cells)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
