"""A visit: networks run once, thresholds only decode, people keep their numbers."""

from dataclasses import replace

import numpy as np
import pytest

from app.analysis.numbering import number_candidates
from app.limits import KNOWN
from app.state.photo_session import PhotoSession
from app.state.visitor import StoppedError
from methods.settings import InputSettings, setting, switch
from methods.types import Poses, Prediction, Timing


@pytest.fixture
def visit(image):
    return PhotoSession(image, "image.jpg")


def demo(fakes, **changed):
    return {name: method.Settings.demo().model_copy(update=changed) for name, method in fakes.items()}


def test_a_network_runs_once_for_a_image(visit, fakes):
    visit.infer(fakes)
    visit.infer(fakes)
    assert [method.runs for method in fakes.values()] == [1, 1]


def test_times_are_medians_of_three_runs_after_a_warm_up(visit, fakes, monkeypatch):
    times = iter((900.0, 5.0, 7.0, 6.0))  # the first is slower
    decode = fakes["first"].decode
    monkeypatch.setattr(
        fakes["first"], "decode", lambda *given: replace(decode(*given), timing=Timing(1.0, next(times), 2.0, 3.0))
    )
    told = []
    visit.time(fakes, demo(fakes), told.append)
    assert visit.timings["first"] == Timing(1.0, 6.0, 2.0, 3.0)
    assert [method.runs for method in fakes.values()] == [4, 4]
    assert told == ["first", "second"] * 4  # in turns
    assert visit.raws == {}  # what the networks said was not kept: nothing that is shown changes


def test_times_that_were_not_all_measured_are_none(visit, fakes):
    def stop(name):
        if fakes["second"].runs == 2:
            raise StoppedError("Stopped.")

    with pytest.raises(StoppedError):
        visit.time(fakes, demo(fakes), stop)
    assert visit.timings == {}


def test_a_threshold_changes_who_is_found_without_a_network(visit, fakes):
    visit.infer(fakes)
    assert [len(found.poses) for found in visit.decode(fakes, demo(fakes)).values()] == [2, 2]
    assert [len(found.poses) for found in visit.decode(fakes, demo(fakes, pose_confidence=0.2)).values()] == [3, 3]
    assert [method.runs for method in fakes.values()] == [1, 1]


def test_an_unchanged_method_is_not_decoded_again(visit, fakes):
    visit.infer(fakes)
    before = visit.decode(fakes, demo(fakes))
    after = visit.decode(fakes, {**demo(fakes), "first": fakes["first"].Settings(pose_confidence=0.1)})
    assert after["second"] is before["second"]
    assert after["first"] is not before["first"]


def test_a_method_whose_network_has_not_run_is_left_out(visit, fakes):
    visit.infer({"first": fakes["first"]})
    assert list(visit.decode(fakes, demo(fakes))) == ["first"]


def test_a_kept_answer_serves_the_demo_preset_until_the_network_has_run(visit, fakes):
    kept = crowd([0.9], start=0)
    visit.keep(fakes["first"], kept)
    assert visit.decode(fakes, demo(fakes)) == {"first": kept}
    first = {"first": fakes["first"]}
    assert not visit.unanswered(first, demo(fakes))
    assert visit.unanswered(first, demo(fakes, pose_confidence=0.1))
    assert visit.unanswered(fakes, demo(fakes))
    assert visit.unmeasured(first)
    visit.infer(fakes)
    assert not visit.unanswered(fakes, demo(fakes, pose_confidence=0.1))
    visit.keep(fakes["first"], kept)
    assert len(visit.decode(fakes, demo(fakes))["first"].poses) == 2


def test_answers_are_shared_by_visits_of_a_sample(image, fakes):
    shared = {}
    PhotoSession(image, "one", raws=shared).infer(fakes)
    PhotoSession(image, "two", raws=shared).infer(fakes)
    assert [method.runs for method in fakes.values()] == [1, 1]


def test_one_person_has_one_number_in_every_method(visit, fakes):
    visit.infer(fakes)
    numbers = visit.number_people(visit.decode(fakes, demo(fakes)))
    assert {name: ids.tolist() for name, ids in numbers.items()} == {"first": [0, 1], "second": [0, 1]}


def test_numbers_stay_while_thresholds_move(visit, fakes):
    visit.infer(fakes)
    everyone = {**demo(fakes), "second": fakes["second"].Settings(pose_confidence=0.1)}
    nobody = demo(fakes, pose_confidence=1.0)
    first = visit.number_people(visit.decode(fakes, everyone))
    assert [ids.tolist() for ids in first.values()] == [[0, 1], [0, 1, 2]]
    assert [len(ids) for ids in visit.number_people(visit.decode(fakes, nobody)).values()] == [0, 0]
    again = visit.number_people(visit.decode(fakes, demo(fakes, pose_confidence=0.1)))
    assert [ids.tolist() for ids in again.values()] == [[0, 1, 2], [0, 1, 2]]


class Choice(InputSettings):
    input_size: int = setting(64, 32, 128, "the longer side", unit="pixels")
    test_time_augmentation: bool = switch(False, "look twice")


def test_of_another_input_the_last_is_kept_and_forgets_the_medians(visit, fakes):
    method, settings, shared = fakes["first"], demo(fakes), visit.raws
    large, small = (method.with_input(Choice(input_size=size)) for size in (128, 32))
    visit.infer({"first": method})
    visit.decode({"first": method}, settings)
    before = visit.nbytes
    visit.time({"first": method}, settings)
    assert visit.unanswered({"first": large}, {"first": method.Settings(pose_confidence=0.2)})
    visit.infer({"first": large})
    assert visit.has_run(large)
    assert visit.has_run(method)
    assert not visit.has_run(small)
    assert visit.nbytes == before + 3 * 4
    assert list(shared) == ["first"]  # other visitors of a sample see what they did
    assert len(visit.decode({"first": large}, settings)["first"].poses) == 2
    assert visit.timings == {}
    visit.infer({"first": small})
    assert visit.has_run(small)
    assert not visit.has_run(large)
    runs = method.runs
    visit.infer({"first": method})
    assert method.runs == runs  # the page's own input is still known


