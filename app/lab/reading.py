"""What a visitor names or uploads, as a data set and results; everything is read once and kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Literal

import streamlit as st
from pydantic import ValidationError

from app.analysis.dataset import Dataset, Run
from app.analysis.naming import method_name
from app.analysis.reading import CocoResults, matched_dataset
from app.analysis.scenes import scene_results
from methods.analysis.find import results_name
from methods.analysis.report import Report
from methods.analysis.run import Evaluation
from methods.analysis.shared_keypoints import skeleton_of_results
from methods.data.annotation_reading import AnnotationReading, CategoryChoice, category_choices
from methods.data.coco import CocoKeypoints
from methods.data.formats import read_annotations, read_results
from methods.data.formats.files import YAML, Files
from methods.data.formats.results import Results
from methods.data.scenes import read_scenes
from methods.errors import DataError
from methods.skeletons import Skeleton

REPORT = "report.json"


@dataclass(frozen=True)
class Source:
    """A data set; `key` is another one whenever the content is. `given` says that it is the visitor's own."""

    key: str
    data: CocoKeypoints
    has_images: bool
    given: bool = True


@dataclass(frozen=True)
class UploadedZip:
    """A zip file as a ZipSource."""

    name: str
    content: bytes

    def open(self, mode: Literal["rb"]) -> BinaryIO:
        return BytesIO(self.content)

    def __str__(self) -> str:
        return self.name


def _files(name: str, content: bytes) -> Files:
    """What was uploaded; raises DataError for a bad zip file."""
    zipped = Path(name).suffix.lower() == ".zip"
    return Files.open(UploadedZip(name, content)) if zipped else Files.of_bytes(name, content)


@dataclass(frozen=True)
class Found:
    """One method's results; `key` is another one whenever the content is."""

    key: str
    results: Results
    evaluation: Evaluation | None = None

    def of_skeleton(self, name: str) -> "Found":
        """The same, whose keypoints are said to be those of a skeleton, where one is named."""
        return replace(self, key=f"{self.key}|{name}", results=self.results.of_skeleton(name)) if name else self


@st.cache_resource(show_spinner="Reading the scenes")
def scenes(name: str) -> Source:
    """Sample scenes by name; raises DataError."""
    return Source(name, read_scenes(name), True, given=False)


@dataclass(frozen=True)
class Annotations:
    """A file of annotations; `key` is another one whenever the content is."""

    key: str
    files: Files

    @classmethod
    def at(cls, text: str) -> "Annotations":
        """On this computer; raises DataError where there is none."""
        path = Path(text).expanduser()
        files = Files.open(path)
        return cls(f"{path}|{path.stat().st_mtime}", files)

    @classmethod
    def uploaded(cls, name: str, content: bytes) -> "Annotations":
        return cls(sha256(content).hexdigest(), _files(name, content))

    @property
    def have_images(self) -> bool:
        """Whether their format says where their images are, or they lie in a folder or zip file with images."""
        return bool(self.files.ending(YAML) or self.files.under(""))


def categories(annotations: Annotations) -> list[CategoryChoice]:
    """The categories that may be chosen; raises DataError."""
    return _categories(annotations.key, annotations)


@st.cache_resource(show_spinner="Reading the annotations", max_entries=4)
def _categories(key: str, _annotations: Annotations) -> list[CategoryChoice]:
    return category_choices(_annotations.files)


def read(annotations: Annotations, images: str, reading: AnnotationReading) -> Source:
    """A file of annotations, with the images at a path, if any; raises DataError or SettingsError."""
    return _read(annotations.key, Path(images).expanduser() if images else None, reading, annotations)


@st.cache_resource(show_spinner="Reading the annotations", max_entries=4)
def _read(key: str, images: Path | None, reading: AnnotationReading, _annotations: Annotations) -> Source:
    has_images = images is not None or _annotations.have_images
    data = read_annotations(
        _annotations.files, images, reading.known_skeleton(), reading.options(), with_images=has_images
    )
    return Source(f"{key}|{images}|{reading}", data, has_images)


def stored(source: Source, method: str) -> dict[str, Found]:
    """What a published method finds in the sample scenes, as it is kept beside them; raises DataError."""
    return {method: Found(method, Results.of(scene_results(method, source.data)))}


def results_of_bytes(source: Source, name: str, content: bytes) -> dict[str, Found]:
    """An uploaded results file; raises DataError."""
    key = f"{source.key}|{sha256(content).hexdigest()}"
    return {method_name(name): _results(key, _files(name, content), source.data)}


def results_at(source: Source, text: str) -> dict[str, Found]:
    """Results of any format, or all those of a folder that `evaluate --report` wrote, by method; raises DataError."""
    path = Path(text).expanduser()
    if not (path / REPORT).is_file():
        return {method_name(path): _results_at(source, path)}
    return {
        name: _results_at(source, path / f"{results_name(name, source.data.name)}.json", evaluation)
        for name, evaluation in _evaluations(path, source.data.name).items()
    }


def dataset(source: Source, found: Mapping[str, Found], complain: Callable[[Exception], None]) -> Dataset:
    """The data set with the results; those that do not fit are left out, and `complain` is told why.

    Raises DataError where the results and the data set have no keypoint in common.
    """

    def run_of(name: str, data: CocoKeypoints, results: CocoResults) -> Run | None:
        each = found[name]
        try:
            return _matched(source.key, each.key, data.skeleton, data, results, each.evaluation)
        except DataError as error:
            complain(error)
            return None

    fitting: dict[str, Results] = {}
    for name, each in found.items():
        try:
            skeleton_of_results(each.results.found, source.data, each.results.skeleton)
            fitting[name] = each.results
        except DataError as error:
            complain(error)
    made = matched_dataset(source.data, source.has_images, fitting, run_of)
    return made if source.given else replace(made, report=())


def _results_at(source: Source, path: Path, evaluation: Evaluation | None = None) -> Found:
    key = f"{source.key}|{path.resolve()}|{path.stat().st_mtime if path.is_file() else 0}"
    return replace(_results(key, Files.open(path), source.data), evaluation=evaluation)


@st.cache_resource(show_spinner="Reading the results", max_entries=32)
def _results(key: str, _files: Files, _data: CocoKeypoints) -> Found:
    return Found(key, read_results(_files, _data))


def _evaluations(folder: Path, data: str) -> dict[str, Evaluation | None]:
    path = folder / REPORT
    try:
        report = Report.from_json(path.read_bytes())
    except ValidationError:
        raise DataError(f"{path} is no report of this version; write it again with evaluate --report.") from None
    for each in report.sets:
        if each.name == data:
            return {method.name: method.evaluation for method in each.methods}
    known = ", ".join(each.name for each in report.sets)
    raise DataError(f"{path} is about {known}, not about {data}; choose that data set.")


@st.cache_resource(show_spinner="Matching", max_entries=32)
def _matched(
    where: str,
    key: str,
    skeleton: Skeleton,
    _data: CocoKeypoints,
    _results: CocoResults,
    _evaluation: Evaluation | None,
) -> Run:
    return Run.of(_data, _results, _evaluation)
