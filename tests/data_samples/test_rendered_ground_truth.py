"""Visibility, boxes, occlusion and the crowd index of scenes made of a few squares."""

import json
from pathlib import Path

import numpy as np
import pytest

from data_samples.generate.body_parts import PARTS
from data_samples.generate.camera import Camera
from data_samples.generate.coco import annotation_file, image_entry, person_entry
from data_samples.generate.crowd import crowd_index
from data_samples.generate.ground_truth import measure
from data_samples.generate.mesh import Material, Mesh, Thing
from data_samples.generate.scene import Light, Person, Scene
from data_samples.generate.visibility import patch_parts, radius
from methods.data.coco import CocoKeypoints
from methods.skeletons import COCO17

CAMERA = Camera(np.zeros(3), np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]]), 100.0, 80, 60)  # looks along +y
NOSE, LEFT_WRIST, RIGHT_WRIST, LEFT_KNEE = (
    COCO17.keypoints.index(n) for n in ("nose", "left_wrist", "right_wrist", "left_knee")
)


def sheet(y, left, right, low, high, part=None):
    """An upright rectangle facing the camera at depth y; `part` names its body part."""
    vertices = np.array([[left, y, low], [right, y, low], [right, y, high], [left, y, high]], dtype=float)
    triangles = np.array([[0, 1, 2], [0, 2, 3]])
    parts = None if part is None else np.full(2, PARTS.index(part))
    return Mesh(vertices, triangles, Material("plain"), vertices, parts=parts)


def person(meshes, keypoints):
    """Somebody 1.8 m tall whose keypoints not named are far to the left of the image."""
    places = np.repeat([[-50.0, 2.0, 0.0]], 17, axis=0)
    for keypoint, place in keypoints.items():
        places[keypoint] = place
    return Person(tuple(meshes), places, 1.8, "standing", {})


def scene(people, things=()):
    return Scene("test", "test", 1, CAMERA, tuple(people), tuple(things), Light())


def only(ground_truth):
    (found,) = ground_truth.people
    return found


def test_a_keypoint_behind_its_own_surface_is_seen_and_one_outside_the_image_is_absent():
    body = person([sheet(2.0, -0.3, 0.3, -0.3, 0.3, "head")], {NOSE: (0, 2.03, 0)})
    ground_truth = only(measure(scene([body])))
    assert ground_truth.sight.flags[NOSE] == 2
    assert ground_truth.sight.shares[NOSE] == 1
    assert ground_truth.sight.occluders[NOSE] == ""
    assert ground_truth.sight.flags.sum() == 2  # nothing but the nose is in the image
    assert np.isnan(ground_truth.sight.shares[LEFT_WRIST])
    assert ground_truth.keypoints[NOSE] == pytest.approx([40, 30])


@pytest.mark.parametrize(
    ("cover", "occluder"),
    [("thing", "object"), ("other", "person"), ("arm", "self")],
)
def test_what_hides_a_keypoint_is_told(cover, occluder):
    body = [sheet(2.0, -0.3, 0.3, -0.3, 0.3, "head")]
    things, others = [], []
    if cover == "thing":
        things = [Thing("box", (sheet(1.0, -0.1, 0.1, -0.1, 0.1),))]
    elif cover == "other":
        others = [person([sheet(1.0, -0.1, 0.1, -0.1, 0.1, "torso")], {})]
    else:
        body.append(sheet(1.0, -0.1, 0.1, -0.1, 0.1, "left_lower_arm"))
    ground_truth = measure(scene([person(body, {NOSE: (0, 2.03, 0)}), *others], things))
    sight = ground_truth.people[0].sight
    assert sight.flags[NOSE] == 1
    assert sight.occluders[NOSE] == occluder
    assert sight.shares[NOSE] == 0


def test_most_rays_decide():
    """A strip over the right three of a wrist's seven rays leaves it seen; one over the middle too hides it."""
    reach = radius(LEFT_WRIST, 1.8)
    body = [sheet(2.0, -0.3, 0.3, -0.3, 0.3, "left_lower_arm")]
    keypoints = {LEFT_WRIST: (0, 2.02, 0)}
    ring = 0.35 * reach / 2  # the ring's radius where the strip is, at half the depth
    for left, flag, share in ((0.2 * ring, 2, 4 / 7), (-0.2 * ring, 1, 3 / 7)):
        strip = Thing("strip", (sheet(1.0, left, 0.3, -0.3, 0.3),))
        sight = only(measure(scene([person(body, keypoints)], [strip]))).sight
        assert sight.flags[LEFT_WRIST] == flag
        assert sight.shares[LEFT_WRIST] == pytest.approx(share)


def test_a_surface_far_from_the_keypoint_is_not_its_patch():
    """The near side of a head does not show the eye on its far side."""
    head = [sheet(1.9, -0.3, 0.3, -0.3, 0.3, "head")]
    sight = only(measure(scene([person(head, {NOSE: (0, 2.0, 0)})]))).sight
    assert radius(NOSE, 1.8) < 0.1
    assert sight.flags[NOSE] == 1
    assert sight.occluders[NOSE] == "self"


