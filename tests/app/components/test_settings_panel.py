"""Controls built from Settings."""

import gradio as gr
import pytest

from app.components.settings_panel import SettingsPanel
from methods.errors import SettingsError


@pytest.fixture
def panel(fakes):
    with gr.Blocks():
        return SettingsPanel(fakes, gr.CheckboxGroup(list(fakes)))


def test_a_number_becomes_a_slider_and_a_switch_a_checkbox(panel):
    slider, checkbox = panel.fields[:2]
    assert isinstance(slider, gr.Slider)
    assert (slider.minimum, slider.maximum, slider.step, slider.value) == (0.0, 1.0, 0.01, 0.5)
    assert slider.label == "Pose confidence"
    assert "lower score" in slider.info
    assert isinstance(checkbox, gr.Checkbox)
    assert checkbox.value is False
    assert len(panel.fields) == 4  # two methods
    assert panel.inputs == [panel.methods, *panel.fields]


def test_values_become_settings_of_each_method(panel):
    settings = panel.read([0.3, True, 0.4, False])
    assert settings["first"].model_dump() == {"pose_confidence": 0.3, "mirror": True}
    assert settings["second"].model_dump() == {"pose_confidence": 0.4, "mirror": False}


def test_a_value_out_of_range_is_one_sentence(panel):
    with pytest.raises(SettingsError, match=r"pose_confidence is 3; give a number from 0 to 1"):
        panel.read([3, False, 0.4, False])


def test_presets_give_the_fields_values_and_read_back(panel, fakes):
    assert panel.values(panel.preset("evaluation")) == [0.1, False, 0.1, False]
    assert panel.read(panel.values(panel.preset("demo")))["first"] == fakes["first"].Settings.demo()
