"""What is chosen: a data set, and the results to look at."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from app.analysis.dataset import Dataset, Run
from app.analysis.naming import free_name
from app.lab import reading
from app.lab.reading import Source
from app.lab.words import complain
from app.samples import TITLES
from methods.analysis.scene_results import read_origins
from methods.data.scenes import NAME
from methods.errors import WorkbenchError

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
        runs = _runs(source)
    if not runs:
        st.info("Choose results in the sidebar: stored ones, results files or a folder that `evaluate --report` wrote.")
        return None
    return Dataset(source.data, source.has_images, runs)


def _source() -> Source | None:
    kind = st.radio("Data set", (SCENES, FILES, UPLOADS), key="kind")
    if kind == SCENES:
        titles = {NAME: "All scenes"} | {f"{NAME}/{key}": title for key, title in TITLES.items()}
        return reading.scenes(st.selectbox("Scenes", list(titles), format_func=titles.__getitem__, key="scenes"))
    if kind == FILES:
        annotations = st.text_input("Annotations (COCO JSON)", placeholder="annotations.json", key="annotations")
        images = _images()
        if not annotations:
            st.info("Name a file of COCO keypoint annotations.")
            return None
        return reading.files(annotations, images)
    file = st.file_uploader("Annotations (COCO JSON)", "json", key="uploaded annotations")
    images = _images()
    if file is None:
        st.info("Upload a file of COCO keypoint annotations.")
        return None
    return reading.uploaded(file.name, file.getvalue(), images)


def _images() -> str:
    return st.text_input(
        "Images",
        placeholder="none: poses on grey",
        help="A folder of images or of tar files, or a tar file.",
        key="images",
    )


def _runs(source: Source) -> dict[str, Run]:
    ways: list[Callable[[], dict[str, Run]]] = []
    if source.data.name.startswith(NAME):
        stored = list(read_origins())
        if stored:
            names = st.multiselect("Stored results", stored, stored, key="stored")
            ways += [partial(reading.stored_run, source, name) for name in names]
    paths = st.text_area(
        "Results files",
        placeholder="kapao.json",
        help="COCO keypoint results, one path a line; or a folder that `python -m methods evaluate --report` wrote.",
        height=68,
        key="paths",
    )
    ways += [partial(reading.runs_of_path, source, path) for path in map(str.strip, paths.split("\n")) if path]
    for file in st.file_uploader("Uploaded results", "json", accept_multiple_files=True, key="results") or []:
        ways.append(partial(reading.run_of_bytes, source, file.name, file.getvalue()))
    runs: dict[str, Run] = {}
    for way in ways:
        try:
            runs |= {free_name(name, runs): run for name, run in way().items()}
        except WorkbenchError as error:
            complain(error)
    return runs