def test_rays_that_pass_beside_everything_say_nothing():
    """A keypoint at a body's edge is seen although half of its ring looks past it."""
    arm = [sheet(2.0, -0.3, 0.001, -0.3, 0.3, "left_lower_arm")]
    sight = only(measure(scene([person(arm, {LEFT_WRIST: (0, 2.0, 0)})]))).sight
    assert sight.flags[LEFT_WRIST] == 2
    assert sight.shares[LEFT_WRIST] == 1


def test_only_the_parts_that_meet_at_a_keypoint_show_it():
    assert {PARTS[i] for i in patch_parts(RIGHT_WRIST)} == {"right_lower_arm"}
    assert {PARTS[i] for i in patch_parts(LEFT_KNEE)} == {"left_upper_leg", "left_lower_leg"}
    for keypoint in range(17):
        assert len(patch_parts(keypoint))


def test_boxes_mask_occlusion_and_order():
    """A body of 40 x 20 px at depth 2, of which a thing hides the right half of what is in the image."""
    front = person([sheet(1.9, -0.7, -0.6, 0.4, 0.5, "head")], {NOSE: (-0.65, 1.5, 0.45)})
    body = person([sheet(2.0, -0.4, 0.4, -0.2, 0.2, "torso")], {NOSE: (0, 2, 0)})
    thing = Thing("box", (sheet(1.0, 0.0, 0.3, -0.3, 0.3),))
    ground_truth = measure(scene([body, front], [thing]))
    first = ground_truth.people[0]
    assert first.whole_box == pytest.approx([20, 20, 60, 40])
    assert first.box == pytest.approx([20, 20, 40, 40])
    assert first.mask.sum() == 20 * 20
    assert first.occlusion == pytest.approx(0.5)
    assert first.truncation == 0
    assert [found.depth_order for found in ground_truth.people] == [1, 0]
    assert first.depth == pytest.approx(2)
    assert ground_truth.owners[30, 30] == 0
    assert ground_truth.owners[30, 50] == 2
    assert ground_truth.depths[30, 50] == pytest.approx(1)


def test_truncation_counts_what_is_outside():
    body = person([sheet(2.0, 0.4, 1.2, -0.2, 0.2, "torso")], {NOSE: (0.5, 2, 0)})
    ground_truth = only(measure(scene([body])))
    assert ground_truth.whole_box == pytest.approx([60, 20, 100, 40])
    assert ground_truth.box == pytest.approx([60, 20, 80, 40])
    assert ground_truth.truncation == pytest.approx(0.5)
    assert ground_truth.occlusion == 0


def test_somebody_without_a_pixel_is_left_out():
    hidden = person([sheet(2.0, -0.1, 0.1, -0.1, 0.1, "head")], {NOSE: (0, 2, 0)})
    wall = Thing("wall", (sheet(1.0, -1, 1, -1, 1),))
    assert measure(scene([hidden], [wall])).people == (None,)


def test_crowd_index_by_hand():
    """Two boxes; the first holds its two keypoints and one of the other's, the second its two and none."""
    boxes = np.array([[0, 0, 10, 10], [8, 0, 20, 10]], dtype=float)
    keypoints = np.array([[[1, 1], [5, 5]], [[9, 5], [15, 5]]], dtype=float)
    counted = np.ones((2, 2), dtype=bool)
    assert crowd_index(boxes, keypoints, counted) == pytest.approx((1 / 2 + 0 / 2) / 2)
    counted[1, 0] = False  # a keypoint outside the image does not count
    assert crowd_index(boxes, keypoints, counted) == 0
    assert crowd_index(np.zeros((0, 4)), np.zeros((0, 2, 2)), np.zeros((0, 2), dtype=bool)) == 0


def test_crowd_index_is_at_most_one():
    boxes = np.array([[0, 0, 10, 10]] * 4, dtype=float)
    keypoints = np.full((4, 17, 2), 5.0)
    assert crowd_index(boxes, keypoints, np.ones((4, 17), dtype=bool)) == 1


def test_what_is_written_is_a_coco_file(tmp_path: Path):
    body = person([sheet(2.0, -0.4, 0.4, -0.2, 0.2, "head")], {NOSE: (0.013, 2.02, 0)})
    made = scene([body])
    ground_truth = measure(made)
    entry = person_entry(only(ground_truth), 1, 7)
    content = annotation_file([image_entry(made, ground_truth, 1, "a.jpg")], [entry])
    (tmp_path / "a.json").write_text(json.dumps(content))
    (tmp_path / "a.jpg").write_bytes(b"")
    (image,) = CocoKeypoints.read(tmp_path / "a.json", tmp_path)
    assert image.people.visibility[0].tolist() == [2] + [0] * 16
    assert image.people.keypoints[0, NOSE] == pytest.approx(CAMERA.project([0.013, 2.02, 0]), abs=0.01)
    assert image.people.keypoints[0, LEFT_WRIST].tolist() == [0, 0]
    assert image.people.boxes[0].tolist() == [20, 20, 60, 40]
    assert image.people.areas.tolist() == [800]
    extra = image.people.annotations[0]
    assert len(extra["occluder"]) == 17
    assert extra["visible_share"][LEFT_WRIST] is None

    from pycocotools import mask as run_length

    decoded = run_length.decode({"size": [60, 80], "counts": extra["segmentation"]["counts"]})
    assert (decoded.astype(bool) == only(ground_truth).mask).all()
