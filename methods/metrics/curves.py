"""Precision against recall from a kept matching: curves at any OKS threshold, operating points at any score."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from methods.metrics.matching import Matching, Outcomes
from methods.metrics.results import Result, Score, score_text

RECALLS = np.linspace(0, 1, 101)  # where COCO reads precision


class OperatingPoint(Result):
    """What is found and what is false where only detections of at least `score` are shown, at one OKS threshold.

    Precision is NaN where nothing is shown, recall where there is nobody to find, F1 where either is.
    """

    oks: float
    score: float
    precision: Score
    recall: Score
    f1: Score
    false_positives_per_image: Score
    true_positives: int
    false_positives: int
    people: int
    images: int

    def to_pandas(self) -> pd.DataFrame:
        """One row, a column for each field."""
        return pd.DataFrame([self.model_dump()])

    def __str__(self) -> str:
        return (
            f"score {self.score:g}, OKS {self.oks:g}: precision {score_text(self.precision)}, recall"
            f" {score_text(self.recall)}, F1 {score_text(self.f1)}, {self.false_positives_per_image:.2f} false"
            " positives an image"
        )


class CurveSummary(Result):
    """One curve as it is drawn: precision as measured (Curve.measured), COCO's AP at that OKS, and the best F1."""

    oks: float
    ap: Score
    precision: tuple[Score, ...]
    best: OperatingPoint

    def to_pandas(self) -> pd.DataFrame:
        """One row for each recall."""
        return pd.DataFrame({"recall": RECALLS, "precision": self.precision})


@dataclass(frozen=True, eq=False)
class Curve:
    """Precision and recall as the score falls, at one OKS threshold.

    scores  [D]  of the detections that are not ignored, falling
    true    [D]  how many of the first detections are true
    false   [D]  how many are false
    """

    oks: float
    people: int
    images: int
    scores: np.ndarray
    true: np.ndarray
    false: np.ndarray

    @property
    def precision(self) -> np.ndarray:
        """[D], as measured: it may rise and fall."""
        return self.true / np.maximum(self.true + self.false, 1)

    @property
    def recall(self) -> np.ndarray:
        """[D], rising; NaN where there is nobody to find."""
        return self.true / self.people if self.people else np.full(len(self.true), np.nan)

    @property
    def ap(self) -> float:
        """Area under the curve as COCO takes it: mean of the highest precision at or beyond each of 101 recalls."""
        return float(self.interpolated().mean())

    def measured(self) -> np.ndarray:
        """Precision at the first true detection that reaches each of RECALLS, [101]; NaN where none does."""
        reached = np.searchsorted(self.true, np.maximum(RECALLS * self.people - 1e-9, 1))
        return np.append(self.precision, np.nan)[reached]

    def summary(self) -> CurveSummary:
        """What a drawing and a report need."""
        return CurveSummary(oks=self.oks, ap=self.ap, precision=tuple(self.measured().tolist()), best=self.best())

    def interpolated(self) -> np.ndarray:
        """The highest precision at or beyond each of RECALLS, [101]; NaN where there is nobody to find."""
        if not self.people:
            return np.full(len(RECALLS), np.nan)
        return interpolate(self.true[None], self.false[None], self.people)[0]

    def at(self, score: float) -> OperatingPoint:
        """What one gets who shows the detections of at least `score`."""
        shown = int(np.searchsorted(-self.scores, -score, side="right"))
        true, false = (int(counts[shown - 1]) if shown else 0 for counts in (self.true, self.false))
        precision = true / (true + false) if true + false else np.nan
        recall = true / self.people if self.people else np.nan
        f1 = 2 * true / (true + false + self.people) if self.people and true + false else np.nan
        rate = false / self.images if self.images else np.nan
        return OperatingPoint(
            oks=self.oks,
            score=score,
            precision=precision,
            recall=recall,
            f1=f1,
            false_positives_per_image=rate,
            true_positives=true,
            false_positives=false,
            people=self.people,
            images=self.images,
        )

    def best(self) -> OperatingPoint:
        """The point of the highest F1, of several that with the highest score; score 1 where nothing is found."""
        if not len(self.scores) or not self.people:
            return self.at(1.0)
        f1 = 2 * self.true / (self.true + self.false + self.people)
        last_of_ties = np.append(self.scores[1:] < self.scores[:-1], True)
        return self.at(float(self.scores[np.where(last_of_ties, f1, -1).argmax()]))

    def at_recall(self, recall: float) -> OperatingPoint:
        """The point of the highest score that reaches a recall; that of the lowest score where none does."""
        if not len(self.scores):
            return self.at(1.0)
        first = int(np.searchsorted(self.true, recall * self.people - 1e-9))
        return self.at(float(self.scores[min(first, len(self.scores) - 1)]))

    def to_pandas(self) -> pd.DataFrame:
        """One row for each detection; columns score, precision, recall, false_positives_per_image."""
        rate = self.false / max(self.images, 1)
        columns = {"score": self.scores, "precision": self.precision, "recall": self.recall}
        return pd.DataFrame(columns | {"false_positives_per_image": rate})

    def to_json(self) -> str:
        """The table of `to_pandas` as JSON: a list of numbers for each column."""
        return self.to_pandas().to_json(orient="split", index=False)

    def __str__(self) -> str:
        return f"AP {score_text(self.ap)} at OKS {self.oks:g}, best F1 at {self.best()}"


def curve(matching: Matching, oks: float = 0.5, name: str = "all") -> Curve:
    """The curve at one of the matching's OKS thresholds, for one of its ranges of people."""
    return curve_of(matching.outcomes(name), matching.row(oks), oks)


def curve_of(found: Outcomes, row: int, oks: float) -> Curve:
    """The curve at the OKS threshold in row `row` of the outcomes."""
    true, false = found.true[row], found.false[row]
    counted = true | false
    totals = (np.cumsum(one[counted]) for one in (true, false))
    return Curve(oks, int(found.people.sum()), len(found.people), found.scores[counted], *totals)


def interpolate(true: np.ndarray, false: np.ndarray, people: float) -> np.ndarray:
    """Precision at RECALLS [T, 101] from counts [T, D] of true and false detections, of which the first are best.

    As COCOeval.accumulate: the highest precision at that recall or beyond; 0 where the recall is never reached.
    """
    recall = true / people
    precision = true / (true + false + np.spacing(1))
    best_after = np.zeros((len(true), true.shape[1] + 1))
    best_after[:, :-1] = np.maximum.accumulate(precision[:, ::-1], axis=1)[:, ::-1]
    index = np.array([one.searchsorted(RECALLS) for one in recall]).reshape(len(true), len(RECALLS))
    return best_after[np.arange(len(true))[:, None], index]