def test_candidates_of_another_input_are_not_those_of_this_one(visit, fakes):
    method = fakes["first"]
    here = {"first": method.Settings(mirror=False)}
    visit.infer({"first": method})
    assert list(visit.candidates({"first": method}, here)) == ["first"]
    large, there = method.with_input(Choice(input_size=128)), {"first": method.Settings(mirror=True)}
    assert visit.candidates({"first": large}, there) == {}  # its network has not run yet
    visit.infer({"first": large})
    assert list(visit.candidates({"first": large}, there)) == ["first"]


def test_its_size_counts_image_and_network_outputs(visit, fakes):
    assert visit.nbytes == 48 * 64 * 3
    visit.infer(fakes)
    assert visit.nbytes == 48 * 64 * 3 + 2 * 3 * 4  # three float32 scores for each method


def test_images_are_told_apart():
    image = np.zeros((1, 1, 3), np.uint8)
    assert PhotoSession(image, "a").key != PhotoSession(image, "a").key


def crowd(scores, start):
    """People 1000 px apart, from `start` px on."""
    at = np.arange(len(scores))[:, None, None] * np.float32([1000, 0]) + np.float32([start, 0])
    keypoints = np.random.default_rng(0).uniform(0, 100, (17, 2)) + at
    boxes = np.concatenate([keypoints.min(1), keypoints.max(1)], axis=1)
    return Prediction(Poses(boxes, scores, keypoints, np.ones((len(scores), 17))), Timing(0, 0, 0))


def test_the_sure_keep_their_numbers_and_memory_stays_bounded_however_many_uncertain_ones_come(visit):
    sure = crowd([0.9, 0.6], start=0)
    for step in range(6):
        uncertain = crowd(np.linspace(0.4, 0.1, 150), start=1_000_000 * (step + 1))  # nobody twice
        numbers = visit.number_people({"uncertain": uncertain, "sure": sure})
        assert numbers["sure"].tolist() == [0, 1]
        assert len(np.unique(np.concatenate(list(numbers.values())))) == 152
    assert len(visit.known) == KNOWN


def test_new_people_are_numbered_by_their_best_score_in_any_method(visit):
    first = crowd([0.5, 0.4], start=0)
    second = crowd([0.9, 0.3], start=1000)  # at the places of the first's second person and of somebody else
    numbers = visit.number_people({"first": first, "second": second})
    assert {name: ids.tolist() for name, ids in numbers.items()} == {"first": [1, 0], "second": [0, 2]}


def test_imported_results_stand_beside_the_methods(visit, fakes):
    visit.infer(fakes)
    visit.imported = {"theirs.json": visit.decode(fakes, demo(fakes))["first"].poses}
    found = visit.decode(fakes, demo(fakes))
    assert list(found) == ["first", "second", "theirs.json"]
    assert found["theirs.json"].timing.total == 0
    numbers = visit.number_people(found)
    assert numbers["theirs.json"].tolist() == numbers["first"].tolist()


def test_its_size_counts_other_pictures_too(image):
    frame = PhotoSession(image, "frame")
    assert PhotoSession(image, "video", derived=[frame, frame]).nbytes == 3 * image.nbytes


def test_candidates_keep_the_numbers_of_those_who_are_shown_and_number_the_others(visit, fakes):
    visit.infer(fakes)
    shown = visit.number_people(visit.decode(fakes, demo(fakes)))
    before = visit.nbytes
    candidates = visit.candidates(fakes, demo(fakes))
    assert visit.nbytes > before
    for name, each in candidates.items():
        assert each.numbers[:2].tolist() == shown[name].tolist()
        assert len(set(each.numbers.tolist())) == len(each.poses) == 3
    everybody = visit.number_people(visit.decode(fakes, demo(fakes, pose_confidence=0.2)))
    assert {name: each.tolist() for name, each in everybody.items()} == {
        name: each.numbers.tolist() for name, each in candidates.items()
    }
    assert len(visit.known) == 3
    again = visit.candidates(fakes, demo(fakes, pose_confidence=0.2))
    assert all(again[name] is each for name, each in candidates.items())  # filters alone differ


def test_candidates_are_known_of_methods_whose_network_has_run(visit, fakes):
    visit.infer({"first": fakes["first"]})
    assert list(visit.candidates(fakes, demo(fakes))) == ["first"]


def test_a_candidate_like_somebody_who_is_shown_gets_a_number_of_their_own(visit, fakes):
    visit.infer(fakes)
    visit.number_people(visit.decode(fakes, demo(fakes)))
    known = visit.known
    poses = visit.decode(fakes, demo(fakes))["first"].poses
    twice = Poses(
        *(np.repeat(each, 2, axis=0) for each in (poses.boxes, poses.scores, poses.keypoints, poses.keypoint_scores))
    )
    numbers, longer = number_candidates(known, {"first": np.array([0, 1])}, {"first": twice})
    assert sorted(numbers["first"].tolist()) == [0, 1, 2, 3]
    assert len(longer) == 4


def test_people_who_are_not_shown_are_nobody_to_mistake_somebody_for(visit, fakes):
    visit.infer(fakes)
    visit.candidates(fakes, demo(fakes))
    people = visit.people_of(visit.decode(fakes, demo(fakes)))
    assert np.isnan(people).all(axis=(1, 2)).tolist() == [False, False, True]
    assert np.array_equal(people[:2], visit.known[:2])
