"""Hands a file to the visitor's browser without ever writing it to the server's disk."""

import base64
from typing import Any

import gradio as gr

SCRIPT = """
watch("value", () => {
  if (!props.value) return;
  const bytes = Uint8Array.from(atob(props.value.data), (letter) => letter.charCodeAt(0));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type: props.value.type }));
  link.download = props.value.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  props.value = null;
});
"""


def download(elem_id: str = "download") -> gr.HTML:
    """The component, invisible; a value from `file` is saved at once."""
    return gr.HTML(
        value=None, html_template="", js_on_load=SCRIPT, apply_default_css=False, elem_id=elem_id,
        elem_classes="download-holder",
    )  # fmt: skip


def file(name: str, media_type: str, content: bytes) -> dict[str, Any]:
    """A file for the component."""
    return {"name": name, "type": media_type, "data": base64.b64encode(content).decode("ascii")}
