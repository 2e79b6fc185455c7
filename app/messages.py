"""Sentences for the visitor that more than one place needs."""

from methods.settings import Settings

NO_IMAGE = "Choose a sample or give an image first; after a pause of half an hour an image is forgotten."
FORGOTTEN = "The image and all that was worked out of it are forgotten."
STOPPING = "What runs for you stops after the step that is being worked on."
STOPPED = "Stopped; what was found until then is shown."
NOTHING_NEW = "Stopped; nothing has changed."
NO_METHOD = "Tick at least one method."
NOBODY_IMPORTED = "The imported file names nobody in this image."


def why_empty(settings: Settings) -> str:
    """Why a method shows nobody, and what to try: its first setting is the one that decides who counts."""
    control = settings.controls()[0]
    value = getattr(settings, control.name)
    if control.low is not None and value > control.low:
        return f"No person above {value:.2f}; lower {control.label.lower()}, or try another image."
    return "No person found even at the lowest threshold; try another image, or one where people are larger."
