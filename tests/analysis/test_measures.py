"""The measures beside OKS together: names, sentences, and any skeleton."""

import numpy as np

from methods.analysis.measures import Measures, measure, measures_notes
from methods.metrics.matching import match


def test_summary_and_sentences(make_data, make_person, make_detection) -> None:
    person = make_person(100, 100)
    found = [make_detection(1, 100, 106, 0.9)]
    measured = measure(match(make_data({1: [person]}), found), found)
    summary = measured.summary()
    assert (summary["PCK at 5 px"], summary["PCK at 10 px"]) == (0, 1)
    assert (summary["median error px"], summary["mean error px"]) == (6, 6)
    assert np.isnan(summary["PCKh@0.5"])  # all keypoints in one place: no size
    assert list(summary)[-4:] == ["ECE people", "ECE keypoints", "ECE class-wise", "people found by nobody"]
    assert summary["people found by nobody"] == 0
    assert any("1 without are left out" in one for one in measured.sentences())
    assert Measures.from_json(measured.to_json()).to_json() == measured.to_json()
    assert measured.to_pandas().columns.tolist() == list(summary)


def test_notes_say_whose_scores_are_not_judged(make_data, make_person, make_detection) -> None:
    data, odd = make_data({1: [make_person(100, 100)]}), [make_detection(1, 100, 100, 7.0)]
    notes = measures_notes({"odd": measure(match(data, odd), odd)})
    assert notes[0].startswith("PCK is the share")
    assert notes[-2].startswith("odd: People's scores are not all from 0 to 1")
    assert measures_notes({}) == []
