"""The benchmark of AP: it measures what it says, on data that are not trivial, and finds no difference."""

from methods.analysis.speed.ap import APSpeed, benchmark_ap, made_up


def test_both_are_timed_and_agree() -> None:
    done = []
    found = benchmark_ap(images=20, people=60, detections=100, rounds=2, progress=done.append)
    assert done == [1, 2]
    assert (found.images, found.people, found.detections, found.rounds) == (20, 60, 100, 2)
    assert found.largest_difference == 0
    assert 0 < found.ap.ap < 1
    assert min(found.ours, found.pycocotools, found.curve, found.ratio) > 0
    assert APSpeed.from_json(found.to_json()) == found
    assert found.to_pandas().loc[0, "detections"] == 100


def test_the_data_have_crowds_and_people_without_keypoints_and_are_the_same_each_time() -> None:
    data, results = made_up(30, 200, 100)
    assert sum(len(image.people) for image in data) == 200
    assert sum(image.people.is_crowd.sum() for image in data) > 0
    assert sum((image.people.visibility == 0).all(axis=1).sum() for image in data) > 40
    assert made_up(30, 200, 100)[1] == results
