"""A toy that looks into the boxes of a toy detector: where its keypoints lie can be told by hand."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
import torch

from methods.errors import CatalogError
from methods.method import Method
from methods.ops.letterbox import letterbox
from methods.settings import Settings, setting
from methods.top_down import TopDown, stacked
from methods.types import Poses

BOXES = np.array([[20, 10, 60, 90], [41, 30, 121, 80.3]])
SCORES = [0.9, 0.5, 0.04]


class ToySettings(Settings):
    pose_confidence: float = setting(0.5, 0.0, 1.0, "people with a lower score are left out")

    @classmethod
    def evaluation(cls):
        return cls(pose_confidence=0.0)


class ToyDetector(Method):
    """Finds three people in fixed places, the last hardly; in grey images nobody."""

    Settings = ToySettings
    Network = torch.nn.Identity
    default_input_size = 64

    def preprocess(self, image):
        return letterbox(image, self.input_size, stride=1)

    def forward(self, batch):
        return {"spread": batch.amax(dim=(1, 2, 3)) - batch.amin(dim=(1, 2, 3))}

    def decode_outputs(self, outputs, frame, settings):
        boxes = np.concatenate([BOXES, BOXES[:1]])
        count = 3 if outputs["spread"] > 0 else 0
        return Poses(boxes, SCORES, np.zeros((3, 17, 2)), np.zeros((3, 17)))[:count], None


@dataclass(frozen=True)
class ToyIntermediate:
    brightness: np.ndarray  # [N], mean of each crop


class Toy(TopDown):
    """Sees keypoints at the corner and in the middle of each crop or, where it is given poses, where those are."""

    Settings = ToySettings
    Network = torch.nn.Identity
    default_input_size = 200
    crops_at_once = 2
    least_box_score = 0.05

    @property
    def crop_shape(self):
        return 64, 48

    def predict_crops(self, seen, poses):
        corner_and_middle = torch.tensor([[0.0, 0.0], [24.0, 32.0]]).repeat(len(seen), 1, 1)
        keypoints = corner_and_middle if poses is None else poses[..., :2]
        return {"keypoints": keypoints, "brightness": seen.mean(dim=(1, 2, 3))}

    def decode_outputs(self, outputs, frame, settings):
        scores = outputs["box_scores"].numpy()
        keep = scores >= settings.pose_confidence  # NaN, of nobody, is not
        found = {name: value.numpy()[keep] for name, value in outputs.items()}
        keypoints = np.full((keep.sum(), 17, 2), np.nan)
        keypoints[:, :2] = frame.to_original(found["keypoints"])
        boxes = frame.boxes_to_original(found["boxes"])
        return Poses(boxes, scores[keep], keypoints, np.ones((keep.sum(), 17))), ToyIntermediate(found["brightness"])


@pytest.fixture
def toy() -> Toy:
    method = Toy("toy", torch.nn.Identity(), 200, "cpu")
    method.detector = ToyDetector("toy-detector", torch.nn.Identity(), 64, "cpu")
    return method


@pytest.fixture(scope="module")
def images() -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    noise = [rng.integers(0, 256, (*shape, 3), dtype=np.uint8) for shape in [(100, 200), (200, 90), (100, 200)]]
    return [*noise, np.full((100, 200, 3), 50, np.uint8)]


def test_keypoints_lie_where_the_boxes_are(toy, images):
    """Boxes of 40 x 80 px and, to an eighth of a pixel, 80 x 50.25: crops of 3 to 4 hold 1.25 times as much."""
    found = toy.predict(images[:1], toy.Settings.evaluation())[0].poses
    assert found.scores.tolist() == pytest.approx(SCORES[:2])
    np.testing.assert_allclose(found.keypoints[0, :2], [[2.5, 0], [40, 50]], atol=1e-4)
    np.testing.assert_allclose(found.keypoints[1, :2], [[31, 55.125 - 200 / 3], [81, 55.125]], atol=1e-4)
    np.testing.assert_allclose(found.boxes, [BOXES[0], [41, 30, 121, 80.25]], atol=1e-4)


def test_a_smaller_input_puts_them_at_the_same_place(images):
    half = Toy("toy", torch.nn.Identity(), 100, "cpu")
    found = half.decode(half.infer(images[:1], boxes=[BOXES])[0]).poses
    np.testing.assert_allclose(found.keypoints[0, :2], [[2.5, 0], [40, 50]], atol=1e-4)


def test_a_crop_shows_the_pixels_of_its_box():
    image = np.zeros((100, 200, 3), np.uint8)
    image[:, 100:] = 255
    toy = Toy("toy", torch.nn.Identity(), 200, "cpu")
    boxes = np.array([[20, 30, 50, 70], [130, 30, 160, 70.0], [85, 30, 115, 70]])
    brightness = toy.decode(toy.infer([image], boxes=[boxes])[0]).intermediate.brightness
    np.testing.assert_allclose(brightness, [0, 1, 0.5], atol=1e-3)


def test_batched_is_single(toy, images):
    for image, together in zip(images, toy.infer(images), strict=True):
        (alone,) = toy.infer([image])
        one, other = (toy.decode(raw, toy.Settings.evaluation()) for raw in (alone, together))
        assert one.poses.allclose(other.poses, atol=1e-4)
        np.testing.assert_allclose(one.intermediate.brightness, other.intermediate.brightness, atol=1e-5)


def test_more_boxes_than_the_network_sees_at_once(toy, images):
    many = np.repeat(BOXES, 3, axis=0)
    found = toy.decode(toy.infer(images[:1], boxes=[many])[0]).poses
    wanted = np.float32([[40, 50], [81, 55.15]]).repeat(3, axis=0)
    np.testing.assert_allclose(found.keypoints[:, 1], wanted, atol=1e-4)


def test_no_boxes_are_nobody(toy, images):
    assert len(toy.predict(images[3:])[0].poses) == 0
    assert len(toy.decode(toy.infer(images[:1], boxes=[np.zeros((0, 4))])[0]).poses) == 0
    assert toy.infer([]) == []


def test_thresholds_need_no_network(toy, images, monkeypatch):
    raw = toy.infer(images[:1])[0]
    monkeypatch.setattr(toy, "predict_crops", None)
    counts = [len(toy.decode(raw, ToySettings(pose_confidence=least)).poses) for least in (0, 0.6, 1)]
    assert counts == [2, 1, 0]


def test_boxes_come_with_scores_or_count_fully(toy, images):
    bare, scored = BOXES, np.concatenate([BOXES, [[0.3], [0.6]]], axis=1)
    raws = toy.infer([images[0], images[0]], boxes=[bare, scored])
    assert raws[0].outputs["box_scores"].tolist() == [1, 1]
    assert raws[1].outputs["box_scores"].tolist() == pytest.approx([0.3, 0.6])


def test_only_the_best_boxes_of_a_detector(toy, images):
    toy.most_boxes = 1
    assert toy.infer(images[:1])[0].outputs["box_scores"].tolist() == pytest.approx([0.9])


def test_poses_to_be_refined_come_into_the_crops_and_back(toy):
    poses = torch.arange(3 * 17 * 3.0).reshape(3, 17, 3)
    boxes = torch.tensor([[20.0, 10, 60, 90], [40, 30, 120, 80], [5, 5, 30, 45]])
    found = toy.predict_in_boxes(torch.zeros(2, 3, 100, 200), [boxes[:1], boxes[1:]], [poses[:1], poses[1:]])
    assert [len(each) for each in found["keypoints"]] == [1, 2]
    torch.testing.assert_close(torch.cat(found["keypoints"]), poses[..., :2], rtol=0, atol=1e-3)


def test_without_boxes_or_a_detector_nobody_says_where_people_are(images):
    with pytest.raises(CatalogError, match="toy looks at people in boxes; give boxes or a method that finds them"):
        Toy("toy", torch.nn.Identity(), 200, "cpu").infer(images[:1])


def test_the_time_of_a_detector_counts_too(toy, images, monkeypatch):
    slow = replace(toy.detector.infer(images[:1])[0], preprocess=1e6, forward=2e6, body=3e6)
    monkeypatch.setattr(toy.detector, "infer", lambda images, batch_size: [slow])
    found = toy.infer(images[:1])[0]
    assert 1e6 < found.preprocess < 1.1e6
    assert 2e6 < found.forward < 2.1e6
    assert found.body == 3e6


def test_parts_of_different_lengths_are_stacked_with_what_fills():
    parts = [np.ones((2, 3)), torch.zeros(0, 3), np.full((1, 3), 2)]
    found = stacked(parts, fill=-1)
    assert found[:, :, 0].tolist() == [[1, 1], [-1, -1], [2, -1]]
    assert found.dtype == torch.float32
    assert stacked([np.zeros((0, 3))] * 2).shape == (2, 0, 3)
