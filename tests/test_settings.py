"""Settings: ranges, clear messages, controls for the user interfaces."""

import pytest

from methods.errors import SettingsError
from methods.settings import Settings, setting, switch


class Example(Settings):
    pose_confidence: float = setting(0.3, 0.0, 1.0, "people scored lower are not shown")
    people: int = setting(20, 1, 100, "at most so many people", unit="people", step=1)
    flip: bool = switch(False, "also look at the mirror image")


def test_bad_value_is_named_with_its_range_and_meaning():
    with pytest.raises(SettingsError) as caught:
        Example(pose_confidence=1.4)
    assert str(caught.value) == (
        "pose_confidence is 1.4; give a number from 0 to 1 (probability: people scored lower are not shown)."
    )


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "high", None, -0.01])
def test_values_that_are_no_probability_are_refused(value):
    with pytest.raises(SettingsError, match="pose_confidence"):
        Example(pose_confidence=value)


def test_unknown_setting_lists_the_known_ones():
    with pytest.raises(SettingsError, match="no setting 'confidence'; choose from pose_confidence, people, flip"):
        Example(confidence=0.4)


def test_model_copy_checks_what_it_changes():
    changed = Example.demo().model_copy(update={"pose_confidence": 0.4})
    assert (changed.pose_confidence, changed.people) == (0.4, 20)
    with pytest.raises(SettingsError, match="people"):
        changed.model_copy(update={"people": 0})


def test_settings_are_frozen_and_hashable():
    settings = Example()
    with pytest.raises(ValueError, match="frozen"):
        settings.pose_confidence = 0.9
    assert hash(settings) == hash(Example())


def test_labels_spell_measures_as_the_field_does():
    class Measures(Settings):
        pose_iou: float = setting(0.5, 0.0, 1.0, "overlap", unit="IoU")
        test_time_augmentation: bool = switch(False, "looks")
        pose_oks: float = setting(0.5, 0.0, 1.0, "similarity", unit="OKS")

    assert [control.label for control in Measures.controls()] == ["Pose IoU", "Test-time augmentation", "Pose OKS"]


def test_controls_carry_all_that_a_slider_or_checkbox_needs():
    confidence, people, flip = Example.controls()
    assert (confidence.name, confidence.label, confidence.default) == ("pose_confidence", "Pose confidence", 0.3)
    assert (confidence.low, confidence.high, confidence.step) == (0.0, 1.0, 0.01)
    assert (people.unit, people.step) == ("people", 1)
    assert flip.low is None
    assert flip.default is False
