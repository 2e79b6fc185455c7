"""What a visitor has set: changes add up, and what the page shows fills in what was never told."""

from copy import deepcopy
from threading import Thread

import pytest

from app.state.controls import Controls
from app.state.visitor import StoppedError, VisitorState
from methods.errors import SettingsError


@pytest.fixture
def visitor(fakes):
    return VisitorState(Controls.initial(fakes))


def shown(fakes, methods=("first", "second"), **changed):
    """Controls as the page shows them."""
    return Controls(methods, {name: method.Settings(**changed) for name, method in fakes.items()})


def test_a_long_run_ends_after_the_step_that_was_being_worked_on(visitor):
    visitor.stopping = True  # of an earlier run
    steps = []
    for step in visitor.until_stopped(range(9)):
        steps.append(step)
        visitor.stopping = step == 2
    assert steps == [0, 1, 2]
    assert list(visitor.until_stopped(range(3))) == [0, 1, 2]


def test_what_tells_progress_ends_a_run(visitor):
    visitor.stopping = True
    told = []
    tell = visitor.stoppable(lambda *progress: told.append(progress))
    tell(0.5, "first")
    visitor.stopping = True
    with pytest.raises(StoppedError, match="nothing has changed"):
        tell(1.0, "second")
    assert told == [(0.5, "first")]


def test_a_page_begins_with_every_method_and_its_demo_preset(visitor, fakes):
    assert visitor.controls.methods == ("first", "second")
    assert visitor.controls.settings["first"] == fakes["first"].Settings.demo()
    assert visitor.session is None


def test_changes_add_up_and_leave_earlier_controls_as_they_were(visitor):
    before = visitor.controls
    visitor.set("first", "pose_confidence", 0.2)
    visitor.set("first", "mirror", True)
    visitor.choose(["first"])
    visitor.draw({"first": ["Layer"]})
    assert visitor.controls.settings["first"].model_dump() == {"pose_confidence": 0.2, "mirror": True}
    assert visitor.controls.settings["second"] == before.settings["second"]
    assert (visitor.controls.methods, visitor.controls.layers) == (("first",), {"first": ["Layer"]})
    assert before.settings["first"].pose_confidence == 0.5


def test_a_wrong_value_changes_nothing(visitor):
    before = visitor.controls
    with pytest.raises(SettingsError, match="give a number from 0 to 1"):
        visitor.set("first", "pose_confidence", 7)
    assert visitor.controls is before


def test_many_changes_at_once_lose_none(visitor):
    fields = [("first", "pose_confidence"), ("second", "pose_confidence")]
    threads = [
        Thread(target=lambda field=field: [visitor.set(*field, step / 200) for step in range(201)]) for field in fields
    ]
    threads += [Thread(target=lambda: [visitor.choose(["second"]) for _ in range(200)])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [visitor.controls.settings[method].pose_confidence for method, _ in fields] == [1, 1]
    assert visitor.controls.methods == ("second",)


def test_of_a_forgotten_page_everything_that_it_shows_counts(visitor, fakes):
    visitor.learn(shown(fakes, ("second",), pose_confidence=0.3))
    assert visitor.controls.methods == ("second",)
    assert {each.pose_confidence for each in visitor.controls.settings.values()} == {0.3}


def test_what_was_told_while_a_image_waited_to_be_opened_holds(visitor, fakes):
    before = shown(fakes, pose_confidence=0.3)
    visitor.set("first", "pose_confidence", 0.9)
    visitor.choose(["first"])
    visitor.learn(before)
    assert visitor.controls.settings["first"].pose_confidence == 0.9
    assert visitor.controls.settings["second"].pose_confidence == 0.3
    assert visitor.controls.methods == ("first",)


def test_a_preset_sets_all_settings_and_leaves_methods_and_layers(visitor, fakes):
    visitor.choose(["first"])
    visitor.draw({"first": ["Layer"]})
    visitor.set_all({name: method.Settings.evaluation() for name, method in fakes.items()})
    visitor.learn(shown(fakes, ("second",), pose_confidence=0.7))
    assert {each.pose_confidence for each in visitor.controls.settings.values()} == {0.1}
    assert (visitor.controls.methods, visitor.controls.layers) == (("first",), {"first": ["Layer"]})


def test_each_page_has_its_own(visitor):
    other = deepcopy(visitor)  # as Gradio makes one for each session
    other.set("first", "pose_confidence", 0.2)
    assert visitor.controls.settings["first"].pose_confidence == 0.5
