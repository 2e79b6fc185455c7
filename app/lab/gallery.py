"""Images of people and detections: the ground truth first, then what each method found."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from app.analysis.crops import drawn_crop, region_of, true_poses
from app.analysis.dataset import Dataset, Run
from app.lab.words import complain, plain
from methods.analysis.report import poses_of
from methods.data.coco import AnnotatedImage
from methods.errors import WorkbenchError
from methods.metrics.paired_people import NEAR
from methods.types import Poses

ROWS = 5  # of images on a page; more make the browser slow and nobody looks at them
SIDE = 420  # px, the longer side of an image
COLUMNS = 4  # images in a row, the ground truth among them


@dataclass(frozen=True)
class Instance:
    """What to look at: a person (index into the ground truth) or, where that is -1, a detection of one run."""

    image_id: int
    person: int
    caption: str
    run: str = ""
    detection: int = -1


def people_instances(dataset: Dataset, people: Sequence[int]) -> list[Instance]:
    """The people of these indices into the ground truth."""
    ground_truth = dataset.ground_truth
    instances = []
    for person in people:
        image_id = int(ground_truth.image_ids[ground_truth.image[person]])
        instances.append(Instance(image_id, int(person), dataset.images[image_id].file_name))
    return instances


def detection_instances(dataset: Dataset, name: str, detections: Sequence[int]) -> list[Instance]:
    """The detections of these indices of one run."""
    found = dataset.runs[name].matching.detections
    instances = []
    for detection in detections:
        image_id = int(dataset.ground_truth.image_ids[found.image[detection]])
        instances.append(Instance(image_id, -1, dataset.images[image_id].file_name, name, detection))
    return instances


def show_instances(dataset: Dataset, runs: Sequence[str], instances: Sequence[Instance], key: str) -> None:
    """Rows of images, a page at a time: of each case the ground truth and what each of the runs found."""
    if not instances:
        st.info("Nothing to show here.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        pages = -(-len(instances) // ROWS)
        number = st.pagination(pages, key=f"{key} page of {pages}") if pages > 1 else 1
        whole = st.toggle("Whole images", key=f"{key} whole")
        st.caption(
            f"{len(instances)} to look at." + ("" if dataset.has_images else " No images were given: poses on grey.")
        )
    for instance in instances[(number - 1) * ROWS : number * ROWS]:
        try:
            _row(dataset, runs, instance, whole)
        except WorkbenchError as error:
            complain(error)


def _row(dataset: Dataset, runs: Sequence[str], instance: Instance, whole: bool) -> None:
    image = dataset.images[instance.image_id]
    pixels = image.read() if dataset.has_images else None
    ground_truth = _ground_truth(dataset, image, instance)
    found = {
        name: _found(dataset.runs[name], instance, instance.detection if name == instance.run else -1) for name in runs
    }
    # A false detection is looked at for itself, among whoever of the ground truth is near.
    looked_at = [each[1] for each in found.values()] + ([ground_truth[1]] if instance.person >= 0 else [])
    arrays = [np.concatenate(parts) for parts in zip(*map(_arrays, looked_at), strict=True)]
    everybody = Poses(arrays[0], arrays[1], arrays[2], arrays[3])
    size = (image.width, image.height)
    region = (0.0, 0.0, float(image.width), float(image.height)) if whole else region_of(everybody, size)
    st.markdown(f"**{plain(instance.caption)}**")
    shown = [("ground truth", ground_truth), *found.items()]
    for start in range(0, len(shown), COLUMNS):
        columns = st.columns(COLUMNS)
        for column, (name, (text, drawn)) in zip(columns, shown[start : start + COLUMNS], strict=False):
            drawn_image = drawn_crop(pixels, region, SIDE, drawn, dataset.data.skeleton)
            column.image(
                drawn_image, caption=plain(f"{name}{text}"), output_format="JPEG", alt=f"{name} in {image.file_name}"
            )


def _ground_truth(dataset: Dataset, image: AnnotatedImage, instance: Instance) -> tuple[str, Poses]:
    """The person; or everybody, where a detection means nobody."""
    if instance.person < 0:
        return "", true_poses(image.people[image.people.labelled])
    place = int(dataset.ground_truth.place[instance.person])
    return "", true_poses(image.people[place : place + 1])


def _found(run: Run, instance: Instance, chosen: int) -> tuple[str, Poses]:
    """The chosen detection, or that which is nearest to the person, and what to say of it."""
    if instance.person >= 0 and chosen < 0 and run.best_oks[instance.person] >= NEAR:
        chosen = int(run.best_detection[instance.person])
    if chosen < 0:
        return ": nobody", Poses.empty(run.keypoint_count)
    text = f", OKS {run.oks(chosen, instance.person):.2f}" if instance.person >= 0 else ""
    detection = run.detections[run.matching.detections.position[chosen]]
    return f"{text}, score {detection['score']:.2f}", poses_of([detection], run.keypoint_count)


def _arrays(poses: Poses) -> tuple[np.ndarray, ...]:
    return poses.boxes, poses.scores, poses.keypoints, poses.keypoint_scores
