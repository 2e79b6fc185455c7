"""One visitor's image, what the networks said about it, and who is who."""

import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np

from app.analysis.candidates import Candidates, find_versions, loosened
from app.analysis.comparison import Comparison, compare
from app.analysis.ground_truth import keypoints_of
from app.analysis.numbering import NOBODY, number_candidates, number_people
from app.coco_keypoints import on_coco
from app.limits import KNOWN, TIMED_RUNS
from methods.analysis.run import median_timing
from methods.data.coco import People
from methods.method import Method, Raw
from methods.settings import InputSettings, Settings
from methods.types import Poses, Prediction, Timing
from methods.visibility.judgement import Judgement

VERSION_BYTES = 3000  # that a version of a candidate takes, with its arrays
JUDGED_BYTES = 2000  # that the judgement of a person takes


@dataclass
class PhotoSession:
    """An image, RGB uint8 [H, W, 3], and what was computed for it.

    `name` is its file's name, `key` tells it apart from any other. If it is a sample, `credit` says whom it is from,
    `caption` what to look at, `sample` is its name in links, and `ground_truth` its annotated people where they are
    known; they have the first numbers. `imported` holds results that the visitor brought along, by the name of their
    file; `judged` what is judged of each person's keypoints, see app.state.visibility; `derived` what is worked out of
    the image or is shown in its place: steps of a stress, frames of a video. `raws` holds what networks said of the
    image as the page shows it to them, of which samples have it for all visitors; of another input that a visitor
    chooses, the last is kept.
    """

    image: np.ndarray
    name: str
    credit: str = ""
    sample: str = ""
    ground_truth: People | None = None
    caption: str = ""
    imported: dict[str, Poses] = field(default_factory=dict)
    key: str = field(default_factory=lambda: uuid.uuid4().hex)
    raws: dict[str, Raw] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)  # methods whose predictions were worked out beforehand
    judged: dict[bytes, Judgement] = field(default_factory=dict)
    timings: dict[str, Timing] = field(default_factory=dict)  # of methods that `time` measured
    derived: Sequence[Any] = ()  # each with an `image`
    _others: dict[str, tuple[InputSettings, Raw]] = field(default_factory=dict)
    _inputs: dict[str, InputSettings | None] = field(default_factory=dict)  # chosen when a method was decoded last
    _decoded: dict[str, tuple[Settings, Prediction]] = field(default_factory=dict)
    _candidates: dict[str, Candidates] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)  # an answer and a download may number at once
    _running: threading.Lock = field(default_factory=threading.Lock)  # and both may want the same network's outputs
    known: np.ndarray = field(default_factory=NOBODY.copy)

    def __post_init__(self) -> None:
        if self.ground_truth is not None:
            self.known = keypoints_of(self.ground_truth)[:KNOWN]

    @property
    def nbytes(self) -> int:
        """Bytes of the image, of the derived images, of the networks' outputs, of candidates and judgements."""
        versions = sum(len(each) for found in list(self._candidates.values()) for each in found.versions)
        raws = [*self.raws.values(), *(raw for _, raw in self._others.values())]
        outputs = sum(value.nbytes for raw in raws for value in raw.outputs.values())
        people = VERSION_BYTES * versions + JUDGED_BYTES * len(self.judged)
        return self.image.nbytes + sum(each.image.nbytes for each in self.derived) + outputs + people

    def keep(self, method: Method, prediction: Prediction) -> None:
        """Take what the method finds with its demo preset until its network has run."""
        if method.name not in self.raws:
            self.kept.add(method.name)
            self._decoded[method.name] = (method.Settings.demo(), prediction)

    def infer(self, methods: Mapping[str, Method]) -> None:
        """Run the networks that have not seen the image yet."""
        with self._running:
            for name, method in methods.items():
                if not self.has_run(method):
                    raw = method.infer([self.image])[0]
                    if method.chosen_input is None:
                        self.raws[name] = raw
                    else:
                        self._others[name] = (method.chosen_input, raw)
                    self._decoded.pop(name, None)
                    self._candidates.pop(name, None)

    def time(
        self,
        methods: Mapping[str, Method],
        settings: Mapping[str, Settings],
        progress: Callable[[str], None] = lambda name: None,
    ) -> None:
        """Run networks and decoding once to warm up and TIMED_RUNS times more; `timings` has the medians from then on.

        Methods take turns, so that a busy moment does not fall on one alone. `progress` gets the name of each before it
        runs.
        """
        rounds: list[dict[str, Timing]] = []
        with self._running:
            for _ in range(1 + TIMED_RUNS):
                for method in methods.values():
                    method.forget()
                rounds.append({})
                for name, method in methods.items():
                    progress(name)
                    rounds[-1][name] = method.decode(method.infer([self.image])[0], settings[name]).timing
        self.timings |= {name: median_timing([one[name] for one in rounds[1:]]) for name in methods}

    def unanswered(self, methods: Mapping[str, Method], settings: Mapping[str, Settings]) -> bool:
        """Whether the network of any of the methods has to run before `decode` can tell what it finds."""
        return any(
            not self.has_run(method) and self._known(name, settings[name]) is None for name, method in methods.items()
        )

    def unmeasured(self, methods: Mapping[str, Method]) -> bool:
        """Whether the network of any of the methods has to run before its intermediate outputs are known."""
        return any(not self.has_run(method) or name in self.kept for name, method in methods.items())

    def has_run(self, method: Method) -> bool:
        """Whether its network has seen the image, with the input that is chosen."""
        return self._raw(method) is not None

    def decode(self, methods: Mapping[str, Method], settings: Mapping[str, Settings]) -> dict[str, Prediction]:
        """Predictions of the given methods but those `unanswered`; only changed settings cost time.

        Imported results follow, with a timing of 0.
        """
        found = {}
        for name, method in methods.items():
            prediction, raw = self._known(name, settings[name]), self._raw(method)
            if prediction is None and raw is not None:
                prediction = on_coco(method.decode(raw, settings[name]))
                self._decoded[name] = (settings[name], prediction)
                if self._inputs.get(name) != method.chosen_input:
                    self.timings.pop(name, None)  # which are of another input
                self._inputs[name] = method.chosen_input
            if prediction is not None:
                found[name] = prediction
        return found | {name: Prediction(poses, Timing(0, 0, 0)) for name, poses in self.imported.items()}

    def number_people(self, predictions: Mapping[str, Prediction]) -> dict[str, np.ndarray]:
        """For each method the numbers [N] of its people; one person has one number, in every method and from now on."""
        with self._lock:
            return self._number(predictions)

    def people_of(self, predictions: Mapping[str, Prediction]) -> np.ndarray:
        """`known` with NaN for those who are neither annotated nor among these predictions: they are not mistaken for
        somebody who is, and keep their number."""
        numbers = self.number_people(predictions)
        annotated = np.arange(len(self.ground_truth) if self.ground_truth is not None else 0)
        there = np.isin(np.arange(len(self.known)), np.concatenate([annotated, *numbers.values()]))
        return np.where(there[:, None, None], self.known, np.float32(np.nan))

    def candidates(self, methods: Mapping[str, Method], settings: Mapping[str, Settings]) -> dict[str, Candidates]:
        """Whom those methods whose networks have run find at any threshold, with the numbers that they have from now
        on."""
        raws = {name: raw for name, method in methods.items() if (raw := self._raw(method)) is not None}
        shown = self.decode({name: method for name, method in methods.items() if name in raws}, settings)
        new = {}
        for name, method in methods.items():
            loose, known = loosened(settings[name]), self._candidates.get(name)
            if name not in shown or loose is None or (known is not None and known.loose == loose):
                continue
            decode = partial(method.decode, raws[name])
            poses, versions = find_versions(decode, loose)
            new[name] = Candidates(loose, poses, versions, np.zeros(0, int))
        with self._lock:
            numbers = self._number({name: found for name, found in shown.items() if name in methods})
            same = {name: each.holds(shown[name].poses) for name, each in new.items()}
            first = {name: numbers[name][: None if same[name] else 0] for name in new}
            given, self.known = number_candidates(self.known, first, {name: each.poses for name, each in new.items()})
            self._candidates |= {name: replace(each, numbers=given[name]) for name, each in new.items()}
        return {
            name: each
            for name, each in self._candidates.items()
            if name in methods and each.loose == loosened(settings[name])  # others are of another input
        }

    def compare(self, predictions: Mapping[str, Prediction]) -> Comparison:
        """The predictions side by side, with the numbers that the people have in this session."""
        return compare(predictions, self.number_people(predictions), self.ground_truth)

    def _number(self, predictions: Mapping[str, Prediction]) -> dict[str, np.ndarray]:
        """`number_people` without the lock: whoever is among the candidates has a number, others get one."""
        among = {name: each for name, each in self._candidates.items() if name in predictions}
        numbers = {
            name: each.numbers[: len(predictions[name].poses)]
            for name, each in among.items()
            if each.holds(predictions[name].poses)
        }
        others = {name: found for name, found in predictions.items() if name not in numbers}
        given, self.known = number_people(self.known, others) if others else ({}, self.known)
        return {name: (numbers | given)[name] for name in predictions}

    def _raw(self, method: Method) -> Raw | None:
        """What its network said of the image, with the input that is chosen."""
        if method.chosen_input is None:
            return self.raws.get(method.name)
        chosen, raw = self._others.get(method.name, (None, None))
        return raw if chosen == method.chosen_input else None

    def _known(self, name: str, settings: Settings) -> Prediction | None:
        known = self._decoded.get(name)
        return known[1] if known is not None and known[0] == settings else None
