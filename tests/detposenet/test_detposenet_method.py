"""DetPoseNet as a Method: batches, given boxes, decoding without networks."""

import json

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from methods.__main__ import app
from methods.catalog import find_variant
from methods.detposenet.decode import LEAST_SCORE, keypoint_confidence
from methods.detposenet.filtering import Filtered, Verdict
from methods.detposenet.method import DetPoseNet, SmallDetPoseNet, rows_of
from methods.errors import CatalogError, SettingsError
from methods.samples import samples


@pytest.mark.parametrize(("name", "size"), [("detposenet-n", 640), ("detposenet", 1280), ("detposenet-hrnet48", 1280)])
def test_variants_and_their_input(name, size):
    assert find_variant(name).method_class().default_input_size == size


def test_input_is_as_the_coarsest_proposals_need_it(detposenet, images):
    shapes = [tuple(detposenet.preprocess(image)[0].shape) for image in images]
    assert shapes == [(3, 128, 128), (3, 128, 64), (3, 128, 128), (3, 128, 128), (3, 64, 128)]


@pytest.fixture(scope="module")
def found_together(detposenet, images):
    """What is found in all images, asked for at once."""
    return detposenet.predict(images, detposenet.Settings.evaluation())


def test_the_same_answer_twice(detposenet, images, found_together):
    detposenet.forget()
    again = detposenet.predict(images, detposenet.Settings.evaluation())
    assert all(one.poses == other.poses for one, other in zip(found_together, again, strict=True))
    assert any(len(found.poses) for found in found_together)


def test_one_by_one_is_the_same_as_together(detposenet, images, found_together):
    for image, together in zip(images, found_together, strict=True):
        alone = detposenet.predict([image], detposenet.Settings.evaluation())[0]
        assert alone.poses.allclose(together.poses, atol=1e-2)
        np.testing.assert_allclose(alone.intermediate.boxes, together.intermediate.boxes, atol=1e-2)
        assert (alone.intermediate.verdicts == together.intermediate.verdicts).all()


def test_given_boxes_are_the_ones_looked_into(detposenet, images):
    boxes = np.array([[10, 10, 60, 90], [40, 5, 120, 95]], np.float32)
    raw = detposenet.infer(images[:1], boxes=[boxes])[0]
    found = detposenet.decode(raw, detposenet.Settings.evaluation())
    own = found.intermediate.verdicts[:2]
    np.testing.assert_allclose(
        found.intermediate.boxes[:2][own != Verdict.RECOVERED], boxes[own != Verdict.RECOVERED], atol=1e-3
    )
    assert found.intermediate.scores[:2].tolist() == [1, 1]
    scored = np.concatenate([boxes, [[0.3], [0.6]]], axis=1)
    raw = detposenet.infer(images[:1], boxes=[scored])[0]
    assert raw.outputs["scores"][:2].tolist() == pytest.approx([0.6, 0.3])


def test_without_the_filter_every_given_box_is_refined(network, images):
    method = SmallDetPoseNet("detposenet-n", network, 128, "cpu")
    method.refine_every_box()
    boxes = np.array([[10, 10, 60, 90], [10, 10, 60, 90], [300, 300, 310, 310]], np.float32)
    raw = method.infer(images[:1], boxes=[boxes])[0]
    assert raw.outputs["rows"][:3].tolist() == [0, 1, 2]
    assert len(raw.outputs["refined"]) == 3
    np.testing.assert_allclose(raw.outputs["refined"][0], raw.outputs["refined"][1], atol=1e-3)


def test_no_filter_on_the_command_line_refines_two_boxes_of_one_person(tmp_path):
    bus = samples()[0].path
    person = {"image_id": 1, "iscrowd": 0, "keypoints": [100, 500, 2] * 17, "area": 90000}
    boxes = [[48, 400, 197, 500], [48, 400, 197, 250]]
    people = [person | {"id": i, "bbox": box} for i, box in enumerate(boxes)]
    images = [{"id": 1, "file_name": bus.name, "width": 810, "height": 1080}]
    annotations, found = tmp_path / "annotations.json", tmp_path / "found.json"
    annotations.write_text(json.dumps({"images": images, "annotations": people}))
    given = ["evaluate", "detposenet-n", "--annotations", str(annotations), "--images", str(bus.parent)]
    given += ["--set", "recover=false"]
    counts = {}
    for option in ("--annotated-boxes", "--no-filter"):
        given += [option]
        done = CliRunner().invoke(app, [*given, "--detections", str(found)])
        assert done.exit_code == 0, done.output
        counts[option] = len(json.loads(found.read_text()))
    assert counts == {"--annotated-boxes": 1, "--no-filter": 2}


