"""Whether judging keypoints beats a threshold on a method's own scores, and whether what is judged is true.

Kept are the keypoints of highest score, by the method's own or the combined one, at the recall that the paper's filter
leaves, and at every recall. A keypoint counts as right as in mAPK, a mean over COCO's ten OKS thresholds. Intervals are
95%, bootstrap over images, in pairs.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from methods.analysis.study import Study, TextTable, labelled_people, number_text, percent_text
from methods.data.coco import AnnotatedImage, CocoKeypoints
from methods.data.scenes import NAME as SCENES
from methods.method import Method
from methods.metrics.bootstrap import RESAMPLES, draws, percentiles
from methods.metrics.box_pairs import paired
from methods.metrics.calibration import calibration_bins, calibration_error
from methods.metrics.curves import interpolate
from methods.metrics.mapk import THRESHOLDS, similarities_of
from methods.metrics.results import Result, Score, score_text, signed_text
from methods.metrics.roc import roc_auc
from methods.types import Poses
from methods.visibility.filtering import leave_out, own_scores
from methods.visibility.judge import KeypointJudge
from methods.visibility.judgement import LIKELY, OUTSIDE, Judgement

RECALLS = np.linspace(0, 1, 101)


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

    `right` is the share of the keypoints called "not in the image" that are not labelled inside it, `called` how many
    they are. AUCs: absent against visible, hidden against visible. `errors` are calibration errors of each of COCO's
    flags or, where the ground truth is exact, of outside, hidden and seen.
    """

    method: str
    recall: Score
    filtered: Score
    own: Score
    combined: Score
    gain: Gain
    own_average: Score
    combined_average: Score
    average_gain: Gain
    own_curve: tuple[Score, ...]  # precision at RECALLS
    combined_curve: tuple[Score, ...]
    called: int
    right: Score
    absent_auc: Score
    hidden_auc: Score
    errors: tuple[Score, Score, Score]

    def to_pandas(self) -> pd.DataFrame:
        """One row without the curves."""
        return pd.DataFrame([self.model_dump(exclude={"own_curve", "combined_curve"})])


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
        """Precision at equal recall, then how true the judgement is."""
        precision = [
            (
                one.method,
                *map(score_text, (one.recall, one.filtered, one.own, one.combined)),
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
        gain = "Gain (95% interval)"
        classes = ("outside", "hidden", "seen") if self.exact else ("not labelled", "occluded", "visible")
        return [
            TextTable(
                ("Precision", "at recall", "Filter", "Own score", "Combined", gain, "AP own", "AP combined", gain),
                precision,
            ),
            TextTable(
                (
                    "Judgement", "Not in the image", "right", "AUC absent", "AUC hidden",
                    *(f"ECE {each}" for each in classes),
                ),
                truth,
            ),
        ]  # fmt: skip


@dataclass(frozen=True)
class Judged:
    """Keypoints [R] of one method: image, right (share of OKS thresholds), both scores, whether the paper's filter
    keeps it; and of those of people with ground truth the flag [S] and chances [S, 3] of each flag."""

    image: np.ndarray
    right: np.ndarray
    own: np.ndarray
    combined: np.ndarray
    kept: np.ndarray
    flags: np.ndarray
    chances: np.ndarray
    outside: np.ndarray


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
    labelled = sum(int((image.people.visibility[image.people.labelled] > 0).sum()) for image in data)
    return JudgeEffects(
        data=data.name,
        images=len(data),
        people=labelled_people(data),
        command=command,
        exact=exact,
        methods=tuple(effect(name, parts, labelled, len(data)) for name, parts in found.items()),
    )


def effect(method: str, parts: Sequence[Judged], labelled: int, images: int) -> MethodEffect:
    """The numbers of one method of what was judged in each image; `labelled` keypoints are there in all."""
    one = Judged(*(np.concatenate([getattr(part, name) for part in parts]) for name in Judged.__dataclass_fields__))
    once = np.ones(images)
    own, combined = _measures(one, one.own, once), _measures(one, one.combined, once)
    samples = np.array(
        [_measures(one, one.combined, times) - _measures(one, one.own, times) for times in draws(images, RESAMPLES)]
    )
    low, high = percentiles(samples)
    gains = [Gain(value=value, low=a, high=b) for value, a, b in zip(combined - own, low, high, strict=True)]
    called = one.outside > LIKELY
    seen = one.flags == 2
    return MethodEffect(
        method=method,
        recall=_ratio(one.right[one.kept].sum(), labelled),
        filtered=_ratio(one.right[one.kept].sum(), one.kept.sum()),
        own=own[0],
        combined=combined[0],
        gain=gains[0],
        own_average=own[1],
        combined_average=combined[1],
        average_gain=gains[1],
        own_curve=_curve(one, one.own, labelled),
        combined_curve=_curve(one, one.combined, labelled),
        called=int(called.sum()),
        right=_ratio((one.flags[called] == 0).sum(), called.sum()),
        absent_auc=_auc(one, 0, one.flags != 1, seen),
        hidden_auc=_auc(one, 1, one.flags != 0, seen),
        errors=(_error(one, 0), _error(one, 1), _error(one, 2)),
    )


def _judged(
    image: AnnotatedImage, index: int, poses: Poses, judgement: Judgement, sigmas: np.ndarray, exact: bool
) -> Judged:
    people = image.people[image.people.labelled]
    there = np.isfinite(poses.keypoints).all(axis=2)
    kept = np.isfinite(leave_out(replace(poses, visibility=judgement.visibility)).keypoints).all(axis=2)
    similarity = similarities_of(people, poses, sigmas)[there]
    person, pose = paired(people, poses)
    both = there[pose]
    chances = judgement.exact() if exact else judgement.annotated()
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


def _measures(one: Judged, scores: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Precision at the filter's recall, and average precision over the recalls that are reached, of images that are
    each there so many `times`."""
    order = np.argsort(-scores, kind="stable")
    counts = times[one.image]
    right = (one.right * counts)[order].cumsum()
    precision = right / np.maximum(counts[order].cumsum(), 1e-9)
    wanted = (one.right * counts)[one.kept].sum()
    first = min(int(np.searchsorted(right, wanted - 1e-6)), len(right) - 1)
    return np.array([precision[first], (precision * np.diff(right, prepend=0)).sum() / max(right[-1], 1e-9)])


def _curve(one: Judged, scores: np.ndarray, labelled: int) -> tuple[float, ...]:
    """The highest precision at or beyond each of RECALLS."""
    order = np.argsort(-scores, kind="stable")
    right = one.right[order]
    precisions: np.ndarray = interpolate(right.cumsum()[None], (1 - right).cumsum()[None], labelled)[0]
    return tuple(precisions.tolist())


def _auc(one: Judged, flag: int, among: np.ndarray, seen: np.ndarray) -> float:
    """Probability that a keypoint of a flag has a higher chance of it, beside that of being seen, than a visible
    one."""
    against = one.chances[:, flag] / np.maximum(one.chances[:, flag] + one.chances[:, 2], 1e-9)
    return roc_auc(~seen[among], against[among])


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else float("nan")
