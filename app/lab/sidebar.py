"""What is chosen: a data set, and the results to look at."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from app.analysis.dataset import Dataset
from app.analysis.naming import free_name
from app.analysis.reading import (
    CATEGORY,
    RESULTS_SKELETON,
    RESULTS_SKELETONS,
    SKELETON,
    SKELETONS,
    SPLIT,
    SPLIT_CHOICES,
    category_options,
    usual_sigmas,
)
from app.lab import reading
from app.lab.reading import Annotations, Found, Source
from app.lab.words import complain, plain
from app.samples import TITLES
from methods.analysis.scene_results import read_origins
from methods.data.annotation_reading import AnnotationReading
from methods.data.formats.files import YAML
from methods.data.scenes import NAME
from methods.errors import WorkbenchError

KINDS = ["json", "gz", "zip"]
KNOWN = "COCO's JSON and what is written alike, or a YOLO set: its data.yaml, its folder, or all of it as a zip file."
SCENES, FILES, UPLOADS = "Sample scenes", "Files on this computer", "Uploaded file"


def choose() -> Dataset | None:
    """The dataset as the sidebar says; None, with the reason on the page, where something is missing."""
    with st.sidebar:
        st.header("Pose lab")
        try:
            source = _source()
        except WorkbenchError as error:
            complain(error)
            return None
        if source is None:
            return None
        found = _results(source)
        try:
            dataset = reading.dataset(source, found, complain)
        except WorkbenchError as error:
            complain(error)
            return None
    if not dataset.runs:
        st.info("Choose results in the sidebar: stored ones, results files or a folder that `evaluate --report` wrote.")
        return None
    return dataset


def _source() -> Source | None:
    kind = st.radio("Data set", (SCENES, FILES, UPLOADS), key="kind")
    if kind == SCENES:
        titles = {NAME: "All scenes"} | {f"{NAME}/{key}": title for key, title in TITLES.items()}
        return reading.scenes(st.selectbox("Scenes", list(titles), format_func=titles.__getitem__, key="scenes"))
    if kind == FILES:
        annotations = st.text_input("Annotations", placeholder="annotations.json", key="annotations", help=KNOWN)
        images = _images()
        if not annotations:
            st.info("Name a file of keypoint annotations.")
            return None
        return _read(Annotations.at(annotations), images)
    file = st.file_uploader("Annotations", KINDS, key="uploaded annotations", help=KNOWN)
    images = _images()
    if file is None:
        st.info("Upload a file of keypoint annotations.")
        return None
    return _read(Annotations.uploaded(file.name, file.getvalue()), images)


def _read(annotations: Annotations, images: str) -> Source:
    """As the fields say that are offered for this file."""
    choices = reading.categories(annotations)
    labels = {value: label for label, value in category_options(choices)}
    category = st.selectbox(CATEGORY, list(labels), format_func=labels.__getitem__, key="category")
    names = {value: label for label, value in SKELETONS}
    skeleton = st.selectbox(SKELETON, list(names), format_func=names.__getitem__, key="skeleton")
    usual, whose = usual_sigmas(choices, category, skeleton)
    sigmas = st.text_input(
        "OKS sigmas", placeholder=usual, key="sigmas",
        help=f"One for each keypoint with commas between, or one for all; empty: as shown ({plain(whose)}).",
    )  # fmt: skip
    split = ""
    if annotations.files.ending(YAML):
        splits = {value: label for label, value in SPLIT_CHOICES}
        split = st.selectbox(SPLIT, list(splits), format_func=splits.__getitem__, key="split")
    return reading.read(annotations, images, AnnotationReading(category, skeleton, sigmas, split))


def _images() -> str:
    return st.text_input(
        "Images",
        placeholder="none: poses on grey",
        help="A folder of images or of tar files, or a tar file.",
        key="images",
    )


def _results(source: Source) -> dict[str, Found]:
    ways: list[Callable[[], dict[str, Found]]] = []
    if source.data.name.startswith(NAME):
        stored = list(read_origins())
        if stored:
            names = st.multiselect("Stored results", stored, stored, key="stored")
            ways += [partial(reading.stored, source, name) for name in names]
    paths = st.text_area(
        "Results files",
        placeholder="kapao.json",
        help="Results of COCO, Ultralytics, AlphaPose, MMPose or OpenPose, a path a line: a file, folder or zip file;"
        " or a folder that `python -m methods evaluate --report` wrote.",
        height=68,
        key="paths",
    )
    ways += [partial(reading.results_at, source, path) for path in map(str.strip, paths.split("\n")) if path]
    for file in st.file_uploader("Uploaded results", KINDS, accept_multiple_files=True, key="results") or []:
        ways.append(partial(reading.results_of_bytes, source, file.name, file.getvalue()))
    labels = {value: label for label, value in RESULTS_SKELETONS}
    skeleton = st.selectbox(RESULTS_SKELETON, list(labels), format_func=labels.__getitem__, key="results skeleton")
    found: dict[str, Found] = {}
    for way in ways:
        try:
            found |= {free_name(name, found): each.of_skeleton(skeleton) for name, each in way().items()}
        except WorkbenchError as error:
            complain(error)
    return found
