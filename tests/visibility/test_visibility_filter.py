"""`methods.visibility.VisibilityFilter`, with random weights in place of the published ones."""

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from methods.errors import CatalogError
from methods.types import Poses
from methods.visibility import VisibilityFilter
from methods.visibility.network import VisibilityNetwork


@pytest.fixture(scope="module")
def judge(tmp_path_factory) -> VisibilityFilter:
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("weights") / "visibility-n.safetensors"
    network = VisibilityNetwork("n")
    torch.nn.init.normal_(network.visibility.connected[-1].weight, std=3.0)
    save_file(network.state_dict(), path)
    return VisibilityFilter("visibility-n", device="cpu", weights=path)


def test_any_methods_poses_get_visibility_and_lose_their_absent_keypoints(judge):
    image = np.random.default_rng(0).integers(0, 256, (80, 100, 3), dtype=np.uint8)
    keypoints = np.random.default_rng(0).uniform(0, 80, (2, 17, 2))
    found = Poses(np.array([[5, 5, 40, 75], [30, 10, 95, 70]]), [0.9, 0.8], keypoints, np.full((2, 17), np.nan))
    judged = judge.annotate(image, found)
    state = judged.visibility.argmax(axis=2)
    assert {0, 1, 2} == set(state.ravel().tolist())
    assert (np.isnan(judge.drop(judged).keypoints[..., 0]) == (state == 0)).all()
    assert (np.isnan(judge.drop(judged, occluded=True).keypoints[..., 0]) == (state < 2)).all()
    together = judge.annotate_all([image, image], [found, Poses.empty()])
    assert together[0].allclose(judged, atol=1e-4)
    assert len(together[1]) == 0


def test_the_filter_needs_no_detector(judge):
    assert judge.model.detector is None


def test_a_method_that_does_not_judge_is_no_filter():
    with pytest.raises(
        CatalogError, match="yolo11n-pose cannot judge the keypoints of other methods; give one of: vis"
    ):
        VisibilityFilter("yolo11n-pose", device="cpu")


def test_the_package_has_nothing_else_to_offer():
    import methods.visibility

    with pytest.raises(AttributeError, match="no attribute 'Filter'"):
        _ = methods.visibility.Filter
