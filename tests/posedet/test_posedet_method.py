"""PoseDet as a Method: sizes, batches, test-time augmentation."""

import numpy as np
import pytest
import torch

from methods.catalog import find_variant
from methods.pose_grid.views import View
from methods.posedet.candidates import Candidates
from methods.posedet.method import PYRAMID, PoseDet, PoseDetAt512, SmallPoseDet, undo
from methods.posedet.network import SmallPoseDetNetwork, last_layers
from methods.skeletons import COCO17


@pytest.fixture(scope="module")
def posedet() -> SmallPoseDet:
    torch.manual_seed(0)
    network = SmallPoseDetNetwork()
    for name in last_layers():
        torch.nn.init.normal_(network.get_submodule(name).weight, std=0.3)
        torch.nn.init.zeros_(network.get_submodule(name).bias)  # many scores are above the evaluation preset's
    return SmallPoseDet("posedet-n", network, input_size=128, device="cpu")


@pytest.mark.parametrize(
    ("name", "size"), [("posedet-n", 640), ("posedet-dla34", 800), ("posedet-hrnet32", 800), ("posedet-hrnet48", 1000)]
)
def test_variants_and_their_input(name, size):
    assert find_variant(name).method_class().default_input_size == size


@pytest.mark.parametrize(
    ("shape", "input_size", "inside"),
    [
        ((480, 640), 1000, (640, 853)),  # shorter side 640
        ((480, 640), 800, (512, 683)),
        ((300, 900), 1000, (333, 1000)),  # the longer side may not be more
        ((64, 64), 1000, (640, 640)),
    ],
)
def test_the_papers_sides(shape, input_size, inside):
    method = PoseDet.__new__(PoseDet)
    method.input_size = input_size
    tensor, frame = method.preprocess(np.zeros((*shape, 3), dtype=np.uint8))
    height, width = shape
    assert (round(height * frame.scale_y), round(width * frame.scale_x)) == inside
    assert tuple(tensor.shape[1:]) == tuple(-(-side // 64) * 64 for side in inside)


def test_one_by_one_is_the_same_as_together(posedet, images):
    for image, together in zip(images, posedet.infer(images), strict=True):
        alone = posedet.infer([image])[0].outputs
        # Candidates of about the same score may change places.
        same = (alone["points"][:, None] == together.outputs["points"]).all(dim=2)
        levels = torch.cdist(alone["coarse"][:, 0], together.outputs["coarse"][:, 0])
        match = torch.where(same, levels, torch.inf).argmin(dim=1)
        for name in ("coarse", "refined", "scores"):
            torch.testing.assert_close(alone[name], together.outputs[name][match], rtol=1e-3, atol=1e-2)


def test_looking_once_more_in_a_mirror(images):
    """Views that are only mirrored: each candidate of the plain view has its twin in the other one's."""
    torch.manual_seed(0)
    points = torch.tensor([[[36.0, 20.0]]])
    keypoints = torch.rand(1, 1, 17, 2) * 100
    found = Candidates(points, keypoints, keypoints + 1, torch.tensor([[0.5]]))
    back = undo(found, View(0.5, mirrored=True), 128)
    assert back.points.tolist() == [[[128 - 72, 40]]]
    order = list(COCO17.flip_order)
    torch.testing.assert_close(back.coarse[0, 0, :, 0], 128 - 2 * keypoints[0, 0, order, 0])
    torch.testing.assert_close(back.refined[0, 0, :, 1], 2 * keypoints[0, 0, order, 1] + 2)


def test_augmentation_looks_at_six_sizes_plain_and_mirrored(images):
    method = PoseDetAt512.__new__(PoseDetAt512)
    method.input_size = 800
    method.augment()
    assert [round(512 * view.scale) for view in method.views[::2]] == list(PYRAMID)
    assert [view.mirrored for view in method.views] == [False, True] * 6


def test_an_augmented_method_has_the_candidates_of_all_views(posedet, images):
    plain = posedet.infer(images[:1])[0].outputs
    augmented = SmallPoseDet("posedet-n", posedet.network, 128, "cpu")
    augmented.views = (View(), View(mirrored=True))
    found = augmented.infer(images[:1])[0].outputs
    count = len(plain["scores"])
    assert len(found["scores"]) == 2 * count
    torch.testing.assert_close(found["refined"][:count], plain["refined"], rtol=1e-3, atol=1e-2)


def test_intermediate_explains_the_poses(posedet, images):
    found = posedet.predict(images[:1], posedet.Settings.evaluation())[0]
    np.testing.assert_array_equal(found.intermediate.refined[found.intermediate.kept], found.poses.keypoints)


def test_bf16_keeps_coordinates_exact(posedet, images):
    half = SmallPoseDet("posedet-n", SmallPoseDetNetwork(), 128, "cpu", precision="bf16")
    exact = tuple(f"{layer}." for layer in SmallPoseDet.exact_layers(half.network))
    assert set(last_layers()) == {layer.removesuffix(".") for layer in exact}
    kept = {name for name, p in half.network.named_parameters() if p.dtype == torch.float32}
    assert kept == {name for name, _ in half.network.named_parameters() if f"{name}.".startswith(exact)}
    assert half.infer(images[:1])[0].outputs["refined"].dtype == torch.float32
