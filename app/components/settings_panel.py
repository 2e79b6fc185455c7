"""Sliders and switches for every method, built from its Settings."""

from collections.abc import Mapping, Sequence
from typing import Any

import gradio as gr

from methods.method import Method
from methods.settings import Control, Settings

Field = gr.Slider | gr.Checkbox


class SettingsPanel:
    """An accordion for each method; `fields` is all its controls in a fixed order, as events want them.

    `methods` is the component, laid out elsewhere, that chooses which methods are shown; `inputs` is that and `fields`.
    """

    def __init__(self, methods: Mapping[str, Method], chosen: gr.CheckboxGroup) -> None:
        self.methods = chosen
        self._models: dict[str, type[Settings]] = {name: method.Settings for name, method in methods.items()}
        self.names: list[tuple[str, str]] = []  # method and setting of each field
        self.fields: list[Field] = []
        for name, model in self._models.items():
            with gr.Accordion(name, open=len(self._models) <= 2, elem_classes="method-settings"):
                for control in model.controls():
                    self.names.append((name, control.name))
                    self.fields.append(_field(name, control))
        self.inputs: list[gr.CheckboxGroup | Field] = [chosen, *self.fields]

    def fields_of(self, setting: str) -> list[Field]:
        """The controls of one setting in every method that has it."""
        return [field for (_, name), field in zip(self.names, self.fields, strict=True) if name == setting]

    def read(self, values: Sequence[Any]) -> dict[str, Settings]:
        """The fields' values as each method's Settings; raises SettingsError."""
        given: dict[str, dict[str, Any]] = {name: {} for name in self._models}
        for (name, setting), value in zip(self.names, values, strict=True):
            given[name][setting] = value
        return {name: model(**given[name]) for name, model in self._models.items()}

    def preset(self, preset: str) -> dict[str, Settings]:
        """Each method's Settings of "demo" or "evaluation"."""
        return {name: getattr(model, preset)() for name, model in self._models.items()}

    def values(self, settings: Mapping[str, Settings]) -> list[Any]:
        """The fields' values of each method's Settings; what `read` takes back."""
        return [getattr(settings[name], setting) for name, setting in self.names]


def _field(method: str, control: Control) -> Field:
    elem_id = f"{method}-{control.name}"
    if control.low is None or control.high is None:
        return gr.Checkbox(value=bool(control.default), label=control.label, info=control.meaning, elem_id=elem_id)
    return gr.Slider(
        minimum=control.low,
        maximum=control.high,
        step=_step(control.low, control.step),
        value=control.default,
        label=control.label,
        info=f"{control.meaning} ({control.unit})",
        elem_id=elem_id,
        buttons=[],
    )


def _step(low: float, step: float) -> float:
    """A slider counts its steps from the low end; where that is no whole number of steps (0.001 with steps of 0.01),
    it moves by the low end itself, so that round values can be reached."""
    return step if abs(low / step - round(low / step)) < 1e-6 else low
