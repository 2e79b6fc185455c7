"""What the methods find in a visitor's image with the visitor's controls."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from app.kept_predictions import predictions_of
from app.models import methods_of, offered
from app.samples import Offer
from app.state.controls import Controls
from app.state.photo_session import PhotoSession
from methods.images import read_image
from methods.method import Raw
from methods.types import Prediction

RAWS: dict[str, dict[str, Raw]] = {}  # what the networks said of samples: once for all visitors, 5 MB each


def sample_session(offer: Offer) -> PhotoSession:
    """A session of a sample, with what is kept of the methods' predictions about it."""
    raws = RAWS.setdefault(offer.name, {})
    image = read_image(offer.path)
    session = PhotoSession(
        image, offer.path.name, offer.credit, offer.name, offer.ground_truth, caption=offer.caption, raws=raws
    )
    for name, prediction in predictions_of(offer, offered()).items():
        session.keep(offered()[name], prediction)
    return session


def find(session: PhotoSession, controls: Controls, names: Collection[str] | None = None) -> dict[str, Prediction]:
    """Predictions of the methods that are shown, or of others by name; networks run if they have not."""
    session.infer(methods_of(controls.methods if names is None else names, controls.settings))
    return known(session, controls, names)


def known(session: PhotoSession, controls: Controls, names: Collection[str] | None = None) -> dict[str, Prediction]:
    """The same of the methods whose networks have run, or whose predictions are kept; no network runs."""
    methods = methods_of(controls.methods if names is None else names, controls.settings)
    return session.decode(methods, controls.settings)


def time(session: PhotoSession, controls: Controls, progress: Callable[[str], None]) -> None:
    """Measure the times of the methods that are shown, see PhotoSession.time."""
    session.time(methods_of(controls.methods, controls.settings), controls.settings, progress)


def is_known(session: PhotoSession, controls: Controls) -> bool:
    """Whether no network has to run to tell what the methods find that are shown."""
    return not session.unanswered(methods_of(controls.methods, controls.settings), controls.settings)


def measure(session: PhotoSession, controls: Controls) -> bool:
    """Run the networks of methods that are shown whose intermediate outputs are not known; whether any did."""
    methods = methods_of(controls.methods, controls.settings)
    if not session.unmeasured(methods):
        return False
    session.infer(methods)
    session.kept.difference_update(methods)
    return True


def importable(found: Mapping[str, Any]) -> dict[str, Any]:
    """Imported results under names that no offered method has."""
    return {name if name not in offered() else f"{name}, imported": each for name, each in found.items()}
