"""What a visitor names or uploads, as a data set and results; everything is read once and kept."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import streamlit as st
from pydantic import ValidationError

from app.analysis.dataset import Run
from app.analysis.naming import method_name
from app.analysis.scenes import scene_results
from methods.analysis.find import results_name
from methods.analysis.report import Report
from methods.analysis.run import Evaluation
from methods.data.coco import CocoKeypoints
from methods.data.formats import read_results
from methods.data.formats.files import Files
from methods.data.scenes import read_scenes
from methods.errors import DataError

REPORT = "report.json"
Reader = Callable[[], list[dict[str, Any]]]


@dataclass(frozen=True)
class Source:
    """Where a data set comes from; `key` is another one whenever the content is."""

    key: str
    data: CocoKeypoints
    has_images: bool


@st.cache_resource(show_spinner="Reading the scenes")
def scenes(name: str) -> Source:
    """Sample scenes by name; raises DataError."""
    return Source(name, read_scenes(name), True)


def files(annotations: str, images: str) -> Source:
    """Annotations and images by their paths; no images where none are named. Raises DataError."""
    path = Path(annotations).expanduser()
    if not path.is_file():
        raise DataError(f"There is no annotation file at {path}; check the path.")
    return _files(path, Path(images).expanduser() if images else None, path.stat().st_mtime)


@st.cache_resource(show_spinner="Reading the annotations", max_entries=4)
def _files(annotations: Path, images: Path | None, changed: float) -> Source:
    data = CocoKeypoints.read(annotations, images, skeleton=None)
    return Source(f"{annotations}|{images}|{changed}", data, images is not None)


def uploaded(name: str, content: bytes, images: str) -> Source:
    """An uploaded annotation file, and images by their path, if any; raises DataError."""
    return _uploaded(name, sha256(content).hexdigest(), Path(images).expanduser() if images else None, content)


@st.cache_resource(show_spinner="Reading the annotations", max_entries=4)
def _uploaded(name: str, digest: str, images: Path | None, _content: bytes) -> Source:
    data = CocoKeypoints.parse(_content, name, images, skeleton=None)
    return Source(f"{digest}|{images}", data, images is not None)


def stored_run(source: Source, method: str) -> dict[str, Run]:
    """What a published method finds in the sample scenes, as it is kept beside them; raises DataError."""
    return {method: _run(source, method, lambda: scene_results(method, source.data))}


def run_of_bytes(source: Source, name: str, content: bytes) -> dict[str, Run]:
    """An uploaded results file; raises DataError."""
    run = _run(
        source, sha256(content).hexdigest(), lambda: read_results(Files.of_bytes(name, content), source.data).found
    )
    return {method_name(name): run}


def runs_of_path(source: Source, text: str) -> dict[str, Run]:
    """A results file, or a folder that `evaluate --report` wrote, by method; raises DataError where it is neither."""
    path = Path(text).expanduser()
    if not path.is_dir():
        return {method_name(path): _run_of_file(source, path)}
    return {
        name: _run_of_file(source, path / f"{results_name(name, source.data.name)}.json", evaluation)
        for name, evaluation in _evaluations(path, source.data.name).items()
    }


def _run_of_file(source: Source, path: Path, evaluation: Evaluation | None = None) -> Run:
    changed = path.stat().st_mtime if path.is_file() else 0
    return _run(source, f"{path.resolve()}|{changed}", lambda: read_results(path, source.data).found, evaluation)


def _evaluations(folder: Path, data: str) -> dict[str, Evaluation | None]:
    path = folder / REPORT
    if not path.is_file():
        raise DataError(f"{folder} holds no {REPORT}; give results files, or a folder that evaluate --report wrote.")
    try:
        report = Report.from_json(path.read_bytes())
    except ValidationError:
        raise DataError(f"{path} is no report of this version; write it again with evaluate --report.") from None
    for each in report.sets:
        if each.name == data:
            return {method.name: method.evaluation for method in each.methods}
    known = ", ".join(each.name for each in report.sets)
    raise DataError(f"{path} is about {known}, not about {data}; choose that data set.")


def _run(source: Source, key: str, read: Reader, evaluation: Evaluation | None = None) -> Run:
    return _matched(source.key, key, source.data, read, evaluation)


@st.cache_resource(show_spinner="Matching", max_entries=32)
def _matched(where: str, key: str, _data: CocoKeypoints, _read: Reader, _evaluation: Evaluation | None) -> Run:
    return Run.of(_data, _read(), _evaluation)
