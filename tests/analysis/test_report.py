"""The report has every method, every pair and every number where it belongs."""

import numpy as np
import pytest

from methods.analysis.report import Report, report_on, shown_poses
from methods.analysis.report_text import report_markdown
from methods.metrics.ap import keypoint_ap
from methods.weights import WEIGHTS_DIR, read_manifest


@pytest.fixture(scope="module")
def case(make_data, make_person, make_detection):
    """Three images of two people each; one method finds all, one finds half and somebody who is not there."""
    people = [make_person(100, 100), make_person(400, 400)]
    data = make_data(dict.fromkeys((1, 2, 3), people))
    everybody = [make_detection(i, x, x, 0.9) for i in (1, 2, 3) for x in (100, 400)]
    half = [make_detection(i, x, x, score) for i in (1, 2, 3) for x, score in ((100, 0.8), (250, 0.3))]
    return data, {"all": everybody, "half": half}


@pytest.fixture(scope="module")
def found(case):
    return report_on(*case, resamples=20)


def test_each_method(case, found) -> None:
    data, detections = case
    assert (found.name, found.images, found.people) == ("test", 3, 6)
    for method in found.methods:
        expected = keypoint_ap(data, detections[method.name])
        np.testing.assert_equal(method.ap.model_dump(), expected.model_dump())
        for curve in method.curves:
            assert curve.ap == pytest.approx(np.nan_to_num(curve.precision).mean())
        assert [costs.oks for costs in method.costs] == [0.5, 0.85]
        assert len(method.keypoints.rows) == 17
        assert method.crowd.ap == pytest.approx(method.ap.ap)  # areas of 0.53 boxes make no difference here
    everybody, half = found.methods
    assert everybody.errors["missed"] == 0
    assert half.errors["missed"] == half.errors["background"] == 3
    assert half.curves[0].best.score == 0.8


def test_mapk_is_of_the_people_shown(found) -> None:
    """The false detections have a lower score than the best one, so that they are not shown."""
    half = found.methods[1].mapk.mean
    assert half.precision == pytest.approx(1)
    assert half.recall == pytest.approx(0.5)


def test_each_pair(found) -> None:
    (pair,) = found.pairs
    ap = pair.comparison.measures[0]
    assert (pair.comparison.first, pair.comparison.second) == ("all", "half")
    assert ap.difference == pytest.approx(found.methods[1].ap.ap - found.methods[0].ap.ap)
    assert ap.verdict == "first higher"
    assert [(one.image_id, one.person, one.delta) for one in pair.people] == [(i, 1, 1.0) for i in (1, 2, 3)]
    assert pair.people[0].file_name == "1.jpg"


def test_as_markdown(found) -> None:
    """Every number is that of the report; without evaluations there are no intervals, times and points."""
    text = report_markdown(Report(sets=(found,), command="python -m methods compare all.json half.json"), "Both")
    assert text.startswith("# Both\n\n```\npython -m methods compare all.json half.json\n```\n")
    half = found.methods[1]
    assert f"| half | {half.ap.ap:.3f} | {half.ap.ap50:.3f} |" in text
    assert f"| nose | 1.000 | {half.keypoints.rows[0].ap:.3f} |" in text
    assert f"| missed | +0.000 (0) | +{half.costs[0].steps[-1].gain:.3f} (3) |" in text
    assert "### Errors\nKAPAO's Figure 8 was drawn with coco-analyze" in text
    assert "Milliseconds" not in text
    assert "| PCK at 5 px | 1.000 | 0.500 |" in text
    assert "| people found by nobody | 0 | 3 |" in text
    row = found.pairs[0].comparison.measures[0]
    assert f"| all | half | AP | {row.difference:+.3f} | {row.low:+.3f} to {row.high:+.3f} | all higher |" in text


def test_how_many_people_of_which_size(make_data, make_person) -> None:
    """Twenty medium people are enough for an AP, one large person is not; of nobody AP is undefined, so a dash."""
    medium, large = make_person(100, 100), make_person(300, 300, area=100.0**2)
    found = report_on(make_data({1: [medium] * 20 + [large]}), {"none": []}, resamples=2)
    assert found.about.startswith(
        "21 people in 1 images, of COCO's sizes 20 medium and 1 large. AP of so few large people"
    )
    assert f"\n{found.about}\n" in report_markdown(Report(sets=(found,)), "Sizes")
    nobody_large = report_on(make_data({1: [medium] * 20}), {"none": []}, resamples=2)
    assert nobody_large.about.startswith(
        "20 people in 1 images, of COCO's sizes 20 medium and 0 large. none: 1 of 1 images"
    )
    assert "| none | 0.000 | 0.000 | 0.000 | 0.000 | - | 0.000 |" in report_markdown(
        Report(sets=(nobody_large,)), "Sizes"
    )


def test_one_method_alone_has_no_pairs(case) -> None:
    data, detections = case
    alone = report_on(data, {"half": detections["half"]}, resamples=5)
    assert alone.pairs == ()
    assert len(alone.methods) == 1


def test_json_and_back_table_and_text(found) -> None:
    report = Report(sets=(found,), command="python -m methods evaluate all half")
    text = report.to_json()
    assert "NaN" not in text
    assert Report.from_json(text).to_json() == text
    assert report.to_pandas()[["data", "method"]].to_numpy().tolist() == [["test", "all"], ["test", "half"]]
    assert "half" in str(report)


def test_shown_poses(case) -> None:
    data, detections = case
    poses = shown_poses(data, detections["half"], 0.5)
    assert [len(one) for one in poses] == [1, 1, 1]
    assert poses[0].boxes[0].tolist() == [75, 75, 125, 125]
    without = [{name: value for name, value in one.items() if name != "bbox"} for one in detections["half"]]
    without[0]["keypoints"] = [0, 0, 0, *without[0]["keypoints"][3:]]
    first = shown_poses(data, without, 0.5)[0]
    assert np.isnan(first.keypoints[0, 0]).all()
    assert first.boxes[0].tolist() == [100, 100, 100, 100]
    assert len(shown_poses(data, [], 0.5)[0]) == 0


def test_the_published_report_is_of_the_published_weights() -> None:
    report = Report.from_json((WEIGHTS_DIR / "report.json").read_bytes())
    kept = {name: entry.metrics for name, entry in read_manifest().items()}
    reported = {
        method.name: {"AP": round(method.ap.ap, 3), "AP50": round(method.ap.ap50, 3)}
        | ({"F1": round(method.visibility.states.all.total, 3)} if "F1" in kept[method.name] else {})
        for one in report.sets
        for method in one.methods
        if kept[method.name].get("data") == one.name
    }
    assert set(reported) >= {"kapao-n", "hybridpose-n", "posedet-n", "detposenet-n", "visibility-n"}
    assert reported == {name: {key: kept[name][key] for key in given} for name, given in reported.items()}
