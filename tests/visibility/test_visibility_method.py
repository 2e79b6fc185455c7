"""The metamodel as a Method: in given boxes, in another method's, one by one and together."""

import numpy as np
import pytest
import torch

from methods.backbones.small_body import load_small_body
from methods.errors import CatalogError
from methods.method import Method
from methods.ops.crops import fit_boxes, sample_crops
from methods.ops.heatmaps import highest
from methods.ops.letterbox import letterbox
from methods.settings import Settings
from methods.types import Poses
from methods.visibility.method import SmallVisibility, Visibility
from methods.visibility.network import SHAPE, STRIDE, VisibilityNetwork

BOXES = np.array([[20, 10, 60, 90], [40, 30, 120, 80.0]])


class FixedBoxes(Method):
    """Finds three people in fixed places, the last too faint to be looked at."""

    class Settings(Settings):
        @classmethod
        def evaluation(cls):
            return cls()

    Network = torch.nn.Identity
    default_input_size = 64

    def preprocess(self, image):
        return letterbox(image, self.input_size, stride=1)

    def forward(self, batch):
        return {"mean": batch.mean(dim=(1, 2, 3))}

    def decode_outputs(self, outputs, frame, settings):
        boxes = np.concatenate([BOXES, BOXES[:1]])
        scores = [0.9, 0.5, Visibility.least_box_score / 2]
        return Poses(boxes, scores, np.zeros((3, 17, 2)), np.zeros((3, 17))), None


@pytest.fixture(scope="module")
def images() -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    return [rng.integers(0, 256, (*shape, 3), dtype=np.uint8) for shape in [(96, 128), (200, 90), (96, 128), (7, 300)]]


def test_one_by_one_is_the_same_as_together(method, images):
    boxes = [BOXES, BOXES[:1], BOXES[:0], BOXES]
    together = method.infer(images, boxes=boxes)
    for image, own, found in zip(images, boxes, together, strict=True):
        alone = method.decode(method.infer([image], boxes=[own])[0], method.Settings.evaluation()).poses
        assert len(alone) == len(own)
        both = method.decode(found, method.Settings.evaluation()).poses
        assert alone.allclose(both, atol=1e-3)


def test_the_same_answer_twice(method, images):
    first, second = (method.infer(images[:1], boxes=[BOXES])[0] for _ in range(2))
    assert all(torch.equal(first.outputs[name], second.outputs[name]) for name in first.outputs)


def test_more_boxes_than_the_network_sees_at_a_time(method, images):
    many = np.repeat(BOXES[:1], Visibility.crops_at_once + 3, axis=0)
    found = method.infer(images[:1], boxes=[many])[0].outputs["visibility"]
    assert len(found) == len(many)
    torch.testing.assert_close(found[-1], found[0], rtol=0, atol=1e-4)


def test_no_boxes_is_nobody_and_no_image_no_answer(method, images):
    found = method.decode(method.infer(images[:1], boxes=[np.zeros((0, 4))])[0])
    assert len(found.poses) == 0
    assert found.intermediate.visibility.shape == (0, 17, 3)
    assert method.infer([], boxes=[]) == []


def test_a_keypoint_lies_where_its_heat_map_is_highest(method, images):
    """In pixels of the image: the crop of a box 40 x 80 px is 100 px high (a quarter more), 256 px in the network."""
    raw = method.infer(images[:1], boxes=[BOXES[:1]])[0]
    poses = method.decode(raw, method.Settings.evaluation()).poses
    left, top, right, bottom = method.decode(raw, method.Settings.evaluation()).intermediate.crops[0]
    assert (bottom - top, right - left) == (pytest.approx(100, abs=1e-3), pytest.approx(75, abs=1e-3))
    assert ((left + right) / 2, (top + bottom) / 2) == (pytest.approx(40), pytest.approx(50))
    inside = (poses.keypoints[0] >= [left, top]) & (poses.keypoints[0] <= [right, bottom])
    assert inside.all()


def test_boxes_of_a_detector_and_its_scores(network, images):
    method = SmallVisibility("visibility-n", network, input_size=128, device="cpu")
    with pytest.raises(CatalogError, match="give boxes or a method that finds them"):
        method.infer(images[:1])
    method.detector = FixedBoxes("fixed", torch.nn.Identity(), 64, "cpu")
    found, given = method.infer(images[:1])[0], method.infer(images[:1], boxes=[BOXES])[0]
    assert found.outputs["box_scores"].tolist() == pytest.approx([0.9, 0.5])
    assert given.outputs["box_scores"].tolist() == [1, 1]
    torch.testing.assert_close(found.outputs["visibility"], given.outputs["visibility"])
    assert found.forward > 0


def test_half_precision_gives_nearly_the_same(network, method, images):
    half = SmallVisibility("visibility-n", network, input_size=128, device="cpu", precision="bf16")
    exact, rough = (each.infer(images[:1], boxes=[BOXES])[0].outputs["visibility"] for each in (method, half))
    assert rough.dtype == torch.float32
    assert (exact - rough).abs().mean() < 0.1


def test_the_small_one_reads_crops_through_the_shared_body(network, method):
    """The same as body and head one after the other, and nothing of it is remembered."""
    batch = torch.rand(1, 3, 128, 96) * 255
    regions, frame = fit_boxes(torch.tensor([[10.0, 20, 60, 110]]), SHAPE, Visibility.padding)
    crops = sample_crops(batch, torch.tensor([0]), regions, SHAPE)
    with torch.inference_mode():
        wanted = network(load_small_body()(crops / 255))
        found = method.forward_in_boxes(batch, [torch.tensor([[10.0, 20, 60, 110, 1]])])
    torch.testing.assert_close(found["visibility"][0], wanted.visibility.softmax(dim=2), rtol=0, atol=1e-4)
    cells, peaks = highest(wanted.heatmaps[0])
    torch.testing.assert_close(found["peaks"][0], peaks, rtol=0, atol=1e-4)
    torch.testing.assert_close(found["keypoints"][0], frame.to_image(cells * STRIDE), rtol=0, atol=1e-2)


def test_the_papers_sizes_have_a_body_of_their_own(images):
    torch.manual_seed(0)
    method = Visibility("visibility-b0", VisibilityNetwork("b0"), input_size=128, device="cpu")
    assert method.body is None
    assert method.infer(images[:1], boxes=[BOXES])[0].outputs["visibility"].shape == (2, 17, 3)
