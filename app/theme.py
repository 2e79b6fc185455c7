"""The page's look: petrol and amber on paper or ink, fonts of the visitor's own system (nothing is fetched)."""

import gradio as gr
from gradio.themes.utils.colors import Color

PETROL = Color(
    name="petrol",
    c50="#eef7f7", c100="#d5ebec", c200="#aed7da", c300="#7dbcc2", c400="#4a9aa3", c500="#2b7d87",
    c600="#1f6570", c700="#1c525b", c800="#1a444c", c900="#12343a", c950="#0b2328",
)  # fmt: skip
AMBER = Color(
    name="amber",
    c50="#fdf7ea", c100="#faecca", c200="#f5d792", c300="#f0c05b", c400="#e8a838", c500="#d28a1e",
    c600="#b06c17", c700="#8b5116", c800="#724219", c900="#60371a", c950="#371c0b",
)  # fmt: skip
PAPER = Color(
    name="paper",
    c50="#faf8f4", c100="#f2efe8", c200="#e4dfd4", c300="#cdc6b8", c400="#9a9488", c500="#716d65",
    c600="#55534e", c700="#3a3d40", c800="#23292e", c900="#181d22", c950="#101418",
)  # fmt: skip
SANS = ("ui-sans-serif", "system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif")
MONO = ("ui-monospace", "SF Mono", "Cascadia Mono", "Menlo", "Consolas", "monospace")


def theme() -> gr.themes.Base:
    """The Gradio theme, light and dark."""
    look = gr.themes.Base(
        primary_hue=PETROL,
        secondary_hue=AMBER,
        neutral_hue=PAPER,
        font=SANS,
        font_mono=MONO,
        radius_size=gr.themes.sizes.radius_md,
        text_size=gr.themes.sizes.text_md,
        spacing_size=gr.themes.sizes.spacing_md,
    )
    return look.set(
        body_background_fill="*neutral_50",
        body_background_fill_dark="*neutral_950",
        background_fill_primary="white",
        background_fill_primary_dark="*neutral_900",
        background_fill_secondary="*neutral_100",
        background_fill_secondary_dark="*neutral_800",
        block_background_fill="white",
        block_background_fill_dark="*neutral_900",
        block_border_width="1px",
        block_border_color="*neutral_200",
        block_border_color_dark="*neutral_800",
        border_color_primary="*neutral_200",
        border_color_primary_dark="#2d343a",
        body_text_color="*neutral_800",
        body_text_color_dark="*neutral_100",
        body_text_color_subdued="*neutral_500",
        body_text_color_subdued_dark="*neutral_400",
        block_label_text_color="*neutral_600",
        block_label_text_color_dark="*neutral_300",
        block_label_background_fill="transparent",
        block_label_background_fill_dark="transparent",
        block_label_border_width="0px",
        block_title_text_weight="600",
        color_accent="*primary_500",
        slider_color="*primary_500",
        slider_color_dark="*primary_400",
        input_background_fill="white",
        input_background_fill_dark="*neutral_800",
        input_border_color_focus="*primary_400",
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_hover="*primary_700",
        button_primary_background_fill_dark="*primary_500",
        button_primary_background_fill_hover_dark="*primary_600",
        button_primary_text_color="white",
        button_secondary_background_fill="white",
        button_secondary_background_fill_hover="*neutral_100",
        button_secondary_background_fill_dark="*neutral_800",
        button_secondary_background_fill_hover_dark="*neutral_700",
        button_secondary_border_color="*neutral_200",
        button_secondary_border_color_dark="*neutral_700",
        button_border_width="1px",
        checkbox_background_color_selected="*primary_600",
        checkbox_background_color_selected_dark="*primary_500",
        checkbox_border_color_selected="*primary_600",
        checkbox_label_background_fill_selected="*primary_50",
        checkbox_label_background_fill_selected_dark="*primary_900",
        checkbox_label_text_color_selected="*primary_800",
        checkbox_label_text_color_selected_dark="*primary_100",
        checkbox_label_border_color_selected="*primary_300",
        checkbox_label_border_color_selected_dark="*primary_700",
        error_background_fill="#fbeee9",
        error_background_fill_dark="#3a1f17",
        error_border_color="#b4552d",
        error_border_color_dark="#d97a4f",
        error_text_color="#7c3416",
        error_text_color_dark="#f3cdbb",
        error_icon_color="#b4552d",
        error_icon_color_dark="#d97a4f",
    )
