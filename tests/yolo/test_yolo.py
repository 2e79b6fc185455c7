"""YOLO11-pose: equal to onnxruntime on the published ONNX file, and its decoding on candidates made by hand."""

import hashlib
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from methods.backbones.inference import fold_batch_norm
from methods.images import read_image
from methods.ops.letterbox import Frame
from methods.weights import load, load_into, resolve
from methods.yolo.decode import MAX_PEOPLE, EndToEndSettings, YoloSettings, decode
from methods.yolo.network import YoloPose

STORED = Path(__file__).parents[1] / "fixtures" / "yolo11n_pose_onnx.npz"  # make_yolo_outputs.py says how it was made
FIRST_LAYER = (
    "9fe428a7b4df7fa6"  # how the SHA-256 of the first kernel begins, read from the official file by torch.load
)
BUS = Path(find_spec("ultralytics").submodule_search_locations[0]) / "assets" / "bus.jpg"


def pictures() -> dict[str, np.ndarray]:
    """The pictures of make_yolo_outputs.py."""
    image = read_image(BUS)[::2, ::2]
    padded = np.full((640, 640, 3), 114, np.uint8)
    padded[: image.shape[0], : image.shape[1]] = image
    noise = np.random.default_rng(11).integers(0, 256, (640, 640, 3)).astype(np.uint8)
    return {"bus": padded, "noise": noise}


@pytest.fixture(scope="module", params=["unfolded", "folded"])
def network(request):
    network = YoloPose("n").eval()
    load_into(network, resolve("yolo11n-pose"))
    if request.param == "folded":
        fold_batch_norm(network)
    return network


@pytest.mark.parametrize("name", ["bus", "noise"])
def test_answers_equal_onnxruntime(network, name):
    stored = np.load(STORED)
    batch = torch.from_numpy(pictures()[name]).permute(2, 0, 1)[None] / 255
    with torch.inference_mode():
        found = network(batch)
    chosen, rows = stored[f"{name}_indices"], stored[f"{name}_rows"]
    middle, half = rows[:, :2], rows[:, 2:4] / 2
    triples = rows[:, 5:].reshape(-1, 17, 3)
    boxes = found["boxes"][0, chosen].numpy()
    keypoints = found["keypoints"][0, chosen].numpy()
    np.testing.assert_allclose(boxes, np.concatenate([middle - half, middle + half], 1), rtol=0, atol=0.01)
    np.testing.assert_allclose(keypoints[..., :2], triples[..., :2], rtol=0, atol=0.01)
    np.testing.assert_allclose(found["scores"][0, chosen].numpy(), rows[:, 4], rtol=0, atol=1e-4)
    np.testing.assert_allclose(keypoints[..., 2], triples[..., 2], rtol=0, atol=1e-4)


def test_the_stored_answers_hold_people():
    """The comparison above would mean little on an empty picture."""
    assert np.load(STORED)["bus_rows"][:, 4].max() > 0.85


def test_outputs_for_any_multiple_of_32():
    network = YoloPose("n").eval()
    with torch.inference_mode():
        found = network(torch.zeros(2, 3, 96, 160))
    count = 96 * 160 // 64 + 96 * 160 // 256 + 96 * 160 // 1024
    assert {name: tuple(value.shape) for name, value in found.items()} == {
        "boxes": (2, count, 4),
        "scores": (2, count),
        "classes": (2, count),
        "keypoints": (2, count, 17, 3),
    }


def test_half_precision_keeps_coordinates_in_single():
    network = YoloPose("n").eval()
    load_into(network, resolve("yolo11n-pose"))
    with torch.inference_mode():
        found = network.to(torch.bfloat16)(torch.zeros(1, 3, 64, 64, dtype=torch.bfloat16))
    assert {value.dtype for value in found.values()} == {torch.float32}


def test_the_embedded_weights_are_the_published_bytes():
    """Not folded, half precision: what later training starts from."""
    state = load(resolve("yolo11n-pose"))
    assert "model.0.bn.running_mean" in state
    assert state["model.0.conv.weight"].dtype == torch.float16
    digest = hashlib.sha256(state["model.0.conv.weight"].numpy().tobytes()).hexdigest()
    assert digest.startswith(FIRST_LAYER)


def outputs(boxes, scores) -> dict[str, torch.Tensor]:
    """Candidates whose keypoints lie on their box's top left corner, with keypoint scores 0, 0.06, ... 0.96."""
    boxes = torch.tensor(boxes, dtype=torch.float32).reshape(-1, 4)
    scores_of_keypoints = torch.arange(17).expand(len(boxes), 17) * 0.06
    keypoints = torch.cat([boxes[:, None, :2].expand(-1, 17, -1), scores_of_keypoints[..., None]], dim=2)
    found = {"boxes": boxes, "scores": torch.tensor(scores, dtype=torch.float32), "keypoints": keypoints}
    return found | {"classes": torch.zeros(len(boxes))}


