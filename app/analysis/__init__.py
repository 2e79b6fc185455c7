"""Pure functions of predictions and annotations, for page and lab: they know no visitor and no Gradio."""
