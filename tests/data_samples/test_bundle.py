"""The scenes that come with the project: sizes, agreement of fields, and Cycles' depth as a second opinion."""

import json

import numpy as np
import pytest
from PIL import Image
from pycocotools import mask as run_length

from data_samples.generate.bundle import scene_names
from data_samples.generate.crowd import BANDS
from data_samples.generate.quizzes import QUIZZES
from data_samples.generate.second_opinion import SCENES
from data_samples.generate.visibility import radius
from methods.data.scenes import FOLDER
from methods.skeletons import COCO17

DEPTHS = sorted((FOLDER.parent / "depths").glob("*.npz"))


@pytest.fixture(scope="module")
def content():
    return json.loads((FOLDER / "scenes.json").read_text())


@pytest.fixture(scope="module")
def by_image(content):
    people = {image["id"]: [] for image in content["images"]}
    for annotation in content["annotations"]:
        people[annotation["image_id"]].append(annotation)
    return people


def arrays(annotation):
    keypoints = np.array(annotation["keypoints"]).reshape(17, 3)
    return keypoints[:, :2], keypoints[:, 2].astype(int)


def test_the_bundle_is_small_and_every_picture_is_listed(content):
    listed = {image["file_name"] for image in content["images"]}
    files = {str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.jpg")}
    assert listed == files
    assert sum(path.stat().st_size for path in FOLDER.parent.rglob("*") if path.is_file()) < 12_000_000
    assert max(max(image["width"], image["height"]) for image in content["images"]) == 640


def test_pictures_have_the_annotated_size(content):
    for image in content["images"]:
        assert Image.open(FOLDER / image["file_name"]).size == (image["width"], image["height"])


def test_the_bundle_is_complete(content):
    assert {image["file_name"] for image in content["images"]} == {f"{name}.jpg" for name in scene_names()}
    for number, quiz in enumerate(QUIZZES, start=1):
        assert f"quizzes/{number:02d}-{quiz.name}-before" in scene_names()
    assert {path.stem for path in DEPTHS} == {name.replace("/", "-") for name in SCENES}


def test_every_quiz_is_a_pair(content):
    notes = {image["file_name"]: image["note"] for image in content["images"] if image["set"] == "quizzes"}
    for number, quiz in enumerate(QUIZZES, start=1):
        for step, note in (("before", quiz.before), ("after", quiz.after)):
            name = f"quizzes/{number:02d}-{quiz.name}-{step}.jpg"
            assert notes.pop(name, note) == note
    assert not notes


def test_keypoints_are_the_projection_of_their_places(content, by_image):
    """Re-projection: place in the camera's axes, focal length and image size give the pixel that is written."""
    count = 0
    for image in content["images"]:
        centre = np.array([image["width"], image["height"]]) / 2
        for annotation in by_image[image["id"]]:
            places = np.array(annotation["keypoints_camera"])
            pixels, flags = arrays(annotation)
            found = image["focal"] * places[:, :2] / places[:, 2:] + centre
            assert found[flags > 0] == pytest.approx(pixels[flags > 0], abs=0.15)
            inside = ((found >= 0) & (found < 2 * centre)).all(axis=1) & (places[:, 2] > 0)
            assert (inside == (flags > 0)).all()
            count += int((flags > 0).sum())
    assert count > 15 * len(content["images"])


def test_flags_and_occluders_agree(content):
    for annotation in content["annotations"]:
        _, flags = arrays(annotation)
        for flag, occluder, share in zip(flags, annotation["occluder"], annotation["visible_share"], strict=True):
            assert (occluder in ("person", "object", "self")) == (flag == 1)
            assert (share is None) == (flag == 0)
            if flag:
                assert (flag == 2) == (share >= 0.5)


def test_boxes_and_areas_are_those_of_the_masks(content):
    for annotation in content["annotations"]:
        runs = {"size": annotation["segmentation"]["size"], "counts": annotation["segmentation"]["counts"].encode()}
        assert run_length.toBbox(runs).tolist() == annotation["bbox"]
        assert int(run_length.area(runs)) == annotation["area"] > 0
        x, y, width, height = annotation["bbox"]
        x1, y1, x2, y2 = annotation["whole_box"]
        assert x1 - 1 <= x
        assert y1 - 1 <= y
        assert x + width <= x2 + 1
        assert y + height <= y2 + 1
        assert 0 <= annotation["occlusion"] < 1
        assert 0 <= annotation["truncation"] < 1


def test_masks_of_one_picture_do_not_overlap(content, by_image):
    for people in by_image.values():
        masks = [{"size": p["segmentation"]["size"], "counts": p["segmentation"]["counts"].encode()} for p in people]
        if len(masks) > 1:
            assert int(run_length.area(run_length.merge(masks))) == sum(p["area"] for p in people)


def test_crowd_sets_have_the_index_that_their_name_says(content):
    for image in content["images"]:
        if image["set"].startswith("crowd-"):
            low, high = BANDS[image["set"].removeprefix("crowd-")]
            assert low <= image["crowdIndex"] <= high


def test_sets_show_what_they_are_for(content, by_image):
    shares = {}
    for image in content["images"]:
        people = by_image[image["id"]]
        shares.setdefault(image["set"], []).append(
            (max(p["occlusion"] for p in people), max(p["truncation"] for p in people), len(people))
        )
    assert all(number == 1 and cut == 0 for _, cut, number in shares.get("single", []))
    assert all(number == 2 and cut == 0 for _, cut, number in shares.get("pairs", []))
    assert all(cut > 0.05 for _, cut, _ in shares.get("cut-off", []))
    assert all(hidden > 0.05 for hidden, _, _ in shares.get("behind-objects", []))


@pytest.mark.parametrize("path", DEPTHS, ids=lambda path: path.stem)
def test_visibility_agrees_with_the_depth_that_cycles_finds(content, by_image, path):
    """A keypoint all of whose rays see it has a surface at its depth there; one hidden by others has something nearer.

    The depth was traced by Cycles from the meshes, so it shares no geometry code with the ground truth.
    """
    group, number = path.stem.rsplit("-", 1)
    (image,) = (image for image in content["images"] if image["file_name"] == f"{group}/{number}.jpg")
    depth = np.load(path)["depth"].astype(float)
    step = image["width"] // depth.shape[1]
    seen = hidden = 0
    for annotation in by_image[image["id"]]:
        pixels, flags = arrays(annotation)
        stature = np.ptp(np.array(annotation["keypoints_camera"])[:, 1]) * 1.1
        for keypoint in np.flatnonzero(flags):
            column, row = (int(value // step) for value in pixels[keypoint])
            there, place = depth[row, column], annotation["keypoints_camera"][keypoint][2]
            reach = radius(int(keypoint), max(stature, 1.9))
            if flags[keypoint] == 2 and annotation["visible_share"][keypoint] == 1:
                near = depth[max(0, row - 1) : row + 2, max(0, column - 1) : column + 2]
                assert np.abs(near - place).min() <= reach, COCO17.keypoints[keypoint]
                seen += 1
            elif annotation["visible_share"][keypoint] == 0 and annotation["occluder"][keypoint] != "self":
                assert 0 < there < place, COCO17.keypoints[keypoint]
                hidden += 1
    assert seen + hidden > 3