PLAIN = Frame(640, 480, 1.0, 1.0, 0, 0)
THREE = outputs([[0, 0, 100, 200], [0, 0, 100, 180], [300, 100, 400, 300]], [0.6, 0.9, 0.7])


def test_one_person_for_each_heap_of_candidates():
    poses, intermediate = decode(THREE, PLAIN, YoloSettings(pose_confidence=0.5, pose_iou=0.65))
    assert poses.scores.tolist() == pytest.approx([0.9, 0.7])
    assert poses.boxes.tolist() == [[0, 0, 100, 180], [300, 100, 400, 300]]
    assert intermediate.scores.tolist() == pytest.approx([0.9, 0.7, 0.6])
    assert intermediate.kept.tolist() == [True, True, False]


def test_candidates_of_different_classes_do_not_compete():
    both = THREE | {"classes": torch.tensor([1.0, 0.0, 0.0])}
    assert len(decode(both, PLAIN, YoloSettings(pose_confidence=0.5, pose_iou=0.65))[0]) == 3


def test_nobody_is_suppressed_where_each_is_given_once():
    poses, intermediate = decode(THREE, PLAIN, EndToEndSettings(pose_confidence=0.5))
    assert poses.scores.tolist() == pytest.approx([0.9, 0.7, 0.6])
    assert intermediate.kept.all()


def test_thresholds_act_on_scores_and_overlap():
    assert len(decode(THREE, PLAIN, YoloSettings(pose_confidence=0.5, pose_iou=0.95))[0]) == 3
    assert len(decode(THREE, PLAIN, YoloSettings(pose_confidence=0.65, pose_iou=0.95))[0]) == 2
    assert len(decode(THREE, PLAIN, YoloSettings(pose_confidence=0.95))[0]) == 0


def test_uncertain_keypoints_are_left_out_and_keep_their_scores():
    poses, _ = decode(THREE, PLAIN, YoloSettings(keypoint_confidence=0.5))
    np.testing.assert_array_equal(np.isnan(poses.keypoints).all(axis=2), poses.keypoint_scores < 0.5)
    assert np.isnan(poses.keypoints[0]).any(axis=1).sum() == 9  # keypoints 0 to 8
    everything, _ = decode(THREE, PLAIN, YoloSettings(keypoint_confidence=0.0))
    assert not np.isnan(everything.keypoints).any()


def test_coordinates_go_back_to_the_original_image_and_boxes_stay_inside_it():
    frame = Frame(width=320, height=200, scale_x=2.0, scale_y=2.0, left=0, top=40)
    raw = outputs([[100, 140, 700, 240]], [0.9])
    poses, intermediate = decode(raw, frame, YoloSettings(keypoint_confidence=0.0))
    assert poses.boxes.tolist() == [[50, 50, 320, 100]]
    assert poses.keypoints[0, 0].tolist() == [50, 50]
    assert intermediate.keypoints[0, 0, :2].tolist() == [50, 50]


def test_nobody_gives_empty_poses():
    poses, intermediate = decode(outputs([], []), PLAIN, YoloSettings())
    assert poses.keypoints.shape == (0, 17, 2)
    assert intermediate.boxes.shape == (0, 4)


def test_no_more_than_the_stated_number_of_people():
    count = MAX_PEOPLE + 20
    left = torch.arange(count) * 50.0
    raw = outputs(torch.stack([left, left * 0, left + 40, left * 0 + 40], 1).tolist(), [0.9] * count)
    assert len(decode(raw, PLAIN, YoloSettings())[0]) == MAX_PEOPLE


@given(st.lists(st.floats(0, 1, width=32), max_size=12), st.floats(0.001, 1), st.floats(0, 1))
def test_a_higher_threshold_finds_a_subset(scores, low, high):
    low, high = sorted([max(low, 0.001), max(high, 0.001)])
    raw = outputs([[50.0 * i, 0, 50.0 * i + 60, 60] for i in range(len(scores))], scores)
    few = decode(raw, PLAIN, YoloSettings(pose_confidence=high))[0]
    many = decode(raw, PLAIN, YoloSettings(pose_confidence=low))[0]
    assert set(few.scores.tolist()) <= set(many.scores.tolist())
    assert all(score >= np.float32(high) for score in few.scores)
