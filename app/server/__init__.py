"""Between Gradio's server and the page: who may send what, whose turn it is, and when all is forgotten."""
