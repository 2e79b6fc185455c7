"""One sentence to the visitor that stays until the next action."""

import gradio as gr

# The sentence may quote a file's name, so it is set as text and can never become markup.
SCRIPT = """
const line = element.querySelector(".notice");
const show = () => { line.textContent = props.value || ""; line.hidden = !props.value; };
watch("value", show);
show();
"""


def notice(elem_id: str = "notice") -> gr.HTML:
    """The component; its value is the sentence, empty for none."""
    return gr.HTML(
        value="",
        html_template='<p class="notice" role="alert" hidden></p>',
        js_on_load=SCRIPT,
        apply_default_css=False,
        elem_id=elem_id,
        elem_classes="notice-holder",
    )
