"""What components hand to the page's functions: only values of the kind that they themselves send.

Anybody can send anything in their place. What a component cannot have sent is refused here, in one sentence.
"""

import math
from typing import Any

import gradio as gr

from app.limits import TEXT

REFUSED = "The page was sent values that it does not take; load it again."


def check(component: Any, given: Any) -> None:
    """Raise gr.Error where a component of that kind cannot have sent a value."""
    if isinstance(component, gr.Slider | gr.Number):
        wrong = not is_finite(given)
        wanted = "a number"
    elif isinstance(component, gr.Checkbox):
        wrong, wanted = not isinstance(given, bool), "yes or no"
    elif isinstance(component, gr.CheckboxGroup):
        names = isinstance(given, list) and all(isinstance(each, str) for each in given)
        wrong, wanted = not names, "a list of names"
    elif isinstance(component, gr.Radio | gr.Dropdown):
        wrong, wanted = not isinstance(given, str | int) or isinstance(given, bool), "one of its choices"
        wrong = wrong and not (given is None and component.value is None)
    elif isinstance(component, gr.Textbox):
        wrong, wanted = not isinstance(given, str) or len(given) > TEXT, "a line of text"
    else:
        return  # files pass the gate; states are the server's own; JSON may be anything
    if wrong:
        raise refusal(given, component.label or "a control", wanted)


def refusal(given: Any, name: str, wanted: str) -> gr.Error:
    """The error for a value of another kind than what is called `name` takes; the log is told nothing."""
    sent = f"a {type(given).__name__}"
    return gr.Error(f"The page was sent {sent}, where {name} takes {wanted}; load it again.", print_exception=False)


def is_finite(given: Any) -> bool:
    """Whether a value is a number that arithmetic stands."""
    return isinstance(given, int | float) and not isinstance(given, bool) and abs(given) < 1e9 and math.isfinite(given)
