"""HybridPose as a Method: sizes, batches, intermediate outputs, test-time augmentation."""

import copy
import time

import numpy as np
import pytest
import torch

from methods.backbones.inference import for_inference
from methods.backbones.small_body import CHANNELS
from methods.backbones.small_body import STRIDES as BODY_STRIDES
from methods.hybridpose.candidates import POSES, Candidates
from methods.hybridpose.method import HybridPose, HybridPoseSmall, in_bytes, undo
from methods.hybridpose.network import SmallHybridPoseNetwork
from methods.pose_grid.grid import STRIDES
from methods.pose_grid.views import AUGMENTED, PLAIN, View
from methods.skeletons import COCO17

WRIST, OTHER_WRIST = COCO17.keypoints.index("left_wrist"), COCO17.keypoints.index("right_wrist")


@pytest.fixture(scope="module")
def hybridpose() -> HybridPoseSmall:
    torch.manual_seed(0)
    network = SmallHybridPoseNetwork()
    for layer in (*network.head.grids, *(branch[-1] for branch in network.head.visibility)):
        torch.nn.init.normal_(layer.weight, std=0.3)
        torch.nn.init.normal_(layer.bias)
    return HybridPoseSmall("hybridpose-n", network, input_size=128, device="cpu")


def test_one_by_one_is_the_same_as_together(hybridpose, images):
    for image, together in zip(images, hybridpose.infer(images), strict=True):
        alone = hybridpose.infer([image])[0].outputs
        # Random weights give many poses of about the same confidence, so that their order says nothing.
        distances = torch.cdist(alone["boxes"], together.outputs["boxes"], p=torch.inf)
        score_gaps = (alone["scores"][:, None] - together.outputs["scores"]).abs()
        same = (distances + score_gaps).argmin(dim=1)
        assert len(set(same.tolist())) > 0.9 * len(same)  # the rest have a twin within rounding
        for name in ("boxes", "scores", "keypoints", "visibility"):
            torch.testing.assert_close(alone[name], together.outputs[name][same], rtol=1e-3, atol=1e-2)


def test_what_is_kept_of_an_image_is_compact(hybridpose, images):
    raw = hybridpose.infer(images[:1])[0].outputs
    assert {name: tuple(x.shape) for name, x in raw.items() if name.startswith("map_")} == {
        f"map_{s}": (3, 17, 128 // s, 128 // s) for s in STRIDES
    }
    assert all(x.dtype == (torch.uint8 if name.startswith("map_") else torch.float32) for name, x in raw.items())


def test_intermediate_explains_the_poses(hybridpose, images):
    settings = hybridpose.Settings.evaluation().model_copy(update={"visibility_threshold": 0.5})
    found = hybridpose.predict(images[:1], settings)[0]
    intermediate, gone = found.intermediate, np.isnan(found.poses.keypoints).all(axis=2)
    assert gone.any()
    assert not gone.all()
    np.testing.assert_array_equal(gone, intermediate.visibility < 0.5)
    np.testing.assert_array_equal(found.poses.keypoints[~gone], intermediate.keypoints[~gone])


def test_augmentation_adds_the_views_candidates(hybridpose, images):
    plain = hybridpose.infer(images[:1])[0].outputs
    hybridpose.views = AUGMENTED
    try:
        augmented = hybridpose.infer(images[:1])[0].outputs
    finally:
        hybridpose.views = PLAIN
    small, large = 128, 192  # 0.8 and 1.2 times 128, padded to multiples of 64
    counts = [min(POSES, sum(3 * (side // s) ** 2 for s in STRIDES)) for side in (small, 128, large)]
    assert len(augmented["scores"]) == sum(counts)
    assert augmented["map_8"].shape == plain["map_8"].shape


def test_undoing_a_mirrored_view_swaps_left_and_right():
    keypoints, visibility = torch.zeros(1, 1, 17, 2), torch.zeros(1, 1, 17)
    keypoints[0, 0, WRIST], visibility[0, 0, WRIST] = torch.tensor([10.0, 20.0]), 0.5
    box, one = torch.tensor([[[0.0, 5, 30, 25]]]), torch.ones(1, 1)
    found = undo(Candidates(box, one, keypoints, visibility, one, one), View(mirrored=True), width=100)
    assert found.boxes.tolist() == [[[70, 5, 100, 25]]]
    assert found.keypoints[0, 0, OTHER_WRIST].tolist() == [90, 20]
    assert found.visibility[0, 0].nonzero().flatten().tolist() == [OTHER_WRIST]


def test_maps_are_kept_in_bytes_and_mirrored_back():
    maps = torch.zeros(1, 3, 17, 2, 4)
    maps[0, 1, WRIST, 1, 0], maps[0, 2, WRIST, 0, 3], maps[0, 2, WRIST, 0, 2] = 0.6, 7.0, -1.0
    plain = in_bytes(maps, View())
    assert (plain[0, 1, WRIST, 1, 0].item(), plain[0, 2, WRIST, 0].tolist()) == (153, [0, 0, 0, 255])
    mirrored = in_bytes(maps, View(mirrored=True))
    assert (mirrored[0, 1, OTHER_WRIST, 1, 3].item(), mirrored[0, 2, OTHER_WRIST, 0].tolist()) == (153, [255, 0, 0, 0])


def test_coordinates_scores_and_visibility_stay_exact_in_half_precision():
    network = SmallHybridPoseNetwork()
    names = HybridPose.exact_layers(network)
    half = for_inference(network, torch.device("cpu"), torch.bfloat16, torch.contiguous_format, names)
    maps = [torch.rand(1, c, 64 // s, 64 // s).bfloat16() for c, s in zip(CHANNELS, BODY_STRIDES, strict=True)]
    outputs = half(maps)
    assert {x.dtype for x in (*outputs.grids, *outputs.maps)} == {torch.float32}
    assert half.neck.second[0].conv.weight.dtype == torch.bfloat16


def test_maps_of_a_network_without_the_loss_come_along_and_are_not_timed(hybridpose, images):
    alone = hybridpose.infer(images[:1])[0]
    assert hybridpose.decode(alone).intermediate.plain_maps is None
    torch.manual_seed(1)
    other = HybridPoseSmall("hybridpose-n", SmallHybridPoseNetwork(), input_size=128, device="cpu")
    both = copy.copy(hybridpose)
    both.without_loss = other
    expected = other.infer(images[:1])[0].outputs
    other.infer = lambda *given: [time.sleep(1), HybridPoseSmall.infer(other, *given)][1]
    raw = both.infer(images[:1])[0]
    assert raw.forward < 900
    for stride, maps in both.decode(raw).intermediate.plain_maps.items():
        np.testing.assert_array_equal(maps, expected[f"map_{stride}"].numpy())
    for name, value in alone.outputs.items():
        torch.testing.assert_close(raw.outputs[name], value)
