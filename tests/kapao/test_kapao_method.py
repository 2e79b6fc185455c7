"""KAPAO as a Method: sizes, batches, test-time augmentation."""

import numpy as np
import pytest
import torch

from methods.errors import SettingsError
from methods.kapao.candidates import POSES, Candidates
from methods.kapao.method import Kapao, KapaoSmall, undo
from methods.kapao.network import CLASSES, SmallKapaoNetwork
from methods.pose_grid.grid import OBJECTNESS, STRIDES
from methods.pose_grid.views import AUGMENTED, PLAIN, View
from methods.skeletons import COCO17


@pytest.fixture(scope="module")
def kapao() -> KapaoSmall:
    torch.manual_seed(0)
    network = SmallKapaoNetwork()
    for name in network.head.last_layers():
        layer = network.head.get_submodule(name)
        torch.nn.init.normal_(layer.weight, std=1.0)
        torch.nn.init.normal_(layer.bias)
        layer.bias.data.view(3, -1)[0, [OBJECTNESS, CLASSES]] = 4  # the first anchor finds poses, the others keypoints
    return KapaoSmall("kapao-n", network, input_size=128, device="cpu")


def test_one_by_one_is_the_same_as_together(kapao, images):
    for image, together in zip(images, kapao.infer(images), strict=True):
        alone = kapao.infer([image])[0].outputs
        # Random weights give many objects of about the same confidence, so that their order says nothing.
        distances = torch.cdist(alone["pose_boxes"], together.outputs["pose_boxes"], p=torch.inf)
        score_gaps = (alone["pose_scores"][:, None] - together.outputs["pose_scores"]).abs()
        same = (distances + score_gaps).argmin(dim=1)
        assert len(set(same.tolist())) > 0.9 * len(same)  # the rest have a twin within rounding
        for name in ("pose_boxes", "pose_scores", "keypoints"):
            torch.testing.assert_close(alone[name], together.outputs[name][same], rtol=1e-3, atol=1e-2)


def test_intermediate_explains_the_poses(kapao, images):
    loose = {"keypoint_confidence": 0.001, "fusion_confidence": 0, "fusion_distance": 500}
    found = kapao.predict(images[:1], kapao.Settings(pose_confidence=0.001, **loose))[0]
    intermediate = found.intermediate
    assert len(intermediate.fused_pose) > 0
    moved = intermediate.pose_keypoints.astype(np.float32).copy()
    moved[intermediate.fused_pose, intermediate.fused_keypoint] = intermediate.keypoint_centres[
        intermediate.fused_object
    ]
    np.testing.assert_array_equal(moved, found.poses.keypoints)
    assert np.isnan(found.poses.keypoint_scores).sum() == moved.shape[0] * 17 - len(intermediate.fused_pose)


def test_augmentation_adds_the_views_candidates(kapao, images):
    plain = kapao.infer(images[:1])[0].outputs
    kapao.views = AUGMENTED
    try:
        augmented = kapao.infer(images[:1])[0].outputs
    finally:
        kapao.views = PLAIN
    small, large = 128, 192  # 0.8 and 1.2 times 128, padded to multiples of 64
    counts = [min(POSES, sum(3 * (side // s) ** 2 for s in (8, 16, 32, 64))) for side in (small, 128, large)]
    assert counts == [1020, 1020, 2000]
    assert len(augmented["pose_scores"]) == sum(counts)
    assert len(plain["pose_scores"]) == counts[1]


def test_undoing_a_mirrored_view_swaps_left_and_right():
    keypoints = torch.zeros(1, 1, 17, 2)
    keypoints[0, 0, COCO17.keypoints.index("left_wrist")] = torch.tensor([10.0, 20.0])
    found = undo(
        Candidates(
            pose_boxes=torch.tensor([[[0.0, 5, 30, 25]]]),
            pose_scores=torch.ones(1, 1),
            keypoints=keypoints,
            keypoint_boxes=torch.tensor([[[5.0, 15, 15, 25]]]),
            keypoint_scores=torch.ones(1, 1),
            keypoint_classes=torch.tensor([[COCO17.keypoints.index("left_wrist")]]),
        ),
        View(mirrored=True),
        width=100,
    )
    assert found.pose_boxes.tolist() == [[[70, 5, 100, 25]]]
    assert found.keypoint_boxes.tolist() == [[[85, 15, 95, 25]]]
    assert found.keypoint_classes.tolist() == [[COCO17.keypoints.index("right_wrist")]]
    assert found.keypoints[0, 0, COCO17.keypoints.index("right_wrist")].tolist() == [90, 20]


def test_undoing_a_scaled_view_divides_by_the_scale():
    ones = torch.ones(1, 1)
    boxes = torch.tensor([[[8.0, 16, 24, 32]]])
    found = undo(
        Candidates(boxes, ones, boxes[..., :2, None].mT.expand(1, 1, 17, 2), boxes, ones, ones), View(0.8), 100
    )
    assert found.pose_boxes.tolist() == found.keypoint_boxes.tolist() == [[[10, 20, 30, 40]]]


@pytest.mark.parametrize("augmented", [False, True], ids=["plain", "augmented"])
def test_another_input_is_as_if_the_method_had_been_built_for_it(kapao, images, augmented):
    built = KapaoSmall("kapao-n", kapao.network, input_size=384, device="cpu")
    if augmented:
        built.augment()
    shown = kapao.with_input(KapaoSmall.Input(input_size=384, test_time_augmentation=augmented))
    assert shown.network is kapao.network
    found, expected = (method.infer(images[:1])[0] for method in (shown, built))
    assert found.frame == expected.frame
    for name, value in expected.outputs.items():
        torch.testing.assert_close(found.outputs[name], value, rtol=1e-4, atol=1e-3)
    assert (kapao.input_size, kapao.views) == (128, PLAIN)


@pytest.mark.parametrize("method", [Kapao, KapaoSmall])
def test_the_input_that_can_be_chosen_is_the_methods_own_at_first(method):
    first, _ = method.Input.controls()
    assert first.default == method.default_input_size
    sizes = np.arange(first.low, first.high + 1, first.step)
    assert {method.default_input_size // 2, method.default_input_size} <= set(sizes)
    assert all(size % STRIDES[-1] == 0 for size in sizes)
    with pytest.raises(SettingsError, match="input_size is 100000; give a number from"):
        method.Input(input_size=100000)


def test_figure_5_can_be_chosen():
    first, _ = Kapao.Input.controls()
    assert np.arange(first.low, first.high + 1, first.step).tolist() == [640, 768, 896, 1024, 1152, 1280]
