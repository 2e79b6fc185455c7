"""What the browser needs to move thresholds by itself: how each method was filtered, and whom there is to filter."""

import zlib
from collections.abc import Collection

from app.analysis.candidates import loosened
from app.components import viewer_value
from app.components.viewer_schema import Candidates, Filter
from app.models import methods_of
from app.state.controls import Controls
from app.state.photo_session import PhotoSession
from methods.settings import Settings

CONFIDENCE = Settings.people_filter


def filters_of(session: PhotoSession, controls: Controls) -> dict[str, Filter]:
    """Of the methods that are shown; candidates are known of those whose networks have run."""
    found = {}
    for name, method in methods_of(controls.methods, controls.settings).items():
        settings = controls.settings[name]
        if loosened(settings) is not None:
            keypoints = getattr(settings, settings.keypoint_filter) if settings.keypoint_filter else None
            key = _key(session, settings) if session.has_run(method) else ""
            found[name] = Filter(people=getattr(settings, CONFIDENCE), keypoints=keypoints, candidates=key)
    return found


def candidates_of(session: PhotoSession, controls: Controls, names: Collection[str]) -> dict[str, Candidates]:
    """Whom those of the methods find at any threshold; no network runs."""
    found = session.candidates(methods_of(names, controls.settings), controls.settings)
    return {name: viewer_value.candidates(_key(session, controls.settings[name]), each) for name, each in found.items()}


def _key(session: PhotoSession, settings: Settings) -> str:
    """Another one for another image, and for other settings but the filters."""
    loose = loosened(settings)
    return f"{session.key}-{zlib.crc32(loose.model_dump_json().encode()) if loose else 0:08x}"
