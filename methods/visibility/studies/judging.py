"""Whether judging keypoints beats a threshold on a method's own scores, and whether what is judged is true.

Kept are the keypoints of highest score, by the method's own or the combined one, at the recall that the paper's filter
leaves, and at every recall. A keypoint counts as right as in mAPK, a mean over COCO's ten OKS thresholds. Intervals are
95%, bootstrap over images, in pairs.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from methods.analysis.study import Study, TextTable, labelled_people, number_text, percent_text
from methods.data.coco import AnnotatedImage, CocoKeypoints
from methods.data.scenes import NAME as SCENES
from methods.method import Method
from methods.metrics.bootstrap import RESAMPLES, draws, percentiles
from methods.metrics.box_pairs import paired
from methods.metrics.calibration import calibration_bins, calibration_error
from methods.metrics.curves import RECALLS
from methods.metrics.mapk import THRESHOLDS, counted, similarities_of
from methods.metrics.results import Result, Score, score_text, signed_text
from methods.metrics.roc import roc_auc
from methods.types import Poses
from methods.visibility.filtering import leave_out, own_scores
from methods.visibility.judge import KeypointJudge
from methods.visibility.judgement import LIKELY, OUTSIDE, Judgement
from methods.visibility.studies.judged import POINTS, Judged, Ordered

BANDS = 10  # at every so many of RECALLS precision has an interval
SHOWN = (0.1, 0.2, 0.3, 0.4, 0.5)  # recalls in tables; few methods reach more
Range = tuple[Score, Score]  # an interval


class Gain(Result):
    """Combined less own score, with its interval."""

    value: Score
    low: Score
    high: Score

    @property
    def text(self) -> str:
        """The difference with its interval."""
        return f"{signed_text(self.value)} ({signed_text(self.low)} to {signed_text(self.high)})"

    def to_pandas(self) -> pd.DataFrame:
        """One row."""
        return pd.DataFrame([self.model_dump()])


class MethodEffect(Result):
    """Of one method: the paper's filter, then both scores at its recall; average precision over all recalls.

    `ranges` are intervals of these three precisions; the curves are precision at RECALLS, 0 where one is not reached,
    and the bands their intervals at every BANDS of these. `right` is the share of the keypoints called "not in the
    image" that are not labelled inside it, `called` how many they are. AUCs: absent against visible, hidden against
    visible. `errors` are calibration errors of each of COCO's flags or, where the ground truth is exact, of outside,
    hidden and seen.
    """

    method: str
    recall: Score
    filtered: Score
    own: Score
    combined: Score
    ranges: tuple[Range, Range, Range]
    gain: Gain
    own_average: Score
    combined_average: Score
    average_gain: Gain
    own_curve: tuple[Score, ...]
    combined_curve: tuple[Score, ...]
    own_band: tuple[Range, ...]
    combined_band: tuple[Range, ...]
    called: int
    right: Score
    absent_auc: Score
    hidden_auc: Score
    errors: tuple[Score, Score, Score]

    def to_pandas(self) -> pd.DataFrame:
        """One row without the curves."""
        curves = {"own_curve", "combined_curve", "own_band", "combined_band"}
        return pd.DataFrame([self.model_dump(exclude=curves)])

    def at(self, recall: float) -> tuple[str, str]:
        """Precision by own and combined score at one of every BANDS recalls, with intervals, in words; a dash
        where it is not reached."""
        place = round(recall * (len(RECALLS) - 1))
        pairs = ((self.own_curve, self.own_band), (self.combined_curve, self.combined_band))
        own, combined = (_ranged(curve[place], band[place // BANDS]) if curve[place] else "-" for curve, band in pairs)
        return own, combined


class JudgeEffects(Study):
    """See the module; `exact` says that the ground truth knows where every keypoint is."""

    exact: bool
    methods: tuple[MethodEffect, ...]

    def to_pandas(self) -> pd.DataFrame:
        """One row a method."""
        return pd.concat([one.to_pandas() for one in self.methods], ignore_index=True)

    def heading(self) -> str:
        """What was judged on what."""
        return (
            f"Keypoints of {len(self.methods)} methods judged in {self.images} images of {self.data}, {self.people}"
            " people; demo presets"
        )

    def sentences(self) -> list[str]:
        """How often the combined score is better."""
        above = sum(one.gain.value > 0 for one in self.methods)
        sure = sum(one.gain.low > 0 for one in self.methods)
        average = sum(one.average_gain.low > 0 for one in self.methods)
        called = sum(one.called for one in self.methods)
        right = sum(one.right * one.called for one in self.methods if one.called) / called if called else np.nan
        return [
            f"At equal recall the combined score's keypoints are more precise than those of the method's own score for"
            f" {above} of {len(self.methods)} methods, for {sure} beyond the interval; averaged over all recalls beyond"
            f" the interval for {average}.",
            f"Of {called} keypoints called not in the image {percent_text(right)}"
            f" {'are not in it' if self.exact else 'have no label'}.",
        ]

    def tables(self) -> list[TextTable]:
        """Precision at equal recall and at some recalls, then how true the judgement is."""
        precision = [
            (
                one.method,
                score_text(one.recall),
                *(_ranged(*pair) for pair in zip((one.filtered, one.own, one.combined), one.ranges, strict=True)),
                one.gain.text,
                *map(score_text, (one.own_average, one.combined_average)),
                one.average_gain.text,
            )
            for one in self.methods
        ]
        truth = [
            (
                one.method,
                str(one.called),
                percent_text(one.right),
                *map(score_text, (one.absent_auc, one.hidden_auc)),
                *(number_text(error, 3) for error in one.errors),
            )
            for one in self.methods
        ]
        curves = [
            (f"{one.method}, {score}", *(one.at(recall)[place] for recall in SHOWN))
            for one in self.methods
            for place, score in enumerate(("own score", "combined"))
        ]
        gain = "Gain (95% interval)"
        classes = ("outside", "hidden", "seen") if self.exact else ("not labelled", "occluded", "visible")
        return [
            TextTable(
                ("Precision", "at recall", "Filter", "Own score", "Combined", gain, "AP own", "AP combined", gain),
                precision,
            ),
            TextTable(("Precision at recall", *(f"{recall:g}" for recall in SHOWN)), curves),
            TextTable(
                (
                    "Judgement", "Not in the image", "right", "AUC absent", "AUC hidden",
                    *(f"ECE {each}" for each in classes),
                ),
                truth,
            ),
        ]  # fmt: skip


def measure_judge(
    methods: Mapping[str, Method],
    judge: KeypointJudge,
    data: CocoKeypoints,
    progress: Callable[[int], None] | None = None,
    command: str | None = None,
) -> JudgeEffects:
    """See the module; `progress` is called with the number of images done."""
    exact = data.name.split("/")[0] == SCENES
    found: dict[str, list[Judged]] = {name: [] for name in methods}
    for index, image in enumerate(data):
        pixels = image.read()
        for name, method in methods.items():
            poses = method.predict([pixels])[0].poses
            (judgement,) = judge.judge([pixels], [poses])
            found[name].append(_judged(image, index, poses, judgement, np.array(data.skeleton.sigmas), exact))
        if progress:
            progress(index + 1)
    labelled = np.array([(image.people.visibility[image.people.labelled] > 0).sum() for image in data])
    return JudgeEffects(
        data=data.name,
        images=len(data),
        people=labelled_people(data),
        command=command,
        exact=exact,
        methods=tuple(effect(name, parts, labelled) for name, parts in found.items()),
    )


def effect(method: str, parts: Sequence[Judged], labelled: np.ndarray) -> MethodEffect:
    """The numbers of one method of what was judged in each image; so many `labelled` keypoints [images] are in each."""
    one = Judged(*(np.concatenate([getattr(part, name) for part in parts]) for name in Judged.__dataclass_fields__))
    by_own, by_combined = Ordered(one, one.own, labelled), Ordered(one, one.combined, labelled)
    times = list(draws(len(labelled), RESAMPLES))
    own, combined = (each.measures(np.ones(len(labelled))) for each in (by_own, by_combined))
    own_samples, combined_samples = (
        np.array([each.measures(some) for some in times]) for each in (by_own, by_combined)
    )
    low, high = percentiles((combined_samples - own_samples)[:, :POINTS])
    differences = (combined - own)[:POINTS]
    gains = [Gain(value=value, low=a, high=b) for value, a, b in zip(differences, low, high, strict=True)]
    kept = [_ratio(one.right[one.kept] @ some[one.image][one.kept], some[one.image][one.kept].sum()) for some in times]
    of_filter, of_own, of_combined = (
        _ranges(each) for each in (np.array(kept)[:, None], own_samples, combined_samples)
    )
    called = one.outside > LIKELY
    seen = one.flags == 2
    return MethodEffect(
        method=method,
        recall=_ratio(one.right[one.kept].sum(), labelled.sum()),
        filtered=_ratio(one.right[one.kept].sum(), one.kept.sum()),
        own=own[0],
        combined=combined[0],
        ranges=(of_filter[0], of_own[0], of_combined[0]),
        gain=gains[0],
        own_average=own[1],
        combined_average=combined[1],
        average_gain=gains[1],
        own_curve=tuple(own[POINTS:].round(4).tolist()),
        combined_curve=tuple(combined[POINTS:].round(4).tolist()),
        own_band=tuple(of_own[POINTS::BANDS]),
        combined_band=tuple(of_combined[POINTS::BANDS]),
        called=int(called.sum()),
        right=_ratio(int((one.flags[called] == 0).sum()), int(called.sum())),
        absent_auc=_auc(one, 0, one.flags != 1, seen),
        hidden_auc=_auc(one, 1, one.flags != 0, seen),
        errors=(_error(one, 0), _error(one, 1), _error(one, 2)),
    )


def _judged(
    image: AnnotatedImage, index: int, poses: Poses, judgement: Judgement, sigmas: np.ndarray, exact: bool
) -> Judged:
    people = image.people[image.people.labelled]
    there = np.isfinite(poses.keypoints).all(axis=2) & counted(image.people, poses)[:, None]
    kept = np.isfinite(leave_out(replace(poses, visibility=judgement.visibility)).keypoints).all(axis=2)
    similarity = similarities_of(people, poses, sigmas)[there]
    person, pose = paired(people, poses)
    both = there[pose]
    chances = judgement.exact() if exact else judgement.annotated
    return Judged(
        image=np.full(len(similarity), index),
        right=(similarity[:, None] >= THRESHOLDS).mean(axis=1),
        own=own_scores(poses)[there],
        combined=judgement.score[there],
        kept=kept[there],
        flags=people.visibility[person][both].astype(int),
        chances=chances[pose][both],
        outside=judgement.chances(OUTSIDE)[pose][both],
    )


def _error(one: Judged, flag: int) -> float:
    return calibration_error(calibration_bins(one.chances[:, flag], one.flags == flag))


def _ranges(samples: np.ndarray) -> list[Range]:
    """Intervals of each column."""
    low, high = percentiles(samples)
    return [(round(float(a), 4), round(float(b), 4)) for a, b in zip(low, high, strict=True)]


def _ranged(value: float, interval: Range) -> str:
    return f"{score_text(value)} ({score_text(interval[0])} to {score_text(interval[1])})"


def _auc(one: Judged, flag: int, among: np.ndarray, seen: np.ndarray) -> float:
    """Probability that a keypoint of a flag has a higher chance of it, beside that of being seen, than a visible
    one."""
    against = one.chances[:, flag] / np.maximum(one.chances[:, flag] + one.chances[:, 2], 1e-9)
    return roc_auc(~seen[among], against[among])


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else float("nan")