def test_without_the_filter_its_own_boxes_are_refused(network, images):
    method = SmallDetPoseNet("detposenet-n", network, 128, "cpu")
    method.refine_every_box()
    with pytest.raises(CatalogError, match="needs boxes; give --detector or --annotated-boxes"):
        method.infer(images[:1])


def test_no_boxes_give_nobody(detposenet, images):
    for found in [detposenet.decode(raw) for raw in detposenet.infer(images, boxes=[np.zeros((0, 4))] * len(images))]:
        assert all(v != Verdict.KEPT for v in found.intermediate.verdicts)


def test_decoding_runs_no_network_and_stricter_settings_find_fewer(detposenet, images, monkeypatch):
    raw = detposenet.infer(images[:1])[0]
    monkeypatch.setattr(detposenet.network, "look", None)
    monkeypatch.setattr(detposenet.network, "propose", None)
    loose = detposenet.Settings.evaluation()
    found = detposenet.decode(raw, loose)
    assert len(detposenet.decode(raw, loose.model_copy(update={"pose_confidence": 0.999})).poses) == 0
    few = detposenet.decode(raw, loose.model_copy(update={"min_keypoints": 12, "coarse_oks": 0.2, "pose_oks": 0.2}))
    assert len(few.poses) <= len(found.poses)
    refined = {tuple(row) for row in raw.outputs["refined"][..., 2].clamp(0, 1).numpy().round(4).tolist()}
    assert {tuple(row) for row in few.poses.keypoint_scores.round(4).tolist()} <= refined


def test_settings_are_no_looser_than_what_was_refined():
    with pytest.raises(SettingsError, match="box_confidence"):
        DetPoseNet.Settings(box_confidence=LEAST_SCORE / 2)


def test_intermediate_tells_who_came_of_which_proposal(detposenet, images):
    found = detposenet.predict(images[:1], detposenet.Settings.evaluation())[0]
    people = found.intermediate.people
    assert sorted(people[people >= 0].tolist()) == list(range(len(found.poses)))
    for i in np.flatnonzero(people >= 0):
        assert Verdict(found.intermediate.verdicts[i]) in (Verdict.KEPT, Verdict.RECOVERED)
        np.testing.assert_allclose(found.intermediate.boxes[i], found.poses.boxes[people[i]], atol=1e-4)
    assert found.intermediate.heatmaps.dtype == np.uint8


def test_a_dropped_proposal_has_the_refined_pose_that_it_is_the_same_as():
    found = Filtered(
        np.array([Verdict.KEPT, Verdict.SAME_POSE, Verdict.TOO_FEW_KEYPOINTS, Verdict.RECOVERED]),
        np.array([-1, 0, -1, -1]),
        np.zeros((4, 4)),
    )
    assert rows_of(found).tolist() == [0, 0, -1, 1]


def test_a_poses_keypoints_count_from_a_height_on():
    heights = np.array([[0.1, 0.5, 0.9], [0.1, 0.0, 0.1]])
    assert keypoint_confidence(heights).tolist() == pytest.approx([0.7, 0])


def test_bf16_keeps_coordinates_exact(network, images):
    half = SmallDetPoseNet("detposenet-n", network, 128, "cpu", precision="bf16")
    exact = tuple(f"{layer}." for layer in SmallDetPoseNet.exact_layers(half.network))
    kept = {name for name, p in half.network.named_parameters() if p.dtype == torch.float32}
    assert kept == {name for name, _ in half.network.named_parameters() if f"{name}.".startswith(exact)}
    assert half.infer(images[:1])[0].outputs["refined"].dtype == torch.float32


def test_another_methods_boxes_plug_in(network, images):
    """Black-box mode (Figure 9): the detector's poses give boxes and scores."""
    from methods.catalog import create

    method = SmallDetPoseNet("detposenet-n", network, 128, "cpu")
    method.detector = create("yolo11n-pose", device="cpu", input_size=128)
    told = method.detector.predict(images[:1], method.detector.Settings.evaluation())[0].poses
    raw = method.infer(images[:1])[0]
    sure = told.scores >= LEAST_SCORE
    np.testing.assert_allclose(raw.outputs["scores"][: sure.sum()], told.scores[sure], atol=1e-5)
