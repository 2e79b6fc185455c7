"""Labels: annotations that are probably wrong, because most methods agree with each other and not with them."""

import numpy as np
import streamlit as st

from app.analysis.crops import drawn_crop, region_of, true_poses
from app.analysis.dataset import Dataset
from app.analysis.labels import ALL, FILE, agreed_pose, chosen_doubts
from app.lab.gallery import ROWS, SIDE
from app.lab.tables import choose_rows
from app.lab.words import complain, plain
from methods.analysis.label_error import Kind, LabelError
from methods.errors import WorkbenchError
from methods.ops.oks import extents
from methods.types import Poses


def show(dataset: Dataset) -> None:
    """The page."""
    found = dataset.label_errors
    st.subheader("Labels to look at")
    st.caption(
        f"{plain(found.sentence())} Methods that learned from the same labels err alike, so look before you correct."
        " The file holds what the methods agree on as COCO annotations, for a label tool."
    )
    kind = st.radio("Show", [ALL, *(kind.value for kind in Kind)], horizontal=True, key="labels' kind")
    st.download_button("Save as JSON", found.to_coco(dataset.data), FILE, "application/json", disabled=not found.errors)
    doubts = chosen_doubts(dataset, kind)
    if not doubts:
        st.info("No label is in doubt here.")
        return
    table = found.model_copy(update={"errors": tuple(doubts)}).to_pandas()
    chosen = choose_rows(table.drop(columns=["person"]), f"doubts {kind}").index
    pages = -(-len(chosen) // ROWS)
    number = st.pagination(pages, key=f"doubts page of {pages}") if pages > 1 else 1
    for position in chosen[(number - 1) * ROWS : number * ROWS]:
        try:
            _row(dataset, doubts[position])
        except WorkbenchError as error:
            complain(error)


def _row(dataset: Dataset, doubt: LabelError) -> None:
    image = dataset.images[doubt.image_id]
    pixels = image.read() if dataset.has_images else None
    places = [int(dataset.ground_truth.place[each]) for each in (doubt.person, doubt.other) if each >= 0]
    annotated, agreed = true_poses(image.people[np.array(places, dtype=int)]), _poses(agreed_pose(doubt))
    shown = {"annotated": annotated} if doubt.kind is Kind.DOUBLED else {"annotated": annotated, "methods": agreed}
    # The same part of the image twice, with what is drawn in either.
    parts = ("boxes", "scores", "keypoints", "keypoint_scores")
    together = {part: np.concatenate([getattr(one, part) for one in shown.values()]) for part in parts}
    everything = Poses(**together, skeleton=dataset.data.skeleton)
    region = region_of(everything, (image.width, image.height))
    st.markdown(f"**{plain(f'{image.file_name}: {doubt.kind.value}, {doubt.score:.2f}')}**: {plain(doubt.reason)}")
    columns = st.columns(2)
    for column, (name, poses) in zip(columns, shown.items(), strict=False):
        crop = drawn_crop(pixels, region, SIDE, poses, dataset.data.skeleton)
        column.image(crop, caption=name, output_format="JPEG", alt=f"{name} in {image.file_name}")


def _poses(keypoints: np.ndarray) -> Poses:
    return Poses(extents(keypoints[None]), np.ones(1), keypoints[None], np.ones((1, len(keypoints))))
